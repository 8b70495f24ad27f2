"""INI, line by line: Unreal's, Project Zomboid's, Soldat's, BepInEx's and all others of `key=value`."""

import re
from dataclasses import replace

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.configs.values import Entry, Outline, broken, one_line, wrong_kind
from bot.domain.quoting import quoted

LAST_COUNTS = False

_GOES_ON = N_("continues on the lines below.")

_COMMENT = (";", "#", "//")
_SECTION = re.compile(r"\[([^\n]*)\][ \t]*(?:[;#/][^\n]*)?")
_BLANKS = re.compile(r"[ \t]*")
_INLINE = re.compile(r"(?<![ \t])[ \t]+(?:;|#[ \t#]|//[ \t])")
_AT_ONCE = re.compile(r"(?<=[ \t])(?:;|#(?:[ \t#]|$))", re.MULTILINE)
"""A comment where a value should be; `#ff0000` is a colour."""
_UNREAL = re.compile(r"^[ \t]*\[/", re.MULTILINE)
"""Unreal names sections by paths; it reads a value to the end of its line."""
_ESCAPED_QUOTES = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'")
_OPENS = re.compile(r'[{(\[]|"""(?![^\n]*""")[^\n]*')
_PAIR = re.compile(r"[ \t\n]*(?:([\w.\[\]]+)[ \t]*=[ \t]*)?")
_IN_STRUCT = re.compile(r'"(?:[^"\\]|\\.)*"|[^,()"]*')
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[()]')
_WHOLE_TEXT = re.compile(r'"[^"\\]*"')
_BARE_IN_STRUCT = re.compile(r"[^,()\"=]*")


def check(text: str) -> None:
    """Raise ValueError with a sentence for what is wrong in every dialect."""
    outline(text)


def outline(text: str) -> Outline:
    """List the keys; those in front of the first section are known by their bare names."""
    result, section, at, last = Outline(), None, 0, None
    sections: dict[str, Entry] = {}
    before, line, inside = "", "", 0
    unreal = is_unreal(text)
    for following in text.split("\n"):
        before, line = line.rstrip(), following
        start, at = at, at + len(line) + 1
        if start < inside:  # a text of several lines
            continue
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        if not bare or bare.startswith(_COMMENT):
            continue
        if bare.startswith("["):
            match = _SECTION.fullmatch(bare)
            if match is None:
                raise broken(text, start + indent, _("a section's name lacks its closing bracket"))
            name, last = match[1], None
            section = (
                sections[name] if name in sections else sections.setdefault(name, result.add(None, name))
            )
            continue
        parted = _parted(line[indent:])
        if parted is None:
            if last is not None and (indent > last[1] or before.endswith("\\")):
                _goes_on(result, last[0])
            continue
        name, value = parted
        if not name:
            raise broken(text, start + indent, _("a value without a key in front of it"))
        value = start + indent + value
        end = max(value, start + indent + len(bare))
        _add(result, text, section, name, start=value, end=end, unreal=unreal)
        inside = _end_of_text(text, value, end)
        last = (len(result.entries) - 1, indent) if not result.entries[-1].name.isdigit() else None
    return result


def is_unreal(text: str) -> bool:
    """Whether it is an Unreal game's, which reads what follows a semicolon in a line, too."""
    return _UNREAL.search(text) is not None


def _parted(line: str) -> tuple[str, int] | None:
    """Give the key and where the value begins: behind the first `=`, or a `:` that a blank follows.

    A colon inside a key (a path of Windows) or right before a value (`a:1`) counts only without any `=`.
    """
    equals, colon = line.find("="), line.find(":")
    spaced = colon >= 0 and line[colon + 1 : colon + 2] in ("", " ", "\t")
    at = colon if equals < 0 or (spaced and colon < equals) else equals
    blanks = _BLANKS.match(line, at + 1)
    return (line[:at].rstrip(), blanks.end() if blanks else at + 1) if at >= 0 else None


def _end_of_text(text: str, start: int, end: int) -> int:
    """Return where a text between three quotes ends that begins in a line; 0 when none does."""
    opening = _OPENS.fullmatch(text, start, end)
    if opening is None or not opening[0].startswith('"""'):
        return 0
    close = text.find('"""', end)
    return 0 if close < 0 else close + len('"""')


def _goes_on(result: Outline, number: int) -> None:
    old = result.entries[number]
    if not old.is_table:
        result.entries[number] = replace(old, obstacle=_(_GOES_ON))


def _add(  # noqa: PLR0913 - a value is a key and a span
    result: Outline, text: str, section: Entry | None, name: str, *, start: int, end: int, unreal: bool
) -> None:
    """Add a value without its quotes and the comment behind it, and what is inside `(A=1,B="x")`."""
    if _OPENS.fullmatch(text, start, end):
        result.add(section, name, start, end, obstacle=_(_GOES_ON))
        return
    quote = text[start : start + 1]
    if quote in ('"', "'") and quote and (close := _closing(text, start, end)):
        result.add(section, name, start + 1, close, quote)
        return
    inline = None if unreal else _INLINE.search(text, start, end)
    if start < end and not unreal and _AT_ONCE.match(text, start):
        result.add(section, name, start, start, "comment")
        return
    stop = inline.start() if inline else end
    holder = result.add(section, name, start, max(start, stop))
    if text[start : start + 1] == "(" and text[stop - 1 : stop] == ")":
        _struct(result, text, holder, start, stop)


def _closing(text: str, start: int, end: int) -> int:
    r"""Find the quote that closes a value, with nothing but a comment behind it; 0 when there is none.

    The first one does, as it does behind a path of Windows; else one behind others that are escaped.
    """
    escaped = _ESCAPED_QUOTES.match(text, start, end)
    for close in (text.find(text[start], start + 1, end), escaped.end() - 1 if escaped else -1):
        behind = text[close + 1 : end].strip()
        if close > 0 and (not behind or behind.startswith(_COMMENT)):
            return close
    return 0


def _struct(result: Outline, text: str, holder: Entry, start: int, stop: int) -> None:
    """List what is inside an Unreal structure."""
    closings = _closings(text, start, stop)
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
            if at not in closings:
                return
            levels.append((result.add(entry, name, at, closings[at] + 1, "list"), 0))
            at += 1
            continue
        value = _IN_STRUCT.match(text, at, stop)
        end = value.end() if value else at
        if text[end : end + 1] == '"':  # a quote that is never closed, or one inside a word: no structure
            return
        is_text = text[at : at + 1] == '"' and end > at + 1
        result.add(entry, name, at + is_text, end - is_text, 'struct "' if is_text else "struct")
        at = end + (end == at and text[at : at + 1] not in (",", ")"))


def _closings(text: str, start: int, stop: int) -> dict[int, int]:
    """Say where each bracket of a structure is closed."""
    opened: list[int] = []
    closings: dict[int, int] = {}
    for match in _BRACKET.finditer(text, start, stop):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            closings[opened.pop()] = match.start()
    return closings


def _is_list(value: str) -> bool:
    """Whether it is one structure in brackets, all of it."""
    return value.startswith("(") and _closings(value, 0, len(value)).get(0) == len(value) - 1


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed where it fits. Raises BadInput."""
    one_line(value)
    quote = entry.style[-1:] if entry.style[-1:] in ('"', "'") else ""
    if quote:
        return _between(text[entry.start : entry.end], entry, value, quote)
    if entry.style == "list" and not _is_list(value):
        raise wrong_kind(
            _("a list in brackets"), value, _("Write all of it, like (A,B), or name a key inside it.")
        )
    if entry.style == "struct" and not (
        _BARE_IN_STRUCT.fullmatch(value) or _is_list(value) or _WHOLE_TEXT.fullmatch(value)
    ):
        raise BadInput(
            _("That value is part of a list, so it can't contain commas or brackets."),
            next_step=_("Name the whole list as the key to write all of it, or use /files edit."),
        )
    if entry.style == "comment":  # nothing stands in front of the comment yet
        return f"{value} " if value else ""
    if (
        not is_unreal(text)
        and (comment := _INLINE.search(value))
        and not (value[:1] in ('"', "'") and value[-1:] == value[:1])
    ):
        raise BadInput(
            _(
                "{comment} after a blank begins a comment there: the rest would not be read.",
                comment=quoted(comment[0].strip()),
            ),
            next_step=_("Leave the blank out, or use /files edit if your game reads such values whole."),
        )
    return value


def _between(old: str, entry: Entry, value: str, quote: str) -> str:
    """Write a value between its quotes."""
    inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == quote else value
    if f"\\{quote}" in old:  # the file escapes them
        return re.sub(rf"(\\.)|{quote}", lambda match: match[1] or f"\\{quote}", inner)
    if quote in inner or (entry.style.startswith("struct") and inner.endswith("\\")):
        raise BadInput(
            _("That value stands between two {quote}, so it can't contain one.", quote=quoted(quote))
        )
    return inner
