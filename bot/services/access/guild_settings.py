"""Settings that a guild chose in its set-up."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bot.core.clock import Clock
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.domain.levels import Actor, Level
from bot.services.access.authorizer import Authorizer, WholePanel
from bot.services.access.cached_rows import CachedRows
from bot.services.audit import Audit, Site
from bot.storage import Store
from bot.storage.repositories import guild_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class GuildSettingsService:
    """Reads settings from memory, and audits changes. One row for each panel of a guild."""

    def __init__(self, store: Store, access: Authorizer, audit: Audit, clock: Clock) -> None:
        self._access = access
        self._audit = audit
        self._clock = clock
        self._kept: CachedRows[tuple[int, str], GuildSettings | None] = CachedRows(
            store,
            lambda conn, key: guild_settings.get(conn, guild_id=key[0], panel_id=key[1]),
        )

    async def get(self, guild_id: int, panel_id: str) -> GuildSettings:
        """Return the settings; empty ones when the set-up was never begun."""
        kept = await self._kept.get((guild_id, panel_id))
        return kept or self._empty(guild_id, panel_id)

    async def finish(self, actor: Actor, panel_id: str, step: SetupStep) -> GuildSettings:
        """Record that a step of the set-up is finished or skipped; raises AccessDenied."""
        return await self._change(actor, panel_id, {"step": step.value}, step=step)

    async def choose_alerts(
        self,
        actor: Actor,
        panel_id: str,
        channel_id: int,
        role_id: int | None,
        also: "Callable[[AsyncConnection, GuildSettings], Awaitable[T]]",
    ) -> tuple[GuildSettings, T]:
        """Set the alert channel and the role that critical alerts mention.

        `also` runs in the same transaction.

        Raises AccessDenied.
        """
        changes = {"alert_channel_id": channel_id, "alert_role_id": role_id, "alerts_by": actor.user_id}
        step = SetupStep.ALERT_CHANNEL
        return await self._change_and(actor, panel_id, changes, also, step=step)

    async def choose_alert_role(self, actor: Actor, panel_id: str, role_id: int | None) -> GuildSettings:
        """Set the role that critical alerts mention, None for nobody; raises AccessDenied."""
        return await self._change(actor, panel_id, {"alert_role_id": role_id})

    async def choose_audit_channel(
        self, actor: Actor, panel_id: str, channel_id: int | None
    ) -> GuildSettings:
        """Set the audit channel, None for none; raises AccessDenied."""
        return await self._change(actor, panel_id, {"audit_channel_id": channel_id})

    async def _change(
        self,
        actor: Actor,
        panel_id: str,
        changes: Mapping[str, str | int | None],
        *,
        step: SetupStep | None = None,
    ) -> GuildSettings:
        changed, _ = await self._change_and(actor, panel_id, changes, _nothing, step=step)
        return changed

    async def _change_and(
        self,
        actor: Actor,
        panel_id: str,
        changes: Mapping[str, str | int | None],
        also: "Callable[[AsyncConnection, GuildSettings], Awaitable[T]]",
        *,
        step: SetupStep | None,
    ) -> tuple[GuildSettings, T]:
        await self._access.check(actor, WholePanel(panel_id), Level.ADMIN)
        guild_id = actor.guild_id or 0

        async def change(conn: "AsyncConnection") -> tuple[GuildSettings, T]:
            before = await guild_settings.get(conn, guild_id=guild_id, panel_id=panel_id)
            changed = replace(
                before or self._empty(guild_id, panel_id),
                **{name: value for name, value in changes.items() if name != "step"},  # type: ignore[arg-type]  # channels
                updated_by=actor.user_id,
                updated_at=self._clock.now(),
            )
            changed = replace(changed, steps=changed.steps | ({step} if step else set()))
            await guild_settings.put(conn, changed)
            return changed, await also(conn, changed)

        async with self._audit.act(actor, "setup.change", changes, site=Site(panel_id)):
            return await self._kept.change((guild_id, panel_id), change)

    def _empty(self, guild_id: int, panel_id: str) -> GuildSettings:
        return GuildSettings(guild_id, panel_id, updated_by=0, updated_at=self._clock.now())


async def _nothing(_conn: "AsyncConnection", _settings: GuildSettings) -> None:
    """Do nothing else."""
