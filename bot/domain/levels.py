"""Who may do what, as pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from bot.core.i18n import N_, _

GuildScope = Literal["all"] | frozenset[str]
"""Which servers of a panel a guild may see: all of them (written out), or these short ids or uuids."""


_UUID_BEGINNING = 8
"""So many characters of the uuid are the short id in most panels."""
THE_GUILD = 0
"""The user id of a guild's standing work."""


class Level(IntEnum):
    """How much a person may do; each level holds everything below it."""

    NONE = 0
    VIEWER = 1
    OPERATOR = 2
    MANAGER = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """The level as people read it."""
        return _(_WORDS[self])


_WORDS = {
    Level.NONE: N_("none"),
    Level.VIEWER: N_("viewer"),
    Level.OPERATOR: N_("operator"),
    Level.MANAGER: N_("manager"),
    Level.ADMIN: N_("admin"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind an interaction, as far as rules need to know."""

    user_id: int
    name: str
    guild_id: int | None
    role_ids: frozenset[int] = frozenset()
    is_administrator: bool = False
    set_up_by: int | None = None
    """For the guild itself (see `standing`): who set up what acts."""
    interaction_id: int | None = None
    """The interaction by which they act; None for the guild's standing work. The audit records it."""

    @classmethod
    def standing(cls, guild_id: int, set_up_by: int) -> "Actor":
        """Return the actor of a guild's standing work."""
        return cls(THE_GUILD, "Quetzal", guild_id, set_up_by=set_up_by)


def in_scope(scope: GuildScope | None, identifier: str, uuid: str) -> bool:
    """Whether a guild with this scope may see the server; None (guild not listed) sees nothing.

    Where a panel makes short ids of its own, the beginning of the uuid, which was one before, counts still.
    """
    if scope is None:
        return False
    return scope == "all" or not scope.isdisjoint((identifier.lower(), uuid, uuid[:_UUID_BEGINNING]))


def allowed_guilds(guilds: Mapping[str, Mapping[int, GuildScope]]) -> frozenset[int]:
    """Every guild that any panel serves."""
    return frozenset(guild_id for scopes in guilds.values() for guild_id in scopes)
