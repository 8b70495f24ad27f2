"""What all formats share: the change, the kind of a value, what to say of a key that is not there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.domain.files import plain, quoted
from bot.errors import BadInput

T = TypeVar("T")

_LIKELY = 5
_MOST_PLACES = 200_000


@dataclass(frozen=True, slots=True)
class Change:
    """A file's text with one key changed. `old` and `new` are the values as the file writes them."""

    text: str
    old: str
    new: str


def typed_like(old: object, value: str, parse: Callable[[str], Any], write: Callable[[Any], str]) -> str:
    """Write what was typed as the kind of value that stands there: text stays text, a number a number."""
    if isinstance(old, dict | list):
        raise not_one_value("That key")
    if isinstance(old, str):
        return write(value)
    try:
        new = parse(value)
    except Exception as error:  # each parser has its own; all mean the same to the person
        raise _wrong_kind(old, value) from error
    # A whole number may stand where a fraction was; true and false are numbers only to Python.
    if old is not None and isinstance(new, bool) is not isinstance(old, bool):
        raise _wrong_kind(old, value)
    if isinstance(old, int | float) and not isinstance(new, int | float):
        raise _wrong_kind(old, value)
    return write(new)


def _wrong_kind(old: object, value: str) -> BadInput:
    kind = (
        "true or false"
        if isinstance(old, bool)
        else "a number"
        if isinstance(old, int | float)
        else "a value"
    )
    return BadInput(
        f"That key holds {kind}; {quoted(value[:40])} is not one.",
        next_step="For anything else use /files edit.",
    )


def not_one_value(key: str) -> BadInput:
    """Make the error for a key that holds a table or a list."""
    return BadInput(
        f"{plain(key[:80])} holds more than one value.", next_step="Name a key inside it, or use /files edit."
    )


def unknown_key(key: str, known: list[str]) -> BadInput:
    """Make the error for a key that is not there, with those that were perhaps meant."""
    from rapidfuzz import process  # noqa: PLC0415

    near = [quoted(name) for name, score, _ in process.extract(key, known, limit=_LIKELY) if score > 60]  # noqa: PLR2004
    hint = f"Did you mean {' or '.join(near)}?" if near else "Look with /files read which keys there are."
    return BadInput(f"There is no key {quoted(key[:80])} in that file.", next_step=hint)


def few(places: Iterable[T]) -> Iterator[T]:
    """Walk through a document, but not for ever: a few lines that name each other may unfold to millions."""
    for count, place in enumerate(places):
        if count >= _MOST_PLACES:
            raise BadInput(
                "That file holds too much to find one key in it.", next_step="Use /files edit instead."
            )
        yield place
