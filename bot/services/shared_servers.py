"""Servers that several guilds see: no guild changes another's set-up there, and all see the audit."""

from collections.abc import Iterable

from bot.core.errors import Refused
from bot.core.i18n import N_
from bot.domain.audit import Facts
from bot.domain.levels import THE_GUILD, Actor, in_scope
from bot.domain.target import Target
from bot.services.access import Authorizer, Permit
from bot.services.audit import Audit, Site


class BelongsElsewhere(Refused):
    """Another guild that sees the server set it up."""

    happened = N_(
        "Another Discord server that sees this server set that up, so it can only be changed there."
    )
    next_step = N_("Ask its admins, or whoever runs Quetzal.")


class SharedServers:
    """Finds other guilds that see a server, and adds changes that affect them to their audit."""

    def __init__(self, access: Authorizer, audit: Audit) -> None:
        self._access = access
        self._audit = audit

    def others(self, actor: Actor, target: Target) -> frozenset[int]:
        """Return the other guilds that see a server."""
        return frozenset(
            guild_id
            for guild_id in self._access.guilds_of(target.panel_id)
            if guild_id != actor.guild_id
            and in_scope(
                self._access.scope(guild_id, target.panel_id), target.server.identifier, target.server.uuid
            )
        )

    async def note(self, permit: Permit, action: str, facts: Facts) -> None:
        """Add an act on a server to the audit of the other guilds."""
        site = Site(permit.panel_id, permit.uuid)
        await self.note_in(self.others(permit.actor, permit.target), action, facts, site)

    async def note_in(self, guild_ids: Iterable[int], action: str, facts: Facts, site: Site) -> None:
        """Add another guild's act to the audit of these guilds."""
        for guild_id in sorted(guild_ids):
            elsewhere = Actor(THE_GUILD, "another Discord server", guild_id)
            await self._audit.note(elsewhere, action, facts, site=site)
