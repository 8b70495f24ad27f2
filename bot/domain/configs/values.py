"""Shared by all formats: the positions of values, finding one, proving that only it changed."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.errors import BadInput, Missing
from bot.domain.quoting import quoted

_LIKELY = 5
_LONGEST_HINT = 200
_LONGEST_SHOWN = 300
_LEAST_SCORE = 60
_MOST_ENTRIES = 200_000
_MOST_PATH_CHARACTERS = 20_000_000
_DEEPEST = 200
_LINES_NAMED = 5
_INDEX = re.compile(r"\.(\d{1,7})(?:\.|$)", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
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


class UnknownKey(Missing):
    """The file has no such key; `suggestions` are those that were perhaps meant."""

    suggestions: tuple[str, ...] = ()


class TooMuch(BadInput):
    """The file has more keys than the limit."""

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
    """Return the line number of a position."""
    return text.count("\n", 0, position) + 1


def broken(text: str, position: int, problem: str) -> ValueError:
    """Make the error for a text that cannot be read, with the place where."""
    column = position - text.rfind("\n", 0, position)
    return ValueError(f"line {line_of(text, position)}, column {column}: {problem}.")


def find(text: str, outline: Outline, key: str, *, last_counts: bool) -> Entry:
    """Find the value that a typed key means. Raises BadInput.

    A key is taken as it stands; else with its parts in quotes (`"a.b".c`) or brackets (`list[0]`); else in
    other letter case. Of a key that repeats, `key.0` is the first.
    """
    matches = _named(outline.entries, key) or _named(outline.entries, key.strip())
    if len(matches) > 1 and not last_counts:
        values = [entry.start for entry in matches if not entry.is_table]
        lines = [line_of(text, start) for start in values[: _LINES_NAMED + 1]]
        if lines:
            raise _repeats(key, lines)
    if not matches:
        raise unknown_key(key, [entry.path for entry in outline.entries if not entry.is_table])
    entry = matches[-1]
    if entry.is_table:
        raise not_one_value(key, is_empty=not any(candidate.parent is entry for candidate in outline.entries))
    if entry.obstacle:
        raise BadInput(
            f"{quoted(shorten_key(key))} on line {line_of(text, entry.start)} {entry.obstacle}",
            next_step="Use /files edit, which shows the whole file.",
        )
    return entry


def _named(entries: Sequence[Entry], key: str) -> list[Entry]:
    if matches := [entry for entry in entries if entry.path == key]:
        return matches
    parts = split_key(key)
    if matches := [entry for entry in entries if parts and entry.name == parts[-1] and entry.parts == parts]:
        return matches
    for form in dict.fromkeys((key, ".".join(parts))):
        if matches := _one_of_several(entries, form):
            return matches
    folded = key.casefold()
    return [entry for entry in entries if entry.path.casefold() == folded]


def _one_of_several(entries: Sequence[Entry], key: str) -> list[Entry]:
    """Find `key.1`, the second of those that repeat, or `key.1.name`, which is inside it."""
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        named.setdefault(entry.path, []).append(entry)
    for match in _INDEX.finditer(key):
        same = named.get(key[: match.start()], [])
        if not int(match[1]) < len(same) > 1:
            continue
        chosen, rest = same[int(match[1])], key[match.end() :]
        if not rest:
            return [chosen]
        path = f"{chosen.path}.{rest}"
        if matches := [entry for entry in named.get(path, []) if _is_inside(entry, chosen)]:
            return matches
    return []


def _is_inside(entry: Entry, holder: Entry) -> bool:
    parent = entry.parent
    while parent is not None and parent is not holder:
        parent = parent.parent
    return parent is holder


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
            "Written into that file, this value would be read as something else, or change other keys.",
            next_step="Change the value, or use /files edit, which shows the whole file.",
        )


def _with_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place by the blanks around it: where nothing stands between them, nobody can tell where."""
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
    """Cut what somebody typed, and still has, to the room of a sentence."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def one_line(value: str) -> None:
    """Raise BadInput for a value that would become more than one line, or that no text file holds."""
    if _CONTROL.search(value):
        raise BadInput("A value is one line here, without control characters.")


def wrong_kind(kind: str, value: str, hint: str = "") -> BadInput:
    """Make the error for a value of another kind than the one that stands there."""
    typed = f"{quoted(shorten_key(value))} is not one" if value else "an empty value is not one"
    return BadInput(
        f"That key holds {kind}; {typed}.", next_step=hint or "For anything else use /files edit."
    )


def not_one_value(key: str, *, is_empty: bool = False) -> BadInput:
    """Make the error for a key that holds a table or a list."""
    if is_empty:
        return BadInput(
            f"{quoted(shorten_key(key))} is an empty list or table: there is no value in it to change.",
            next_step="Use /files edit to put something in.",
        )
    return BadInput(
        f"{quoted(shorten_key(key))} holds more than one value.",
        next_step="Name a key inside it, or use /files edit.",
    )


def unknown_key(key: str, known: list[str]) -> UnknownKey:
    """Make the error for a key that is not there, with those that were perhaps meant."""
    from rapidfuzz import process  # noqa: PLC0415 - only a mistyped key needs it

    near = [
        name
        for name, score, _ in process.extract(key[:200], [*dict.fromkeys(known)], limit=_LIKELY)
        if score > _LEAST_SCORE and len(name) <= _LONGEST_HINT
    ]
    hint = f"Did you mean {' or '.join(map(quoted, near))}?" if near else "See its keys with /files read."
    error = UnknownKey(f"That file has no key {quoted(shorten_key(key))}.", next_step=hint)
    error.suggestions = tuple(near)
    return error


def _repeats(key: str, lines: Sequence[int]) -> BadInput:
    named = ", ".join(str(line) for line in lines[:_LINES_NAMED]) + (
        " …" if len(lines) > _LINES_NAMED else ""
    )
    first, second, both = quoted(f"{key}.0"), quoted(f"{key}.1"), quoted(shorten_key(key))
    return BadInput(
        f"{both} is there more than once (lines {named}), and which one counts is up to the game.",
        next_step=f"Name one: {first} is the first, {second} the second. Or use /files edit.",
    )


_ANY_ESCAPE = re.compile(r"(\\u[0-9a-fA-F]{4}|\\.|\\$)", re.DOTALL)
_ONE_ESCAPE = re.compile(r'(\\u[0-9a-fA-F]{4}|\\[nrtbf"\\/])')
_DRIVE = re.compile(r"[A-Za-z]:\\")


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
