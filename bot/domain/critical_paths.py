"""Critical files, and the consequences of changing them. Pure."""

import posixpath
import re

from bot.core.i18n import N_, Message, _

_RULES: tuple[tuple[re.Pattern[str], Message], ...] = (
    (
        re.compile(r"/server\.properties"),
        N_(
            "A wrong value in the main settings can keep the server from starting. It reads them when it "
            "starts, and may overwrite them while it runs."
        ),
    ),
    (
        re.compile(r"/world[^/]*(/.*)?"),
        N_(
            "This is the world, with players' builds and belongings. Stop the server first: it writes here "
            "all the time, and may damage the world or your change."
        ),
    ),
    (
        re.compile(r"/plugins(/.*)?"),
        N_(
            "A plugin that doesn't load takes its commands, permissions or protection with it. Restart to "
            "apply."
        ),
    ),
    (
        re.compile(r"/mods(/.*)?"),
        N_("With a mod missing or broken, the server doesn't start, or the world loses what the mod added."),
    ),
    (
        re.compile(r"/config(/.*)?"),
        N_("A wrong value can keep the server from starting. Restart to apply."),
    ),
    (
        re.compile(r".*\.jar"),
        N_("Without this program file, or with a wrong version, the server or a plugin doesn't start."),
    ),
)
_RESTART = frozenset(
    {".properties", ".yml", ".yaml", ".json", ".json5", ".toml", ".ini", ".cfg", ".conf", ".jar"}
)


def consequences(path: str) -> str | None:
    """Describe what a change of this path can do; None for an uncritical one."""
    if path == "/":
        return _("This is everything the server has.")
    return next((_(words) for pattern, words in _RULES if pattern.fullmatch(path.casefold())), None)


def counts_after_restart(path: str) -> bool:
    """Whether the game usually reads such a file only when it starts."""
    return posixpath.splitext(path)[1].casefold() in _RESTART
