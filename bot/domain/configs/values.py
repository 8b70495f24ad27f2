"""What all formats share: the places of a file's values, finding one, proving that only it changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.quoting import quoted
from bot.errors import BadInput

_LIKELY = 5
_LONGEST_HINT = 200
_LONGEST_SHOWN = 300
_LEAST_SCORE = 60
_MOST_ENTRIES = 200_000
_MOST_PATH_CHARACTERS = 20_000_000
_DEEPEST = 200
_LINES_NAMED = 5
_KEY_PIECE = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\[(\d+)\]|([^.\[\]"']+))\s*\.?""")


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
    """The file holds more than is looked through for one key."""

    happened = "That file holds too much to find one key in it."
    next_step = "Use /files edit instead."


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
    """Give the number of the line that a position is on."""
    return text.count("\n", 0, position) + 1


def broken(text: str, position: int, what: str) -> ValueError:
    """Make the error for a text that cannot be read, with the place where."""
    column = position - text.rfind("\n", 0, position)
    return ValueError(f"line {line_of(text, position)}, column {column}: {what}.")


def find(text: str, outline: Outline, key: str, *, last_counts: bool) -> Entry:
    """Find the value that a typed key means. Raises BadInput.

    A key is taken as it stands; else with its parts in quotes (`"a.b".c`) or brackets (`list[0]`); else in
    other letter case. Of a key that repeats, `key.0` is the first.
    """
    found = _named(outline.entries, key) or _named(outline.entries, key.strip())
    if len(found) > 1 and not last_counts:
        values = [entry.start for entry in found if not entry.is_table]
        lines = [line_of(text, start) for start in values[: _LINES_NAMED + 1]]
        if lines:
            raise _repeats(key, lines)
    if not found:
        raise unknown_key(key, [entry.path for entry in outline.entries if not entry.is_table])
    entry = found[-1]
    if entry.is_table:
        raise not_one_value(key)
    if entry.obstacle:
        raise BadInput(
            f"{quoted(shorten_key(key))} on line {line_of(text, entry.start)} {entry.obstacle}",
            next_step="Use /files edit, which shows the whole file.",
        )
    return entry


def _named(entries: Sequence[Entry], key: str) -> list[Entry]:
    if found := [entry for entry in entries if entry.path == key]:
        return found
    parts = split_key(key)
    if found := [entry for entry in entries if parts and entry.name == parts[-1] and entry.parts == parts]:
        return found
    head, _, index = key.rpartition(".")
    same = [entry for entry in entries if entry.path == head and not entry.is_table]
    if (
        index.isascii()
        and index.isdigit()
        and len(index) <= len(str(len(same)))
        and int(index) < len(same) > 1
    ):
        return [same[int(index)]]
    folded = key.casefold()
    return [entry for entry in entries if entry.path.casefold() == folded]


def split_key(key: str) -> tuple[str, ...]:
    """Take a typed key apart at its points, quotes and brackets; empty when it is not built like that."""
    parts, at = [], 0
    while at < len(key):
        match = _KEY_PIECE.match(key, at)
        if match is None:
            return ()
        double, single, index, bare = match.groups()
        parts.append(
            re.sub(r"\\(.)", r"\1", double) if double is not None else single or index or (bare or "").strip()
        )
        at = match.end()
    return tuple(parts)


def replaced(text: str, entry: Entry, new: str) -> str:
    """Put a value in the place of another."""
    return text[: entry.start] + new + text[entry.end :]


def prove(before: tuple[str, Outline], after: tuple[str, Outline], changed: Entry, new: str) -> None:
    """See that one value changed and nothing else did. Raises BadInput when it did."""
    was = _others(*before, changed, changed.end)
    now = _others(*after, changed, changed.start + len(new))
    text, outline = after
    is_read = any(
        entry.path == changed.path
        and changed.start <= entry.start <= entry.end <= changed.start + len(new)
        and _bare(text[entry.start : entry.end]) == _bare(new)
        for entry in outline.entries
    )
    if not is_read or was != now:
        raise BadInput(
            "Written into that file, this value would be read as something else, or change other keys.",
            next_step="Change the value, or use /files edit, which shows the whole file.",
        )


def _others(text: str, outline: Outline, changed: Entry, end: int) -> list[tuple[str, str | None]]:
    """List all keys with their values but the changed one and what is inside it, up to its `end`.

    A value that holds the changed one, as a structure does, changes with it.
    """
    start, inside = changed.start, f"{changed.path}."
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
    """Cut what somebody typed, and still has, to the room of a sentence."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def one_line(value: str) -> None:
    """Raise BadInput for a value that would become more than one line, or that no text file holds."""
    if any(char in value for char in "\n\r\0\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        raise BadInput("A value is one line here, without control characters.")


def wrong_kind(kind: str, value: str, hint: str = "") -> BadInput:
    """Make the error for a value of another kind than the one that stands there."""
    typed = f"{quoted(shorten_key(value))} is not one" if value else "an empty value is not one"
    return BadInput(
        f"That key holds {kind}; {typed}.", next_step=hint or "For anything else use /files edit."
    )


def not_one_value(key: str) -> BadInput:
    """Make the error for a key that holds a table or a list."""
    return BadInput(
        f"{quoted(shorten_key(key))} holds more than one value.",
        next_step="Name a key inside it, or use /files edit.",
    )


def unknown_key(key: str, known: list[str]) -> BadInput:
    """Make the error for a key that is not there, with those that were perhaps meant."""
    from rapidfuzz import process  # noqa: PLC0415

    near = [
        quoted(name)
        for name, score, _ in process.extract(key[:200], known, limit=_LIKELY)
        if score > _LEAST_SCORE and len(name) <= _LONGEST_HINT
    ]
    hint = f"Did you mean {' or '.join(near)}?" if near else "Look with /files read which keys there are."
    return BadInput(f"There is no key {quoted(shorten_key(key))} in that file.", next_step=hint)


def _repeats(key: str, lines: Sequence[int]) -> BadInput:
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED]) + (
        " …" if len(lines) > _LINES_NAMED else ""
    )
    first, second, both = quoted(f"{key}.0"), quoted(f"{key}.1"), quoted(shorten_key(key))
    return BadInput(
        f"{both} is there more than once (lines {named}), and which one counts is up to the game.",
        next_step=f"Name one: {first} is the first, {second} the second. Or use /files edit.",
    )


_ASCII = frozenset(map(chr, range(128)))
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


def with_escapes(text: str, value: str, *, ascii_only: bool) -> str:
    r"""Write as `\uXXXX` whatever the file's encoding may have no form for.

    With `ascii_only`, a file that is all ASCII stays so.
    """
    beyond = "".join(set(text) - _ASCII)
    keeps: str | None = None
    if not beyond:
        keeps = "ascii" if ascii_only else None
    else:
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
