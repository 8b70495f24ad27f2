"""HOCON: the .conf files of LuckPerms, Velocity's and Sponge's plugins, and other JVM programs."""

import re

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.configs import braces
from bot.domain.configs.json_file import string
from bot.domain.configs.values import Entry, Outline, wrong_kind

LAST_COUNTS = False

_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_MEASURE = re.compile(rf"(?:{_NUMBER.pattern})[ \t]*[A-Za-z]*", re.ASCII)
_BARE = re.compile(r"[\w.-]+(?: [\w.-]+)*")


def outline(text: str) -> Outline:
    """List the keys. Raises ValueError with a sentence when the text is broken."""
    return braces.scan(text, braces.HOCON)


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    outline(text)


def spell(text: str, entry: Entry, value: str) -> str:
    """Write what was typed as the kind of value that stands there. Raises BadInput."""
    old = text[entry.start : entry.end]
    if old.startswith('"""'):
        if '"""' in value or value.endswith('"'):
            raise BadInput(_("A text between triple quotes can't contain triple quotes."))
        return f'"""{value}"""'
    if old in _BOOLEANS:
        if value.lower() not in _BOOLEANS:
            raise wrong_kind(_("true or false"), value)
        return value.lower()
    if _NUMBER.fullmatch(old):
        if not _MEASURE.fullmatch(value):
            raise wrong_kind("a number", value)
        return value
    if not old.startswith('"') and _BARE.fullmatch(value):
        return value
    return string(text, value, old=old[1:-1] if old.startswith('"') else "")
