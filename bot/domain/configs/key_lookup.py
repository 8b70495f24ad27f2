"""Finding the key that a person typed, and the errors for one that can't be found or set."""

import re
from collections.abc import Sequence

from bot.core.errors import BadInput, Missing
from bot.core.i18n import _
from bot.domain.configs.values import Entry, Outline, line_of, shorten_key
from bot.domain.formatting import joined
from bot.domain.quoting import quoted

_LIKELY = 5
_LONGEST_HINT = 200
_LEAST_SCORE = 60
_LINES_NAMED = 5
_INDEX = re.compile(r"\.(\d{1,7})(?:\.|$)", re.ASCII)
_KEY_PIECE = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\[(\d+)\]|([^.\[\]"']+))\s*\.?""")


class UnknownKey(Missing):
    """The file has no such key; `suggestions` are those that were perhaps meant."""

    suggestions: tuple[str, ...] = ()


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
        raise _unknown_key(key, [entry for entry in outline.entries if not entry.is_table])
    entry = matches[-1]
    if entry.is_table:
        raise _not_one_value(
            key, is_empty=not any(candidate.parent is entry for candidate in outline.entries)
        )
    if entry.obstacle:
        raise BadInput(
            _(
                "{key} on line {text} {obstacle}",
                key=quoted(shorten_key(key)),
                text=line_of(text, entry.start),
                obstacle=entry.obstacle,
            ),
            next_step=_("Use /files edit, which shows the whole file."),
        )
    return entry


def _named(entries: Sequence[Entry], key: str) -> list[Entry]:
    if matches := [entry for entry in entries if entry.path == key]:
        return matches
    parts = _split_key(key)
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


def _split_key(key: str) -> tuple[str, ...]:
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


def _not_one_value(key: str, *, is_empty: bool = False) -> BadInput:
    """Make the error for a key that holds a table or a list."""
    if is_empty:
        return BadInput(
            _(
                "{key} is an empty list or table: there is no value in it to change.",
                key=quoted(shorten_key(key)),
            ),
            next_step=_("Use /files edit to put something in."),
        )
    return BadInput(
        _("{key} holds more than one value.", key=quoted(shorten_key(key))),
        next_step=_("Name a key inside it, or use /files edit."),
    )


def _unknown_key(key: str, known: Sequence[Entry]) -> UnknownKey:
    """Make the error for a key that is not there, with those that were perhaps meant.

    First those of that very name, typed without the section or table that they are in.
    """
    from rapidfuzz import process  # noqa: PLC0415 - only a mistyped key needs it

    paths, folded = dict.fromkeys(entry.path for entry in known), key.strip().casefold()
    inside = dict.fromkeys(entry.path for entry in known if entry.name.casefold() == folded)
    similar = process.extract(key[:200], [*paths], limit=_LIKELY)
    likely = dict.fromkeys((*inside, *(path for path, score, _ in similar if score > _LEAST_SCORE)))
    near = [path for path in likely if len(path) <= _LONGEST_HINT][:_LIKELY]
    hint = (
        _("Did you mean {near}?", near=_(" or ").join(map(quoted, near)))
        if near
        else _("See its keys with /files read.")
    )
    error = UnknownKey(_("That file has no key {key}.", key=quoted(shorten_key(key))), next_step=hint)
    error.suggestions = tuple(near)
    return error


def _repeats(key: str, lines: Sequence[int]) -> BadInput:
    named = joined(str(line) for line in lines[:_LINES_NAMED]) + (" …" if len(lines) > _LINES_NAMED else "")
    first, second, both = quoted(f"{key}.0"), quoted(f"{key}.1"), quoted(shorten_key(key))
    return BadInput(
        _(
            "{both} is there more than once (lines {named}), and which one counts is up to the game.",
            both=both,
            named=named,
        ),
        next_step=_(
            "Name one: {first} is the first, {second} the second. Or use /files edit.",
            first=first,
            second=second,
        ),
    )
