"""One key of a configuration file: found, checked and changed, with every other byte left as it is. Pure.

Where a library knows the positions of a value (YAML, JSON), only that piece of text is replaced; where it
keeps comments and order by itself (TOML, properties, INI), it does the writing.
"""

import posixpath
from types import ModuleType

from bot.domain.configs import ini_file, json_file, properties_file, toml_file, yaml_file
from bot.domain.configs.values import Change
from bot.domain.files import plain
from bot.errors import BadInput

__all__ = ["Change", "can_check", "format_of", "problem", "set_key"]

# Each format's library is imported where it is used: a bot that edits nothing does not pay for five parsers.
_MODULES: dict[str, ModuleType] = {
    "properties": properties_file, "yaml": yaml_file, "json": json_file, "toml": toml_file, "ini": ini_file,
}  # fmt: skip
_FORMATS = {
    "properties": "properties", "yml": "yaml", "yaml": "yaml", "json": "json", "mcmeta": "json",
    "toml": "toml", "ini": "ini", "cfg": "ini", "conf": "ini",
}  # fmt: skip
# Characters. Measured: reading takes 10 s of a processor for 1 MB of YAML, 20 s of INI, 3 s of TOML.
_UP_TO = {
    "properties": 1024 * 1024, "json": 4 * 1024 * 1024, "toml": 512 * 1024, "yaml": 256 * 1024,
    "ini": 128 * 1024,
}  # fmt: skip
_TOO_DEEP = "It is nested too deeply to be read."


def format_of(path: str) -> str | None:
    """Say which format a file's name promises, of those that /files set and the syntax check know."""
    return _FORMATS.get(posixpath.splitext(path)[1].lstrip(".").lower())


def can_check(path: str, text: str) -> bool | None:
    """Whether the syntax of a text can be judged in reasonable time; None where its kind has none to judge.

    Half of all .cfg and .conf files are no INI at all, but something that only their game knows.
    """
    kind = format_of(path)
    if kind is None or path.lower().endswith((".cfg", ".conf")):
        return None
    return len(text) <= _UP_TO[kind]


def problem(path: str, text: str) -> str | None:
    """Say what is wrong with the syntax, in a sentence; None when nothing is, or `can_check` says no."""
    return _wrong(format_of(path) or "", text) if can_check(path, text) else None


def set_key(path: str, text: str, key: str, value: str) -> Change:
    """Change one key. Raises BadInput for an unknown format, key or value, or a file that is broken already.

    `key` is dotted (`settings.view-distance`, `worlds.0.name`); in an INI file it is `section.key`. Only keys
    that exist are changed: a mistyped one would be a new setting that nothing reads.
    """
    kind = format_of(path)
    if kind is None:
        raise BadInput(
            "Quetzal does not know how that kind of file is built.",
            next_step="Use /files edit; /files set knows .properties, .yml, .json, .toml and .ini files.",
        )
    if len(text) > _UP_TO[kind]:
        raise BadInput("That file is too large to set one key in it.", next_step="Use /files edit instead.")
    wrong = _wrong(kind, text)
    if wrong is not None:
        raise BadInput(
            f"The file cannot be read as {kind.upper()} as it is: {plain(wrong)}",
            next_step="Mend it with /files edit.",
        )
    try:
        changed: Change = _MODULES[kind].set_key(text, key, value)
    except RecursionError:
        raise BadInput(_TOO_DEEP, next_step="Use /files edit instead.") from None
    return changed


def _wrong(kind: str, text: str) -> str | None:
    try:
        _MODULES[kind].check(text)
    except ValueError as error:  # each library's own errors are translated into one with a position
        return str(error)
    except RecursionError:
        return _TOO_DEEP
    return None
