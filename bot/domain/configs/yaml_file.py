"""YAML: libyaml reads it, as version 1.1, which Bukkit, Spigot, Paper and most games' libraries read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs.escapes import with_escapes, with_typed_escapes
from bot.domain.configs.values import Entry, Outline, line_of, wrong_kind

LAST_COUNTS = False

_DEEPEST = 200
_PROPERTIES = re.compile(r"(?:(?:[&!][^\s,\[\]{}<]*|!<[^>\s]*>)\s+)+")
_WORDS_11 = frozenset({"true", "false", "yes", "no", "on", "off"})
_WORDS_12 = frozenset({"true", "false"})
_DEFAULTS = frozenset({"default", "disabled"})
"""What Spigot and Paper take in place of a number or of true and false."""
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_NUMBER = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F_]+|0o[0-7]+|0b[01_]+|\.(?:inf|Inf|INF)|"
    r"(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?)|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?", re.ASCII)
_SAME_IN_TEXT = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.(?:0|\d*[1-9]))?", re.ASCII)
_PRINTABLE = re.compile("[\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_NO_START = frozenset("-?:,[]{}#&*!|>'\"%@`=<")
_FLOW = frozenset(",[]{}")


@dataclass(slots=True)
class _Level:
    entry: Entry | None
    is_mapping: bool
    is_flow: bool = False
    index: int = 0
    key: str | None = None


@dataclass(slots=True)
class _Found:
    """What the walk collects. `words` are true and false as this version writes them."""

    outline: Outline = field(default_factory=Outline)
    anchors: dict[str, list[Entry]] = field(default_factory=dict)
    levels: list[_Level] = field(default_factory=list)
    key_depth: int = 0
    """How deep inside a key that is no text."""


def outline(text: str) -> Outline:
    """List the keys. Raises ValueError with a sentence when it is broken, RecursionError when too deep."""
    import yaml

    document, version = _Found(), "1.1"
    aliases: dict[str, int] = {}
    for event in _events(text):
        if isinstance(event, yaml.DocumentStartEvent) and event.version == (1, 2):
            version = "1.2"
        if isinstance(event, yaml.AliasEvent):
            aliases.setdefault(event.anchor, event.start_mark.index)
        _take(document, event, text, version)
    shared = {
        id(entry): text_line
        for name, at in aliases.items()
        for text_line in [line_of(text, at)]
        for entry in document.anchors.get(name, ())
    }
    if shared:
        document.outline.entries = [_shared(entry, shared) for entry in document.outline.entries]
    return document.outline


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken, RecursionError when it is too deep."""
    for _event in _events(text):
        pass


def _events(text: str) -> Iterator[Any]:
    """Read a text event by event: nothing is unfolded, however often its parts name each other."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise RecursionError
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (
            _("line {line}, column {column}: ", line=mark.line + 1, column=mark.column + 1) if mark else ""
        )
        raise ValueError(f"{where}{error.problem or _('not YAML')}.") from None
    except yaml.reader.ReaderError as error:
        raise ValueError(
            f"line {line_of(text, error.position)}: a character that YAML does not allow."
        ) from None
    except yaml.YAMLError:
        raise ValueError("it is not YAML.") from None


def _take(document: _Found, event: Any, text: str, version: str) -> None:  # noqa: ANN401 - yaml is untyped
    import yaml

    levels = document.levels
    starts = isinstance(event, yaml.CollectionStartEvent)
    if isinstance(event, yaml.CollectionEndEvent):
        if document.key_depth:
            document.key_depth -= 1
        else:
            levels.pop()
        return
    if document.key_depth:
        document.key_depth += starts
        return
    if not (starts or isinstance(event, yaml.ScalarEvent | yaml.AliasEvent)):
        return
    if not levels:
        if starts:
            levels.append(_Level(None, isinstance(event, yaml.MappingStartEvent), event.flow_style))
        return
    level = levels[-1]
    if level.is_mapping and level.key is None:
        level.key = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        document.key_depth += starts
        return
    name = level.key if level.key is not None else str(level.index)
    level.index, level.key = level.index + 1, None
    if starts:
        entry = document.outline.add(level.entry, name)
        is_flow = level.is_flow or event.flow_style
        levels.append(_Level(entry, isinstance(event, yaml.MappingStartEvent), is_flow))
    else:
        start, style = _place(event, text)
        style = f"{version} {'flow' if level.is_flow else 'block'} {style}"
        entry = document.outline.add(level.entry, name, start, event.end_mark.index, style)
    if event.anchor and not isinstance(event, yaml.AliasEvent):
        document.anchors.setdefault(event.anchor, []).append(entry)


def _place(event: Any, text: str) -> tuple[int, str]:  # noqa: ANN401 - yaml is untyped
    """Find where the value itself begins, behind its anchor and tag, and how it is written."""
    start = event.start_mark.index
    tag = getattr(event, "tag", None) or ""
    if event.anchor or tag:
        match = _PROPERTIES.match(text, start)
        start = min(match.end(), event.end_mark.index) if match else start
    return start, f"{getattr(event, 'style', None) or '-'} {'text' if tag.endswith(':str') else ''}"


def _shared(entry: Entry, shared: dict[int, int]) -> Entry:
    holder: Entry | None = entry
    while holder is not None:
        if id(holder) in shared and not entry.is_table:
            line = shared[id(holder)]
            return replace(
                entry, obstacle=_("is used on line {line}, too, which would change with it.", line=line)
            )
        holder = holder.parent
    return entry


def spell(text: str, entry: Entry, value: str) -> str:  # noqa: PLR0911 - one for each way to write one
    """Write what was typed as the kind of value that stands there. Raises BadInput."""
    version, context, style, *tag = entry.style.split(" ")
    old = text[entry.start : entry.end]
    if style in "|>":
        return _block(text, entry, value)
    if style == "'" and _PRINTABLE.fullmatch(value) and "\t" not in value:
        return (
            "'" + with_escapes(text, value, ascii_only=False).replace("'", "''") + "'"
            if _raw(text, value)
            else (_double(text, value))
        )
    if style in "'\"":
        return _double(text, value, old[1:-1] if style == '"' else None)
    words = _WORDS_12 if version == "1.2" else _WORDS_11
    gap = (
        " " if not old and text[entry.start - 1 : entry.start] not in ("", " ", "\t", "\n", "[", ",") else ""
    )
    is_plain = _is_plain(value, text, in_flow=context == "flow")
    if "text" in tag:
        return gap + (value if is_plain else _double(text, value))
    if old.lower() in words or _NUMBER.fullmatch(old) or _SEXAGESIMAL.fullmatch(old):
        return _typed(old, value, words)
    if is_plain and (old in _NULLS or old in _DEFAULTS or not _loses_its_form(old, value, words)):
        return gap + value
    return gap + _double(text, value)


def _loses_its_form(old: str, value: str, words: frozenset[str]) -> bool:
    """Whether in place of a text this would come out as something else: 1.20 as 1.2, no as false."""
    return bool(
        _SEXAGESIMAL.fullmatch(value)
        or (_DATE.fullmatch(value) and not _DATE.fullmatch(old))
        or value.lower() in words - _WORDS_12
        or (_NUMBER.fullmatch(value) and not _SAME_IN_TEXT.fullmatch(value))
    )


def _typed(old: str, value: str, words: frozenset[str]) -> str:
    if value in _DEFAULTS:
        return value
    if old.lower() in words:
        if value not in {form for word in words for form in (word, word.capitalize(), word.upper())}:
            raise wrong_kind(_("true or false"), value)
        return value
    if not _NUMBER.fullmatch(value) and not (_SEXAGESIMAL.fullmatch(value) and _SEXAGESIMAL.fullmatch(old)):
        hint = _("YAML writes it .{value}.", value=value.lower()) if value.lower() in ("nan", "inf") else ""
        raise wrong_kind("a number", value, hint)
    return value


def _is_plain(value: str, text: str, *, in_flow: bool) -> bool:
    """Whether a text reads as itself without quotes; inside brackets less does."""
    return (
        bool(value)
        and value == value.strip()
        and _PRINTABLE.fullmatch(value) is not None
        and "\t" not in value
        and (value[0] not in _NO_START or (value[0] in "-" and _NUMBER.fullmatch(value) is not None))
        and not value.startswith(("---", "..."))
        and ": " not in value
        and " #" not in value
        and not value.endswith(":")
        and not (in_flow and _FLOW & set(value))
        and _raw(text, value)
    )


def _raw(text: str, value: str) -> bool:
    """Whether the file's encoding surely has a form for a value."""
    return with_escapes(text, value, ascii_only=False) == value


def _double(text: str, value: str, old: str | None = None) -> str:
    """Write a string in double quotes: that of JSON is one of YAML, but for what YAML does not print."""
    inner = json.dumps(value, ensure_ascii=False)[1:-1] if old is None else with_typed_escapes(value, old)
    written = with_escapes(text, f'"{inner}"', ascii_only=False)
    return "".join(char if _PRINTABLE.fullmatch(char) else f"\\u{ord(char):04X}" for char in written)


def _block(text: str, entry: Entry, value: str) -> str:
    """Write a line in place of those below `|` or `>`, as far to the right as they are."""
    old = text[entry.start : entry.end]
    head, _newline, body = old.partition("\n")
    margin = re.match(r"\n*( +)", body)
    if (
        margin is None
        or not value
        or value[0] in " #"
        or not _PRINTABLE.fullmatch(value)
        or re.search(r"\d", head)
    ):
        raise BadInput(
            _("That key holds a text of several lines."),
            next_step=_("Use /files edit, which shows the whole file."),
        )
    ends = body[len(body.rstrip()) :]
    return f"{head}\n{margin[1]}{value}{ends}"
