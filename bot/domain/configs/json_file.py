"""JSON: the span of the value is replaced, every other byte stays."""

import json
import re
from collections.abc import Iterator

from bot.domain.configs.values import Change, typed_like, unknown_key

_SPACE = re.compile(r"[ \t\r\n]*")


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}.") from None


def set_key(text: str, key: str, value: str) -> Change:
    """Change one key of a text that `check` takes; raises BadInput."""
    start, end = _span(text, key)
    new = typed_like(json.loads(text[start:end]), value, json.loads, json.dumps)
    return Change(text[:start] + new + text[end:], text[start:end], new)


def _span(text: str, key: str) -> tuple[int, int]:
    """Find where the value of a dotted key stands."""
    spans = {path: (start, end) for path, start, end in _values(text, _space(text, 0), "")}
    if key not in spans:
        raise unknown_key(key, list(spans))
    return spans[key]


def _values(text: str, at: int, path: str) -> Iterator[tuple[str, int, int]]:
    """Walk all values in front of which a key or an index stands, with their spans."""
    decoder = json.JSONDecoder()
    if text[at] not in "{[":
        return
    closing, is_object = ("}", True) if text[at] == "{" else ("]", False)
    at, index = _space(text, at + 1), 0
    while text[at] != closing:
        name = str(index)
        if is_object:
            name, at = decoder.raw_decode(text, at)
            at = _space(text, _space(text, at) + 1)
        inner = f"{path}.{name}" if path else name
        _, end = decoder.raw_decode(text, at)
        yield inner, at, end
        yield from _values(text, at, inner)
        at, index = _space(text, end), index + 1
        if text[at] == ",":
            at = _space(text, at + 1)


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
