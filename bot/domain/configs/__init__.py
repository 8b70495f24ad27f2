"""Finds, checks and changes one key of a configuration file; every other byte stays. Pure.

Each format's module finds where the values stand (`outline`) and writes one as the file writes it (`spell`).
Only those characters are replaced; the result is read again, to prove that nothing else means anything else.
"""

import posixpath
import re
from types import ModuleType

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.configs import (
    class_file,
    console_file,
    forge_file,
    hocon_file,
    ini_file,
    json_file,
    properties_file,
    toml_file,
    yaml_file,
)
from bot.domain.configs.dialects import kind_of_cfg
from bot.domain.configs.key_lookup import find
from bot.domain.configs.values import Change, prove, replaced
from bot.domain.quoting import escaped
from bot.domain.text_diff import unix, with_line_ends
from bot.domain.text_encoding import UnicodeText

__all__ = ["Change", "can_check", "format_of", "keys", "problem", "set_key"]

_MODULES: dict[str, ModuleType] = {
    "properties": properties_file, "yaml": yaml_file, "json": json_file, "toml": toml_file, "ini": ini_file,
    "hocon": hocon_file, "forge": forge_file, "console": console_file,
    "class": class_file,
}  # fmt: skip
_FORMATS = {
    "properties": "properties", "yml": "yaml", "yaml": "yaml", "json": "json", "mcmeta": "json",
    "json5": "json", "jsonc": "json", "toml": "toml", "ini": "ini", "cfg": "cfg", "conf": "cfg",
    "hocon": "cfg", "cnf": "cfg", "env": "cfg", "txt": "cfg",
}  # fmt: skip
_ENVIRONMENT = re.compile(r"\.env(?:\.[\w-]+)?")
"""`.env`, `.env.production`: no ending, but the whole name."""
_UP_TO = {
    "properties": 1024 * 1024, "json": 4 * 1024 * 1024, "toml": 512 * 1024, "yaml": 256 * 1024,
    "ini": 1024 * 1024, "cfg": 1024 * 1024,
}  # fmt: skip
_MARK = "\ufeff"
"""A byte order mark. A file that tools joined has one more behind that of its encoding."""
_SIMPLE = re.compile(r"[+-]?[\d_.,]+(?:[eE][+-]?\d+)?|true|false|yes|no|on|off", re.IGNORECASE | re.ASCII)
_AROUND = " \t\u00a0\u200b\u2060\ufeff"
"""Blanks, seen and unseen, that come along when a number is copied."""
_TOO_DEEP = N_("It is nested too deeply to be read.")


def format_of(path: str) -> str | None:
    """Return the format by a file's name, of those that /files set and the syntax check know."""
    name = posixpath.basename(path).lower()
    ending = "env" if _ENVIRONMENT.fullmatch(name) else posixpath.splitext(name)[1].lstrip(".")
    return _FORMATS.get(ending)


def can_check(path: str, text: str) -> bool | None:
    """Whether the syntax of a text can be judged in reasonable time; None where its kind has none to judge.

    A .cfg, .conf or .txt file may be anything that only its game knows.
    """
    kind = format_of(path)
    return None if kind is None or kind == "cfg" else len(text) <= _UP_TO[kind]


def problem(path: str, text: str) -> str | None:
    """Describe the syntax error; None when there is none, or `can_check` returned False."""
    if not can_check(path, text):
        return None
    try:
        _MODULES[format_of(path) or ""].check(unix(text).lstrip(_MARK))
    except ValueError as error:  # each library's own errors are translated into one with a position
        return str(error)
    except RecursionError:
        return _(_TOO_DEEP)
    except BadInput:
        return None  # it holds more keys than the limit
    return None


def set_key(path: str, text: str, key: str, value: str) -> Change:
    """Change one key. Raises BadInput for an unknown format, key or value, or a file that is broken already.

    `key` is dotted (`settings.view-distance`, `worlds.0.name`); in an INI file it is `section.key`. Only keys
    that exist are changed: a mistyped one would be a new setting that nothing reads.
    """
    kind = format_of(path)
    if kind is None:
        raise BadInput(
            _("Quetzal does not know how that kind of file is built."),
            next_step=_(
                "Use /files edit. /files set knows .properties, .yml, .json, .toml, .ini, .cfg, .conf, "
                "and .txt and .env made of keys and values."
            ),
        )
    if len(text) > _UP_TO[kind]:
        raise BadInput(
            _("That file is too large to set one key in it."), next_step=_("Use /files edit instead.")
        )
    kind, mark, lines = _parts(path, kind, text)
    try:
        change = _set(_MODULES[kind], lines, key, value, is_unicode=isinstance(text, UnicodeText))
    except ValueError as error:
        raise BadInput(
            _(
                "The file cannot be read as {kind} as it is: {error}",
                kind=kind.upper(),
                error=escaped(str(error)),
            ),
            next_step=_("Correct that with /files edit."),
        ) from None
    except RecursionError:
        raise BadInput(_TOO_DEEP, next_step=_("Use /files edit instead.")) from None
    return Change(with_line_ends(text, mark + change.text), change.old, change.new)


def keys(path: str, text: str, typed: str, limit: int) -> list[tuple[str, str]]:
    """List keys that can be set and contain what is typed, with their values; nothing for a broken file."""
    kind = format_of(path)
    if kind is None or len(text) > _UP_TO[kind]:
        return []
    kind, _, lines = _parts(path, kind, text)
    try:
        entries = _MODULES[kind].outline(lines).entries
    except (ValueError, RecursionError, BadInput):
        return []
    wanted = typed.strip().casefold()
    values = {
        entry.path: lines[entry.start : entry.end]
        for entry in entries
        if not (entry.is_table or entry.obstacle) and wanted in entry.path.casefold()
    }
    likely = sorted(values.items(), key=lambda pair: not pair[0].casefold().startswith(wanted))
    return likely[:limit]


def _parts(path: str, kind: str, text: str) -> tuple[str, str, str]:
    """Return the format that it is really in, the byte order mark, and the rest with LF line ends."""
    lines = unix(text)
    mark = lines[: len(lines) - len(lines.lstrip(_MARK))]
    lines = lines[len(mark) :]
    if kind == "cfg" or (kind == "ini" and lines.lstrip().startswith(("{", "<"))):
        kind = kind_of_cfg(path, lines)
    return kind, mark, lines


def _set(module: ModuleType, text: str, key: str, value: str, *, is_unicode: bool) -> Change:
    before = module.outline(text)
    entry = find(text, before, key, last_counts=module.LAST_COUNTS)
    if _SIMPLE.fullmatch(text[entry.start : entry.end]):
        value = value.strip(_AROUND)
    new: str = module.spell(UnicodeText(text) if is_unicode else text, entry, value)
    changed = replaced(text, entry, new)
    try:
        after = module.outline(changed)
    except ValueError as error:
        raise BadInput(
            _("With that value, the file would no longer be readable: {error}", error=escaped(str(error))),
            next_step=_("Change the value, or use /files edit."),
        ) from None
    prove((text, before), (changed, after), entry, new)
    return Change(changed, text[entry.start : entry.end], new)
