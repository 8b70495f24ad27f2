"""Warnings about channels that cannot be written to, and about roles that cannot be mentioned."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.receiver import DELIVERY_TIMEOUT_S, ChannelClosed, DeliveryUnknown, Receiver, RetryAfter
from bot.core.clock import Clock
from bot.domain.notifications import ClosedChannel, Message
from bot.storage import Store
from bot.storage.repositories import closed_channels, guild_settings

log = logging.getLogger(__name__)

_Warn = Callable[[ClosedChannel, int | None], Awaitable[None]]


class ChannelWarnings:
    """Warns the people who can fix a channel or a role, once per fault."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._in_progress: set[int] = set()

    async def warn_of_channel(self, receiver: Receiver, message: Message, why: str) -> None:
        """Record that the channel of a message can't be written to, and warn people."""
        await self._warn_once(receiver.warn, self._closed(message.channel_id, message, why))

    async def check_role(self, receiver: Receiver, message: Message) -> None:
        """Warn if an alert could not mention the chosen role; forget the warning once it can."""
        role = await receiver.check_role(message)
        if role is None:
            return
        if role.problem is None:
            await self._store.write(lambda conn: closed_channels.reopen(conn, role.role_id))
        else:
            await self._warn_once(receiver.warn_of_role, self._closed(role.role_id, message, role.problem))

    def _closed(self, discord_id: int, message: Message, why: str) -> ClosedChannel:
        return ClosedChannel(discord_id, message.guild_id, message.panel_id, why, self._clock.now())

    async def _warn_once(self, warn: _Warn, new: ClosedChannel) -> None:
        closed = await self._store.write(lambda conn: self._note(conn, new))
        async with self._store.read() as conn:
            settings = await guild_settings.get(conn, guild_id=new.guild_id, panel_id=new.panel_id)
        if closed.warned_at is not None or closed.channel_id in self._in_progress:
            return
        self._in_progress.add(closed.channel_id)
        try:
            with suppress(TimeoutError, DeliveryUnknown, RetryAfter, ChannelClosed):
                configured_by = settings.alerts_by if settings else None
                await self._clock.timeout(DELIVERY_TIMEOUT_S, warn(closed, configured_by))
                warned = replace(closed, warned_at=new.since)
                await self._store.write(lambda conn: closed_channels.put(conn, warned))
        finally:
            self._in_progress.discard(closed.channel_id)

    async def _note(self, conn: AsyncConnection, new: ClosedChannel) -> ClosedChannel:
        """Store it in one transaction: when deliveries fail together, the first sets `since`."""
        known = await closed_channels.get(conn, new.channel_id)
        closed = replace(known or new, why=new.why)
        if closed != known:
            log.warning("channel or role %d cannot be used: %s", closed.channel_id, closed.why)
            await closed_channels.put(conn, closed)
        return closed
