"""Grants levels to roles and people, and revokes them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.services.access.authorizer import Authorizer, Scope
from bot.services.audit import Audit, Site
from bot.storage.repositories import grants


@dataclass(frozen=True, slots=True)
class Subject:
    """A role or a person."""

    kind: SubjectKind
    id: int


class GrantService:
    """Grants and revokes levels for admins of the server, or of the whole guild."""

    def __init__(self, access: Authorizer, audit: Audit, clock: Clock) -> None:
        self._access = access
        self._audit = audit
        self._clock = clock
        self._changed: Callable[[int], None] = lambda _: None

    def on_change(self, changed: Callable[[int], None]) -> None:
        """Have this called with the guild after each grant and revocation."""
        self._changed = changed

    async def give(self, actor: Actor, subject: Subject, level: Level, where: Target | Scope) -> None:
        """Grant a level on one server or (Scope.ALL_SERVERS) all that the guild may see; AccessDenied."""
        await self._access.check(actor, where, Level.ADMIN)
        guild_id, now = actor.guild_id or 0, self._clock.now()
        for panel_id, uuid in self._places(guild_id, where):
            grant = Grant(guild_id, subject.kind, subject.id, panel_id, uuid, level, actor.user_id, now)
            facts = _facts(subject, uuid) | {"level": level.name.lower()}
            site = Site(panel_id, uuid)
            async with self._audit.act(actor, "access.grant", facts, site=site):
                await self._access.granted.change(guild_id, partial(grants.put, grant=grant))
        self._changed(guild_id)

    async def take(self, actor: Actor, grant: Grant, where: Target | Scope) -> None:
        """Revoke a grant that applies there. Raises AccessDenied, BadInput when it is already revoked.

        A grant for all servers can't be revoked by the admin of one.
        """
        await self._access.check(actor, place_of(grant, where), Level.ADMIN)
        subject = Subject(grant.subject_kind, grant.subject_id)
        if not await self._remove(actor, subject, grant.panel_id, grant.server_uuid):
            raise _nothing_there()

    async def revoke(self, actor: Actor, subject: Subject, where: Target | Scope) -> None:
        """Revoke what a role or person has on one server, or (Scope.ALL_SERVERS) everything.

        Raises AccessDenied, BadInput when there is nothing to revoke.
        """
        await self._access.check(actor, where, Level.ADMIN)
        guild_id = actor.guild_id or 0
        if isinstance(where, Target):
            places = [*self._places(guild_id, where)]
        else:
            places = [
                (grant.panel_id, grant.server_uuid)
                for grant in await self._access.granted.get(guild_id)
                if (grant.subject_kind, grant.subject_id) == (subject.kind, subject.id)
            ]
        removed = [await self._remove(actor, subject, panel_id, uuid) for panel_id, uuid in places]
        if not any(removed):
            raise _nothing_there()

    async def given(self, actor: Actor, where: Target | Scope) -> list[Grant]:
        """List the grants that apply on a server, or all of the guild; raises AccessDenied."""
        await self._access.check(actor, where, Level.ADMIN)
        everything = await self._access.granted.get(actor.guild_id or 0)
        if not isinstance(where, Target):
            return [*everything]
        return [
            grant
            for grant in everything
            if grant.panel_id == where.panel_id and grant.server_uuid in (None, where.server.uuid)
        ]

    def _places(self, guild_id: int, where: Target | Scope) -> list[tuple[str, str | None]]:
        if isinstance(where, Target):
            return [(where.panel_id, where.server.uuid)]
        return [(panel_id, None) for panel_id in self._access.panels_of(guild_id)]

    async def _remove(self, actor: Actor, subject: Subject, panel_id: str, uuid: str | None) -> bool:
        guild_id = actor.guild_id or 0
        if not any(
            (grant.subject_kind, grant.subject_id, grant.panel_id, grant.server_uuid)
            == (subject.kind, subject.id, panel_id, uuid)
            for grant in await self._access.granted.get(guild_id)
        ):
            return False
        facts = _facts(subject, uuid)
        site = Site(panel_id, uuid)
        async with self._audit.act(actor, "access.revoke", facts, site=site):
            removed = await self._access.granted.change(
                guild_id,
                lambda conn: grants.remove(
                    conn,
                    guild_id=guild_id,
                    subject_kind=subject.kind,
                    subject_id=subject.id,
                    panel_id=panel_id,
                    server_uuid=uuid,
                ),
            )
        self._changed(guild_id)
        return removed


def place_of(grant: Grant, where: Target | Scope) -> Target | Scope:
    """Return where a person must be admin to revoke this grant."""
    own = isinstance(where, Target) and grant.server_uuid == where.server.uuid
    return where if own else Scope.ALL_SERVERS


def _facts(subject: Subject, uuid: str | None) -> dict[str, str]:
    return {"who": f"{subject.kind} {subject.id}"} | ({} if uuid else {"servers": "all"})


def _nothing_there() -> BadInput:
    return BadInput(
        _("There is no such access to revoke."), next_step=_("See all access with `/quetzal access list`.")
    )
