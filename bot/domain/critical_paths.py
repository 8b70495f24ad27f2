"""Critical files, and the consequences of changing them. Pure."""

import posixpath
import re

from bot.core.i18n import N_, Message, _

_RULES: tuple[tuple[re.Pattern[str], Message], ...] = (
    (
        re.compile(r"/server\.properties"),
        N_(
            "These are the server's main settings: a wrong value can keep it from starting. They are read "
            "at the start, so a restart is needed, and a running server may write its own values over them."
        ),
    ),
    (
        re.compile(r"/world[^/]*(/.*)?"),
        N_(
            "This belongs to the world: players' builds and belongings. The running server writes here all "
            "the time; stop it first, or world and change may destroy each other."
        ),
    ),
    (
        re.compile(r"/plugins(/.*)?"),
        N_(
            "This belongs to the plugins: one that does not load can take commands, permissions or "
            "protection with it. Changes count after a restart."
        ),
    ),
    (
        re.compile(r"/mods(/.*)?"),
        N_(
            "This belongs to the mods: with one missing or broken the server does not start, or the world "
            "loses what that mod put there."
        ),
    ),
    (
        re.compile(r"/config(/.*)?"),
        N_(
            "This is configuration: a wrong value can keep the server from starting. Changes count after a "
            "restart."
        ),
    ),
    (
        re.compile(r".*\.jar"),
        N_(
            "This is program code: without it, or with a wrong version, the server or a plugin does not "
            "start."
        ),
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
