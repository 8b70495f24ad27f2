"""One key of a configuration file: found, checked and changed, with every other byte left as it is. Pure.

Where a library knows the positions of a value (YAML, JSON), only that piece of text is replaced; where it
keeps comments and order by itself (TOML, properties, INI), it does the writing.
"""

import posixpath
from types import ModuleType

from bot.domain.configs import ini_file, json_file, properties_file, toml_file, yaml_file
from bot.domain.configs.values import Change
from bot.errors import BadInput

__all__ = ["Change", "format_of", "problem", "set_key"]

# Each format's library is imported where it is used: a bot that edits nothing does not pay for five parsers.
_MODULES: dict[str, ModuleType] = {
    "properties": properties_file, "yaml": yaml_file, "json": json_file, "toml": toml_file, "ini": ini_file,
}  # fmt: skip
_FORMATS = {
    "properties": "properties", "yml": "yaml", "yaml": "yaml", "json": "json", "mcmeta": "json",
    "toml": "toml", "ini": "ini", "cfg": "ini", "conf": "ini",
}  # fmt: skip


def format_of(path: str) -> str | None:
    """Say which format a file's name promises, of those that /files set and the syntax check know."""
    return _FORMATS.get(posixpath.splitext(path)[1].lstrip(".").lower())


def problem(path: str, text: str) -> str | None:
    """Say what is wrong with the syntax, in a sentence; None when nothing is, or nobody can tell."""
    module = _MODULES.get(format_of(path) or "")
    if module is None:
        return None
    try:
        module.check(text)
    except ValueError as error:  # each library's own errors are translated into one with a position
        return str(error)
    return None


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
    wrong = problem(path, text)
    if wrong is not None:
        raise BadInput(
            f"The file cannot be read as {kind.upper()} as it is: {wrong}",
            next_step="Mend it with /files edit.",
        )
    changed: Change = _MODULES[kind].set_key(text, key, value)
    return changed
