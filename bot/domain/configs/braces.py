"""Finds values in formats of braces and brackets: JSON and its relatives, HOCON, TOML's values.

One walk, linear in the length of the text, without recursion.
"""

import json
import re
from dataclasses import dataclass

from bot.core.i18n import _
from bot.domain.configs.values import Entry, Outline, broken

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes the elements that all have in common."""

    space: re.Pattern[str]
    """Blanks, line ends and comments."""
    between: re.Pattern[str]
    """The same, and commas."""
    string: re.Pattern[str]
    """A whole quoted string."""
    bare: re.Pattern[str]
    """A value, or one piece of a value, without quotes."""
    bare_key: re.Pattern[str]
    separator: re.Pattern[str]
    is_dotted: bool = False
    """Whether `a.b` is a key inside a key."""
    is_hocon: bool = False
    """Whether a value may go on behind its first piece, an object needs no separator, the root no braces."""


@dataclass(slots=True)
class _Level:
    entry: Entry | None
    closing: str
    start: int
    index: int = 0


_C_COMMENTS = r"//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/"
_ONE_LINE_STRING = r""""[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"""
_COMMENTS = rf"{_C_COMMENTS}|#[^\n]*"
JSON = Dialect(
    space=re.compile(rf"(?:[\s\ufeff]+|{_COMMENTS})*"),
    between=re.compile(rf"(?:[\s,\ufeff]+|{_COMMENTS})*"),
    string=re.compile(_ONE_LINE_STRING, re.DOTALL),
    bare=re.compile(r"[^\s,:{}\[\]\"'/#]+"),
    bare_key=re.compile(r"[\w$-]+"),
    separator=re.compile(r":"),
)
HOCON = Dialect(
    space=re.compile(rf"(?:[\s\ufeff]+|{_COMMENTS})*"),
    between=re.compile(rf"(?:[\s,\ufeff]+|{_COMMENTS})*"),
    string=re.compile(r'"""(?:(?!""").)*"{3,}|"[^"\\\n]*(?:\\.[^"\\\n]*)*"', re.DOTALL),
    bare=re.compile(r"(?:[^\s,{}\[\]\"#=:$/]|:|=|/(?!/)|\$(?!\{)|\$\{[^}\n]*\})+"),
    bare_key=re.compile(r"[^\s,{}\[\]\"#=:$.+/]+(?:[ \t]+[^\s,{}\[\]\"#=:$.+/]+)*"),
    separator=re.compile(r"\+=|[:=]"),
    is_dotted=True,
    is_hocon=True,
)


def scan(text: str, dialect: Dialect) -> Outline:
    """List the keys of a whole text. Raises ValueError with a sentence for one that is built otherwise."""
    outline = Outline()
    at = _passed(dialect.space, text, 0)
    if text[at : at + 1] in ("{", "["):
        at = scan_value(text, at, dialect, outline, None)
    elif dialect.is_hocon:
        at = _walk(text, at, dialect, outline, [_Level(None, "", at)])
    elif at < len(text):
        _value, at = _scalar(text, at, dialect)
    at = _passed(dialect.space, text, at)
    if at < len(text):
        raise broken(text, at, _("something follows after the end"))
    return outline


def scan_value(text: str, at: int, dialect: Dialect, outline: Outline, entry: Entry | None) -> int:
    """List what is inside the braces or brackets at a position; give the position behind them."""
    return _walk(text, at + 1, dialect, outline, [_Level(entry, "}" if text[at] == "{" else "]", at)])


def _walk(text: str, at: int, dialect: Dialect, outline: Outline, levels: list[_Level]) -> int:
    while levels:
        level = levels[-1]
        at = _passed(dialect.between, text, at)
        if at == len(text):
            if level.closing:
                raise broken(
                    text,
                    level.start,
                    _("what opens here is never closed with “{closing}”", closing=level.closing),
                )
            return at
        if text[at] in "}]":
            if text[at] != level.closing:
                raise broken(text, at, _("“{text}” closes nothing that is open", text=text[at]))
            levels.pop()
            at += 1
            continue
        if level.closing == "]":
            entry, name = level.entry, str(level.index)
            level.index += 1
        else:
            if dialect.is_hocon and (passed := _INCLUDE.match(text, at)):
                at = passed.end()
                continue
            entry, name, at = _key(text, at, dialect, outline, level.entry)
        if text[at : at + 1] in ("{", "["):
            table = outline.add(entry, name)
            levels.append(_Level(table, "}" if text[at] == "{" else "]", at))
            at += 1
            continue
        start = at
        end, at = _scalar(text, at, dialect)
        if dialect.is_hocon and text[at : at + 1] in ("{", "["):  # `${base} { more }` is one object of both
            levels.append(_Level(outline.add(entry, name), "}" if text[at] == "{" else "]", at))
            at += 1
        else:
            outline.add(entry, name, start, end)
    return at


_INCLUDE = re.compile(r"include\s+(?:\"[^\"\n]*\"|[a-z]+\([^)\n]*\)+)")


def _key(
    text: str, at: int, dialect: Dialect, outline: Outline, parent: Entry | None
) -> tuple[Entry | None, str, int]:
    """Read a key and its separator; give the table it is in, its name, and where its value begins."""
    names, start = [], at
    while True:
        name, at = key_piece(text, at, dialect)
        names.append(name)
        after = _skip_blanks(text, at)
        if not dialect.is_dotted or text[after : after + 1] != ".":
            break
        at = _skip_blanks(text, after + 1)
    at = _passed(dialect.space, text, at)
    if match := dialect.separator.match(text, at):
        at = _passed(dialect.space, text, match.end())
    elif not (dialect.is_hocon and text[at : at + 1] == "{"):
        raise broken(text, start, _("the value after this key is missing"))
    for name in names[:-1]:
        parent = outline.add(parent, name)
    return parent, names[-1], at


def key_piece(text: str, at: int, dialect: Dialect) -> tuple[str, int]:
    """Read one name, with or without quotes; give it and the position behind it. Raises ValueError."""
    if match := dialect.string.match(text, at):
        return unquoted(match[0]), match.end()
    if match := dialect.bare_key.match(text, at):
        return match[0].strip(), match.end()
    raise broken(text, at, _("a key should be here"))


def unquoted(string: str) -> str:
    """Give what a quoted string holds."""
    if string.startswith('"'):
        try:
            decoded = json.loads(string)
        except ValueError:
            pass
        else:
            return str(decoded)
    return _ESCAPE.sub(
        lambda match: chr(int(match[1], 16)) if match[1] else _NAMED.get(match[2], match[2]), string[1:-1]
    )


def _scalar(text: str, at: int, dialect: Dialect) -> tuple[int, int]:
    """Find the end of a value without anything inside; and of what was passed for it."""
    end = at
    while match := dialect.string.match(text, end) or dialect.bare.match(text, end):
        end = match.end()
        if not dialect.is_hocon:
            return end, end
        at = end
        following = _skip_blanks(text, end)
        if text.startswith("//", following) or not (
            dialect.string.match(text, following) or dialect.bare.match(text, following)
        ):
            return end, following
        end = following
    if end == at:
        is_open = text[at : at + 1] in ('"', "'") and at < len(text)
        raise broken(
            text, at, _("this quote is not closed on its line") if is_open else _("a value should be here")
        )
    return at, end


def _passed(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _skip_blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at
