"""Characters of a value as escapes: those that people type, and those that a file's encoding needs."""

import json
import re

from bot.domain.text_encoding import UnicodeText

_ANY_ESCAPE = re.compile(r"(\\u[0-9a-fA-F]{4}|\\.|\\$)", re.DOTALL)
_ONE_ESCAPE = re.compile(r'(\\u[0-9a-fA-F]{4}|\\[nrtbf"\\/])')
_DRIVE = re.compile(r"[A-Za-z]:\\")
_ASCII = frozenset(map(chr, range(128)))
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


def with_typed_escapes(value: str, old: str) -> str:
    r"""Write what was typed as the inside of a string in double quotes, as JSON has it.

    Escapes are taken for such where they are meant: `\uXXXX`, and the kinds that stand in `old`, the value
    before.
    """
    typed, known = _escapes(value), _escapes(old)
    if not typed or not typed <= (known | {"u"}) or ("u" in typed and _DRIVE.match(value)):
        return json.dumps(value, ensure_ascii=False)[1:-1]
    pieces = _ONE_ESCAPE.split(value)  # every other one is an escape
    return "".join(
        piece if at % 2 else json.dumps(piece, ensure_ascii=False)[1:-1] for at, piece in enumerate(pieces)
    )


def _escapes(inner: str) -> set[str]:
    """Name the kinds of escapes in a string, `?` for what is none."""
    return {match[1][1] if _ONE_ESCAPE.fullmatch(match[0]) else "?" for match in _ANY_ESCAPE.finditer(inner)}


def with_escapes(text: str, value: str, *, ascii_only: bool) -> str:
    r"""Write as `\uXXXX` whatever the file's encoding may have no form for; UnicodeText has one for all.

    With `ascii_only`, a file that is all ASCII stays so.
    """
    beyond = "".join(set(text) - _ASCII)
    keeps: str | None = None
    if not beyond:
        keeps = "ascii" if ascii_only else None
    elif not isinstance(text, UnicodeText):
        keeps = next((codec for codec in ("latin-1", "cp1252") if _fits(beyond, codec)), None)
    if keeps is None:
        return value
    return "".join(char if _fits(char, keeps) else _escape(char) for char in value)


def has_escapes(text: str) -> bool:
    r"""Whether a text writes characters as `\uXXXX`."""
    return _ESCAPED.search(text) is not None


def _fits(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _escape(char: str) -> str:
    pairs = char.encode("utf-16-be")
    return "".join(f"\\u{pairs[at]:02X}{pairs[at + 1]:02X}" for at in range(0, len(pairs), 2))
