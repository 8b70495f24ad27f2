"""Channels that audit entries and boards can't be written to; people are warned once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.domain.notifications import ClosedChannel
from bot.storage import Store
from bot.storage.repositories import closed_channels

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class ClosedChannels:
    """Stores closed channels, beside those of alerts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def note(self, channel_id: int, guild_id: int, panel_id: str, why: str) -> ClosedChannel | None:
        """Record that a channel can't be written to; None when somebody was already warned."""
        new = ClosedChannel(channel_id, guild_id, panel_id, why, self._clock.now())

        async def change(conn: "AsyncConnection") -> ClosedChannel | None:
            known = await closed_channels.get(conn, channel_id)
            closed_channel = replace(known or new, why=why)
            warned_at = closed_channel.warned_at or self._clock.now()
            await closed_channels.put(conn, replace(closed_channel, warned_at=warned_at))
            return closed_channel if closed_channel.warned_at is None else None

        return await self._store.write(change)

    async def reopened(self, channel_id: int) -> None:
        """Record that a channel, or a role, can be used again."""
        await self._store.write(lambda conn: closed_channels.reopen(conn, channel_id))

    async def reasons(self, guild_id: int) -> Mapping[int, str]:
        """Return why each closed channel of a guild can't be used, by its id."""
        async with self._store.read() as conn:
            return {
                closed_channel.channel_id: closed_channel.why
                for closed_channel in await closed_channels.read(conn)
                if closed_channel.guild_id == guild_id
            }
