"""Shared by all formats: the positions of values, and proving that only one of them changed."""

import re
from dataclasses import dataclass, field

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.quoting import quoted

_LONGEST_SHOWN = 300
_MOST_ENTRIES = 200_000
_MOST_PATH_CHARACTERS = 20_000_000
_DEEPEST = 200
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Change:
    """A file's text with one key changed. `old` and `new` are the values as the file writes them."""

    text: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a file. `start` and `end` are where its value stands; a table has none (both -1).

    `style` is what a format needs to know of how the value is written; `obstacle` is a sentence on why
    Quetzal does not set it, empty when it does.
    """

    path: str
    name: str
    parent: "Entry | None"
    start: int = -1
    end: int = -1
    style: str = ""
    obstacle: str = ""
    depth: int = 1

    @property
    def is_table(self) -> bool:
        """Whether it holds other keys instead of a value."""
        return self.start < 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The names on the way to it."""
        names, entry = [self.name], self.parent
        while entry is not None:
            names.append(entry.name)
            entry = entry.parent
        return tuple(reversed(names))


class TooMuch(BadInput):
    """The file has more keys than the limit."""

    happened = N_("That file holds too much to find one key in it.")
    next_step = N_("Use /files edit instead.")


@dataclass(slots=True)
class Outline:
    """The keys of a file in their order, and where their values stand."""

    entries: list[Entry] = field(default_factory=list)
    _characters: int = 0

    def add(  # noqa: PLR0913, PLR0917 - an entry has as many parts
        self,
        parent: Entry | None,
        name: str,
        start: int = -1,
        end: int = -1,
        style: str = "",
        obstacle: str = "",
    ) -> Entry:
        """Add a key. Raises TooMuch, or RecursionError when it is nested too deeply."""
        depth = parent.depth + 1 if parent else 1
        if depth > _DEEPEST:
            raise RecursionError
        path = f"{parent.path}.{name}" if parent else name
        self._characters += len(path)
        if len(self.entries) >= _MOST_ENTRIES or self._characters > _MOST_PATH_CHARACTERS:
            raise TooMuch
        entry = Entry(path, name, parent, start, end, style, obstacle, depth)
        self.entries.append(entry)
        return entry


def line_of(text: str, position: int) -> int:
    """Return the line number of a position."""
    return text.count("\n", 0, position) + 1


def broken(text: str, position: int, problem: str) -> ValueError:
    """Make the error for a text that cannot be read, with the place where."""
    column = position - text.rfind("\n", 0, position)
    return ValueError(f"line {line_of(text, position)}, column {column}: {problem}.")


def replaced(text: str, entry: Entry, new: str) -> str:
    """Put a value in the place of another."""
    return text[: entry.start] + new + text[entry.end :]


def prove(before: tuple[str, Outline], after: tuple[str, Outline], changed: Entry, new: str) -> None:
    """Check that one value changed and nothing else did; raises BadInput otherwise."""
    was = _others(*before, changed, _with_blanks(before[0], changed.start, changed.end))
    text, outline = after
    start, end = _with_blanks(text, changed.start, changed.start + len(new))
    now = _others(text, outline, changed, (start, end))
    is_read = any(
        entry.path == changed.path
        and start <= entry.start <= entry.end <= end
        and _bare(text[entry.start : entry.end]) == _bare(new)
        for entry in outline.entries
    )
    if not is_read or was != now:
        raise BadInput(
            _("Written into that file, this value would be read as something else, or change other keys."),
            next_step=_("Change the value, or use /files edit, which shows the whole file."),
        )


def _with_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place by the blanks around it: where nothing stands between them, its place is not certain."""
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    while end < len(text) and text[end] in " \t":
        end += 1
    return start, end


def _others(
    text: str, outline: Outline, changed: Entry, place: tuple[int, int]
) -> list[tuple[str, str | None]]:
    """List all keys with their values but the changed one and what is inside its `place`.

    A value that holds the changed one, as a structure does, changes with it.
    """
    (start, end), inside = place, f"{changed.path}."
    return [
        (
            entry.path,
            None
            if entry.is_table or entry.start <= start <= end <= entry.end
            else text[entry.start : entry.end],
        )
        for entry in outline.entries
        if not (
            entry.path.startswith(inside) if entry.is_table else start <= entry.start and entry.end <= end
        )
    ]


def _bare(raw: str) -> str:
    """Leave out what parts a value from its key, and quotes around it."""
    return raw.strip(" =\"'")


def shorten_key(text: str) -> str:
    """Cut what was typed, and is still in the form, to the room of a sentence."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def one_line(value: str) -> None:
    """Raise BadInput for a value that would become more than one line, or that no text file holds."""
    if _CONTROL.search(value):
        raise BadInput(_("A value is one line here, without control characters."))


def wrong_kind(kind: str, value: str, hint: str = "") -> BadInput:
    """Make the error for a value of another kind than the one that stands there."""
    typed = (
        _("{value} is not one", value=quoted(shorten_key(value))) if value else _("an empty value is not one")
    )
    return BadInput(
        _("That key holds {kind}; {typed}.", kind=kind, typed=typed),
        next_step=hint or _("For anything else use /files edit."),
    )
