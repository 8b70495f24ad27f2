"""TOML: Python's own parser judges the text, the value's place is found here."""

import re
import tomllib
from datetime import date, datetime, time

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.configs import braces
from bot.domain.configs.braces import Dialect
from bot.domain.configs.json_file import string
from bot.domain.configs.values import Entry, Outline, broken, line_of, wrong_kind

LAST_COUNTS = False

_TOML = Dialect(
    space=re.compile(r"(?:\s+|#[^\n]*)*"),
    between=re.compile(r"(?:[\s,]+|#[^\n]*)*"),
    string=re.compile(
        r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|'
        r"'''(?:(?!''').)*'{3,5}|"
        r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'
        r"'[^'\n]*'",
        re.DOTALL,
    ),
    bare=re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,{}\[\]\"'#=]+"),
    bare_key=re.compile(r"[A-Za-z0-9_-]+"),
    separator=re.compile(r"="),
    is_dotted=True,
)
_AT = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_NUMBER = re.compile(
    r"[+-]?(?:inf|nan|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9_]+)?)",
    re.ASCII,
)

_DEEP_KEY = re.compile(r"^[ \t]*+\[{0,2}[ \t]*+(?:[\w\"'-]++[ \t]*+\.[ \t]*+){200}", re.MULTILINE)
"""The parser takes quadratic time for such a key."""
_WHOLE = re.compile(r"[+-]?[0-9][0-9_]*", re.ASCII)
_TIMES = {datetime: N_("a date with a time"), date: N_("a date"), time: N_("a time")}


def outline(text: str) -> Outline:
    """List the keys. Raises ValueError with a sentence when the text is broken."""
    check(text)
    return _Scan(text).run()


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken, RecursionError when it is too deep."""
    if _DEEP_KEY.search(text):
        raise RecursionError
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _AT.match(str(error))
        message = match[1] if match else str(error)
        where = (
            _("line {match}, column {match_2}", match=match[2], match_2=match[3])
            if match and match[2]
            else _("line {text}", text=line_of(text, len(text)))
        )
        raise ValueError(f"{where}: {message}.") from None


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed as the kind of value that stands there. Raises BadInput."""
    old = text[entry.start : entry.end]
    if old[0] in "\"'":
        return _string(text, old, value)
    if old in ("true", "false"):
        if value.lower() not in ("true", "false"):
            raise wrong_kind(_("true or false"), value)
        return value.lower()
    is_number = _NUMBER.fullmatch(old) is not None
    try:
        new = None if "\n" in value or "#" in value else tomllib.loads(f"x = {value}")["x"]
    except ValueError:
        new = None
    if is_number:
        if isinstance(new, bool) or not isinstance(new, int | float):
            raise wrong_kind("a number", value)
        if isinstance(new, int) and isinstance(tomllib.loads(f"x = {old}")["x"], float):
            # Whole numbers are another type, which strict readers refuse there.
            return f"{value.strip() if _WHOLE.fullmatch(value.strip()) else new}.0"
    elif type(new) is not type(kind := tomllib.loads(f"x = {old}")["x"]):
        raise wrong_kind(_(_TIMES[type(kind)]), value, _("Write it like {old}.", old=old))
    return value.strip()


def _string(text: str, old: str, value: str) -> str:
    quote = old[:3] if len(old) > 5 and old[:3] in ('"""', "'''") else old[0]  # noqa: PLR2004 - two threes
    if quote[0] == "'" and "'" not in value and value.isprintable():
        return f"{quote}{value}{quote}"
    if quote == "'''":
        raise BadInput(
            _("Quetzal can't write a quote into a text between triple quotes."),
            next_step=_("Use /files edit."),
        )
    inner = string(text, value, old=old[1:-1] if quote[0] == '"' else "")
    return f'""{inner}""' if quote == '"""' else inner


class _Scan:
    """One walk through a text that the parser took."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._outline = Outline()
        self._tables: dict[tuple[str, ...], Entry] = {}
        self._lengths: dict[tuple[str, ...], int] = {}

    def run(self) -> Outline:
        text, at, table = self._text, 0, None
        while True:
            at = _passed(text, at)
            if at == len(text):
                return self._outline
            if text[at] == "[":
                is_list = text.startswith("[[", at)
                names, at = self._names(at + 1 + is_list)
                table = self._header(names, is_list=is_list)
                at = text.index("]", at) + 1 + is_list
                continue
            names, at = self._names(at)
            at = _passed(text, text.index("=", at) + 1)
            parent = self._table(table, names[:-1])
            if text[at] in "{[":
                at = braces.scan_value(text, at, _TOML, self._outline, self._outline.add(parent, names[-1]))
                continue
            match = _TOML.string.match(text, at) or _TOML.bare.match(text, at)
            if match is None:
                raise broken(text, at, _("a value should be here"))
            self._outline.add(parent, names[-1], at, match.end())
            at = match.end()

    def _names(self, at: int) -> tuple[list[str], int]:
        names = []
        while True:
            at = _passed(self._text, at)
            name, at = braces.key_piece(self._text, at, _TOML)
            names.append(name)
            at = _passed(self._text, at)
            if self._text[at : at + 1] != ".":
                return names, at
            at += 1

    def _header(self, names: list[str], *, is_list: bool) -> Entry | None:
        """Find the table that a header means: of a list of tables, its last; or the next, when it is one."""
        table = self._table(None, names[:-1], last=True)
        if not is_list:
            return self._table(table, names[-1:], last=True)
        holder = self._table(table, names[-1:])
        assert holder is not None  # noqa: S101 - a header has a name
        number = self._lengths[holder.parts] = self._lengths.get(holder.parts, -1) + 1
        return self._table(holder, [str(number)])

    def _table(self, table: Entry | None, names: list[str], *, last: bool = False) -> Entry | None:
        for name in names:
            table = self._one(table, name)
            number = self._lengths.get(table.parts) if last else None
            if number is not None:
                table = self._one(table, str(number))
        return table

    def _one(self, parent: Entry | None, name: str) -> Entry:
        where = (*(parent.parts if parent else ()), name)
        if where not in self._tables:
            self._tables[where] = self._outline.add(parent, name)
        return self._tables[where]


def _passed(text: str, at: int) -> int:
    match = _TOML.space.match(text, at)
    return match.end() if match else at
