"""Assignments that end in a semicolon, in classes of braces: the server.cfg of Arma and DayZ."""

import re

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs.values import Entry, Outline, broken, one_line, wrong_kind

LAST_COUNTS = False

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|(?<![^\n])[ \t]*#[^\n]*)*")
_CLASS = re.compile(r"class\s+(\w+)(?:\s*:\s*\w+)?\s*+([{;])")
_KEY = re.compile(r"(\w+)[ \t]*(\[[ \t]*\])?\s*+\+?=")
_STRING = re.compile(r'"((?:[^"\n]|"")*)"')
_BARE = re.compile(r"[^\s;,{}\"'=/\\]+(?:[ \t]+[^\s;,{}\"'=/\\]+)*")
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_WORD = re.compile(r"[\w.+-]+")
_DOUBLES = re.compile(r"^[ \t]*(?:class[ \t]+\w+|\w+\[\][ \t]*=)", re.MULTILINE)


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is built otherwise."""
    outline(text)


def outline(text: str) -> Outline:
    """List the keys; a list's values by their number. Raises ValueError for a text built otherwise."""
    result, classes, at = Outline(), list[Entry](), 0
    while (at := _passed(text, at)) < len(text):
        if text[at] == "}":
            if not classes:
                raise broken(text, at, _("“}” closes nothing that is open"))
            classes.pop()
            at = _end(text, at + 1)
            continue
        holder = classes[-1] if classes else None
        if match := _CLASS.match(text, at):
            at = match.end()
            if match[2] == "{":
                classes.append(result.add(holder, match[1]))
        elif match := _KEY.match(text, at):
            at = _passed(text, match.end())
            if match[2]:
                at = _list(result, text, result.add(holder, match[1]), at)
            else:
                at = _value(result, text, holder, match[1], at=at)
            if not text.startswith(";", _passed(text, at)):
                raise broken(text, at, _("a semicolon is missing after this value"))
            at = _end(text, at)
        else:
            raise broken(text, at, _("this is neither a class nor a key with its value"))
    if classes:
        raise broken(text, len(text), _("a class is not closed"))
    return result


def _value(result: Outline, text: str, holder: Entry | None, name: str, *, at: int) -> int:
    if match := _STRING.match(text, at):
        result.add(holder, name, match.start(1), match.end(1), '"')
    elif match := _BARE.match(text, at):
        result.add(holder, name, at, match.end())
    else:
        raise broken(text, at, _("a value should be here"))
    return match.end()


def _list(result: Outline, text: str, holder: Entry, at: int) -> int:
    """List the values between braces, which may hold lists themselves; give the position behind them."""
    if text[at : at + 1] != "{":
        raise broken(text, at, _("a list in braces should be here"))
    levels, at = [(holder, 0)], at + 1
    while levels:
        at = _passed(text, at)
        entry, index = levels[-1]
        if text[at : at + 1] == "}":
            levels.pop()
            at = _passed(text, at + 1)
        else:
            levels[-1] = (entry, index + 1)
            if text[at : at + 1] == "{":
                levels.append((result.add(entry, str(index)), 0))
                at += 1
                continue
            at = _passed(text, _value(result, text, entry, str(index), at=at))
        if levels and text[at : at + 1] == ",":
            at += 1
        elif levels and text[at : at + 1] != "}":
            raise broken(text, at, _("a comma or “}” should be here"))
    return at


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed as the kind of value that stands there. Raises BadInput."""
    one_line(value)
    inner = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if not entry.style and _NUMBER.fullmatch(text[entry.start : entry.end]):
        if not _NUMBER.fullmatch(value):
            raise wrong_kind("a number", value)
        return value
    if not entry.style and _WORD.fullmatch(value):
        return value
    if ('"' in inner or "\\" in inner) and not _DOUBLES.search(text):  # the same form, with another escape
        raise BadInput(_("Quetzal does not know how this file writes quotes and backslashes inside a value."))
    written = inner.replace('"', '""')
    return written if entry.style else f'"{written}"'


def _end(text: str, at: int) -> int:
    """Pass the semicolon behind something, where there is one."""
    at = _passed(text, at)
    return at + 1 if text[at : at + 1] == ";" else at


def _passed(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
