"""Console commands in a file, one a line (`hostname "My server"`): Source, Rust, Quake and FiveM."""

import re

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs.values import Entry, Outline, broken, one_line

LAST_COUNTS = False

_SETTERS = frozenset({"set", "seta", "sets", "setr", "setu"})
_NAME = re.compile(r'"([^"\s]+)"|([+\-]?[A-Za-z_][\w.:+\-]*)')
_STRING = re.compile(r'"[^"\n]*"')
_REST = re.compile(r'(?:[^\s";/]|/(?!/))+(?:[ \t]+(?!//|#[ \t])(?:[^\s";/]|/(?!/))+)*')
_BLANKS = re.compile(r"[ \t]*")
_ASSIGNS = re.compile(r"(?:[\w.]+[ \t]*)?=(?:[ \t]|$)", re.MULTILINE)
"""`name = value`, which is another language's."""
_PLAIN = re.compile(r'[^\s";/#]+(?:/[^\s";/#]+)*')

_BLANKS_INSIDE = re.compile(rf"{_PLAIN.pattern}(?: {_PLAIN.pattern})*")
"""The rest of a line without quotes, where the command takes all of it."""


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is built otherwise."""
    outline(text)


def outline(text: str) -> Outline:
    """List the commands that hold a value. Raises ValueError for a line that is no command."""
    result, at = Outline(), 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        _line(result, text, start, start + len(line))
    return result


def _line(result: Outline, text: str, at: int, end: int) -> None:
    while True:
        at = _blanks(text, at)
        if at >= end or text[at] == "#" or text.startswith("//", at):
            return
        if text[at] == ";":
            at += 1
            continue
        name, at = _name(text, at)
        if name.lower() in _SETTERS and _NAME.match(text, at):
            name, at = _name(text, at)
        at = _value(result, text, name, at)


def _name(text: str, at: int) -> tuple[str, int]:
    match = _NAME.match(text, at)
    if match is None:
        raise broken(text, at, _("this isn't a console command"))
    after = match.end()
    if text[after : after + 1] not in ("", " ", "\t", "\n", ";", '"'):
        raise broken(text, at, _("this isn't a console command"))
    return match[1] or match[2], _blanks(text, after)


def _value(result: Outline, text: str, name: str, at: int) -> int:
    quoted = _STRING.match(text, at)
    if quoted:
        end = _blanks(text, quoted.end())
        if text[end : end + 1] in ("", "\n", ";", "#") or text.startswith("//", end):
            result.add(None, name, at + 1, quoted.end() - 1, '"')
            return end
    if _ASSIGNS.match(text, at):
        raise broken(text, at, _("this isn't a console command"))
    parts, start, end = 0, at, at
    while not (parts and text.startswith("#", at)) and (
        match := _STRING.match(text, at) or _REST.match(text, at)
    ):
        end, parts = match.end(), parts + 1
        at = _blanks(text, end)
    if text[at : at + 1] == '"':
        raise broken(text, at, _("a quote is not closed on its line"))
    if parts:
        several = parts > 1 or quoted is not None
        result.add(None, name, start, end, obstacle=_("takes more than one value.") if several else "")
    if text[at : at + 1] not in ("", "\n", ";", "#", "/"):
        raise broken(text, at, _("this isn't a console command"))
    return at


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed, in quotes where it needs them. Raises BadInput."""
    one_line(value)
    inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if '"' in inner:
        raise BadInput(_("That kind of file has no way to write a double quote inside a value."))
    plain = _BLANKS_INSIDE if " " in text[entry.start : entry.end] else _PLAIN
    is_plain = plain.fullmatch(inner) and not _ASSIGNS.match(inner)
    return inner if entry.style == '"' or is_plain else f'"{inner}"'


def _blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at
