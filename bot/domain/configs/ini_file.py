"""INI, line by line: Unreal's, Project Zomboid's, Soldat's, BepInEx's and all others of `key=value`."""

import re

from bot.domain.configs.values import Entry, Outline, broken, one_line
from bot.domain.quoting import quoted
from bot.errors import BadInput

LAST_COUNTS = False

_COMMENT = (";", "#", "//")
_SECTION = re.compile(r"\[([^\n]*)\][ \t]*(?:[;#/][^\n]*)?")
_BLANKS = re.compile(r"[ \t]*")
_INLINE = re.compile(r"(?<![ \t])[ \t]+(?:;|#[ \t#]|//[ \t])")
_PAIR = re.compile(r"[ \t\n]*(?:([\w.\[\]]+)[ \t]*=[ \t]*)?")
_IN_STRUCT = re.compile(r'"(?:[^"\\]|\\.)*"|[^,()"]*')
_BARE_IN_STRUCT = re.compile(r"[^,()\"=]*")


def check(text: str) -> None:
    """Raise ValueError with a sentence for what is wrong in every dialect."""
    outline(text)


def outline(text: str) -> Outline:
    """List the keys; those in front of the first section are known by their bare names."""
    found, section, at, last = Outline(), None, 0, None
    sections: dict[str, Entry] = {}
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if not bare or bare.startswith(_COMMENT):
            continue
        if bare.startswith("["):
            match = _SECTION.fullmatch(bare)
            if match is None:
                raise broken(text, start + indent, "a section's name lacks its closing bracket")
            name, last = match[1], None
            section = sections[name] if name in sections else sections.setdefault(name, found.add(None, name))
            continue
        parted = _parted(bare)
        if parted is None:
            if last is not None and indent > last[1]:
                _goes_on(found, last[0])
            continue
        name, value = parted
        if not name:
            raise broken(text, start + indent, "a value without a key in front of it")
        begin = start + indent
        _add(found, text, section, name, start=begin + value, end=begin + len(bare))
        last = (len(found.entries) - 1, indent) if not found.entries[-1].name.isdigit() else None
    return found


def _parted(line: str) -> tuple[str, int] | None:
    """Give the key and where the value begins: behind the first `=`, or a `:` that a blank follows.

    A colon inside a key (a path of Windows) or right before a value (`a:1`) counts only without any `=`.
    """
    equals, colon = line.find("="), line.find(":")
    spaced = colon >= 0 and line[colon + 1 : colon + 2] in ("", " ", "\t")
    at = colon if equals < 0 or (spaced and colon < equals) else equals
    blanks = _BLANKS.match(line, at + 1)
    return (line[:at].rstrip(), blanks.end() if blanks else at + 1) if at >= 0 else None


def _goes_on(found: Outline, number: int) -> None:
    old = found.entries[number]
    if not old.is_table:
        found.entries[number] = Entry(
            old.path,
            old.name,
            old.parent,
            old.start,
            old.end,
            old.style,
            "goes on in the lines below it.",
            old.depth,
        )


def _add(  # noqa: PLR0913 - a value is a key and a span
    found: Outline, text: str, section: Entry | None, name: str, *, start: int, end: int
) -> None:
    """Add a value without its quotes and the comment behind it, and what is inside `(A=1,B="x")`."""
    quote = text[start : start + 1]
    if quote in ('"', "'") and quote:
        close = text.find(quote, start + 1, end)
        behind = text[close + 1 : end].strip()
        if close > 0 and (not behind or behind.startswith(_COMMENT)):
            found.add(section, name, start + 1, close, quote)
            return
    inline = _INLINE.search(text, start, end) if start < end else None
    if start < end and text[start - 1] in " \t" and text[start] in ";#":
        found.add(section, name, start, start, "comment")
        return
    stop = inline.start() if inline else end
    holder = found.add(section, name, start, max(start, stop))
    if text[start : start + 1] == "(" and text[stop - 1 : stop] == ")":
        _struct(found, text, holder, start, stop)


def _struct(found: Outline, text: str, holder: Entry, start: int, stop: int) -> None:
    """List what is inside an Unreal structure."""
    levels, at = [(holder, 0)], start + 1
    while at < stop and levels:
        if text[at] in ", \t":
            at += 1
            continue
        if text[at] == ")":
            levels.pop()
            at += 1
            continue
        entry, index = levels[-1]
        levels[-1] = (entry, index + 1)
        match = _PAIR.match(text, at, stop)
        name = match[1] if match and match[1] else str(index)
        at = match.end() if match else at
        if text[at : at + 1] == "(":
            levels.append((found.add(entry, name), 0))
            at += 1
            continue
        value = _IN_STRUCT.match(text, at, stop)
        end = value.end() if value else at
        if (
            text[end : end + 1] == '"'
        ):  # a quote that is never closed, or one inside a word: nobody's structure
            return
        is_text = text[at : at + 1] == '"' and end > at + 1
        found.add(entry, name, at + is_text, end - is_text, 'struct "' if is_text else "struct")
        at = end + (end == at and text[at : at + 1] not in (",", ")"))


def spell(_text: str, entry: Entry, value: str) -> str:
    """Write what was typed where it fits. Raises BadInput."""
    one_line(value)
    quote = entry.style[-1:] if entry.style[-1:] in ('"', "'") else ""
    if quote:
        inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == quote else value
        if quote in inner or (entry.style.startswith("struct") and inner.endswith("\\")):
            raise BadInput(f"That value stands between two {quoted(quote)}, which it cannot hold itself.")
        return inner
    if entry.style == "struct" and not _BARE_IN_STRUCT.fullmatch(value):
        raise BadInput(
            "That value stands in a list between commas and brackets, which it cannot hold itself.",
            next_step="Name the whole list as the key to write all of it, or use /files edit.",
        )
    if entry.style == "comment":  # nothing stands in front of the comment yet
        return f"{value} " if value else ""
    if (found := _INLINE.search(value)) and not (value[:1] in ('"', "'") and value[-1:] == value[:1]):
        raise BadInput(
            f"{quoted(found[0].strip())} after a blank begins a comment there: the rest would not be read.",
            next_step="Leave the blank out, or use /files edit if your game reads such values whole.",
        )
    return value
