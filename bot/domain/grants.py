"""Computes a person's level from grants. Default none; limited to servers that the guild may see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.levels import (
    Actor,
    GuildScope,
    Level,
    in_scope,
)


class SubjectKind(StrEnum):
    """Whom a grant is for."""

    ROLE = "role"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Grant:
    """A level for a role or a person of a guild, on one server of a panel; on all of them if that is None."""

    guild_id: int
    subject_kind: SubjectKind
    subject_id: int
    panel_id: str
    server_uuid: str | None
    level: Level
    granted_by: int
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person may do with one panel from one guild."""

    scope: GuildScope | None
    everywhere: Level
    by_server: Mapping[str, Level]

    def on(self, *, identifier: str, uuid: str) -> Level:
        """Return the level on one server: none on a server that the guild may not see."""
        if not in_scope(self.scope, identifier, uuid):
            return Level.NONE
        return max(self.everywhere, self.by_server.get(uuid, Level.NONE))


NOTHING = Standing(scope=None, everywhere=Level.NONE, by_server={})


def standing(actor: Actor, panel_id: str, scope: GuildScope | None, grants: Iterable[Grant]) -> Standing:
    """Return what a person may do with a panel.

    `scope` is None when the settings do not give the panel to the guild. A Discord administrator of the guild
    is admin. Everybody else has the best of what was granted to them and to their roles; grants of other
    guilds and panels count for nothing, so the caller may pass more than needed. With a panel key of the
    person's own this is still the most they may do: the panel can only refuse more.
    """
    if scope is None or actor.guild_id is None:
        return NOTHING
    if actor.is_administrator:
        return Standing(scope, Level.ADMIN, {})
    everywhere = Level.NONE
    by_server: dict[str, Level] = {}
    for grant in grants:
        if (grant.guild_id, grant.panel_id) != (actor.guild_id, panel_id) or not _is_for(grant, actor):
            continue
        if grant.server_uuid is None:
            everywhere = max(everywhere, grant.level)
        else:
            by_server[grant.server_uuid] = max(by_server.get(grant.server_uuid, Level.NONE), grant.level)
    return Standing(scope, everywhere, by_server)


def is_open_to_members(grants: Iterable[Grant], panel_id: str, uuid: str) -> bool:
    """Whether a role of a guild has the level viewer on a server, so that not only its staff may see it."""
    return any(
        grant.subject_kind is SubjectKind.ROLE
        and grant.level is Level.VIEWER
        and grant.panel_id == panel_id
        and grant.server_uuid in (None, uuid)
        for grant in grants
    )


def _is_for(grant: Grant, actor: Actor) -> bool:
    if grant.subject_kind is SubjectKind.ROLE:
        return grant.subject_id in actor.role_ids
    return grant.subject_id == actor.user_id
