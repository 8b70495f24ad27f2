"""Detects the format of a .cfg, .conf or .txt file by its content, since the ending proves nothing."""

import re
from collections.abc import Callable, Sequence

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs import class_file, console_file, forge_file, hocon_file, yaml_file

_SIGNIFICANT = re.compile(r"^[ \t]*+(?![#;\n]|//|!|$)(.*)$", re.MULTILINE)
_FORGE = re.compile(
    r'^[ \t]*+(?:[BIDSCM]:[^\n=<]++[=<]|(?:"[^"\n]*"[ \t]*|[\w \t./+-]++)\{[ \t]*$)', re.MULTILINE
)
_TYPED = re.compile(r"^[ \t]*+[BIDSCM]:[^\n=<]++[=<]", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[[^\]\n]+\][ \t]*(?:[;#][^\n]*)?$", re.MULTILINE)
_LONG_TEXT = re.compile(r'(?<=[=:])[ \t]*"""[^"]*+(?:"{1,2}(?!")[^"]*+)*"""')
"""A text of several lines, as Luanti's `minetest.conf` has it."""
_PAIR = re.compile(r"[^=:\s][^=:]*(?:=|:(?:\s|$))")
_SETTING = re.compile(r"[\w.-]+[ \t]*(?:=|:[ \t]|:$)")
_MAPPED = re.compile(r"(?:-[ \t]|(?:\"[^\"]*\"|'[^']*'|[\w./-]+):(?:[ \t]|$))")
_HOLDS_MORE = re.compile(r"^([ \t]*+)[\w\"'./-]+:[ \t]*\n\1(?:[ ]+[\w\"'-]|-[ \t])", re.MULTILINE)
"""A key without a value, and something below it that is further in: YAML, as MongoDB's `.conf` is."""
_C_LIKE = re.compile(r"^[ \t]*+(?:class[ \t]+\w+|[\w\[\]]+[ \t]*=[^\n]*;[ \t]*(?://[^\n]*)?$)", re.MULTILINE)
_CLASS = re.compile(r"^[ \t]*+class[ \t]+\w+", re.MULTILINE)


def kind_of_cfg(path: str, text: str) -> str:  # noqa: PLR0911 - one for each format
    """Recognise the format of a .cfg, .conf, .txt or odd .ini file. Raises BadInput where it is not known."""
    lines = [match[1].strip() for match in _SIGNIFICANT.finditer(_LONG_TEXT.sub("", text))]
    lines = [line for line in lines if line]
    if text.lstrip("\ufeff \t\n").startswith("<"):  # XML, Apache's
        raise _not_known()
    if path.lower().endswith(".txt"):
        return _kind_of_txt(text, lines)
    if _C_LIKE.search(text) and not _SECTION.search(text):
        if _reads(class_file.outline, text):
            return "class"
        if _CLASS.search(text) or 2 * sum(line.endswith((";", "{")) for line in lines) >= len(lines):
            raise _not_known()  # read as anything else, a value would lose its semicolon
    if not path.lower().endswith(".hocon"):
        if _is_forge(text):
            return "forge"
        if _is_yaml(text, lines):
            return "yaml"
        if _SECTION.search(text) or (
            "{" not in text
            and lines
            and all(_PAIR.match(line) for line in lines)
            and not text.lstrip().startswith("[")
        ):
            return "ini"
        if "{" not in text and _reads(console_file.outline, text):
            return "console"
    if _reads(hocon_file.outline, text):
        return "hocon"
    if _reads(console_file.outline, text):
        return "console"
    raise _not_known()


def _kind_of_txt(text: str, lines: Sequence[str]) -> str:
    """Accept keys and values only: most are prose, which would pass for commands."""
    if _is_yaml(text, lines):
        return "yaml"
    if lines and all(map(_SETTING.match, lines)):
        return "ini"
    raise _not_known()


def _is_yaml(text: str, lines: Sequence[str]) -> bool:
    return (
        _HOLDS_MORE.search(text) is not None
        and all(map(_MAPPED.match, lines))
        and _reads(yaml_file.outline, text)
    )


def _is_forge(text: str) -> bool:
    if not _FORGE.search(text):
        return False
    return _reads(forge_file.outline, text) and _TYPED.search(text) is not None


def _reads(outline: Callable[[str], object], text: str) -> bool:
    try:
        outline(text)
    except (ValueError, RecursionError):
        return False
    return True


def _not_known() -> BadInput:
    return BadInput(
        _("Quetzal does not know how this file is built, so it sets no keys in it. The file may be fine."),
        next_step=_("/files edit shows it and changes it."),
    )
