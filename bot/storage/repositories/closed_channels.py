"""Channels that cannot be written to, and roles that cannot be mentioned, by Discord's id."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import ClosedChannel
from bot.storage import row_mapping
from bot.storage.repositories import outbox_waiting
from bot.storage.tables import closed_channels


async def put(conn: AsyncConnection, channel: ClosedChannel) -> None:
    """Store that a channel can't be written to, or a change of that."""
    await row_mapping.put(conn, closed_channels, row_mapping.of(channel))


async def get(conn: AsyncConnection, channel_id: int) -> ClosedChannel | None:
    """Read why a channel can't be written to; None when it can."""
    query = select(closed_channels).where(closed_channels.c.channel_id == channel_id)
    row = (await conn.execute(query)).mappings().one_or_none()
    return ClosedChannel(**row) if row else None


async def read(conn: AsyncConnection) -> tuple[ClosedChannel, ...]:
    """Read which channels cannot be written to."""
    result = await conn.execute(select(closed_channels).order_by(closed_channels.c.since))
    return tuple(ClosedChannel(**row) for row in result.mappings())


async def reopen(
    conn: AsyncConnection, channel_id: int, now: datetime | None = None, *, begun: datetime | None = None
) -> None:
    """Record that a channel can be written to again.

    With `now`, everything that waited for it is tried now.

    `begun` is when the delivery that proves it began; one from before the channel was closed proves nothing.
    """
    which = [closed_channels.c.channel_id == channel_id]
    if begun is not None:
        which.append(closed_channels.c.since < begun)
    was_closed = (await conn.execute(closed_channels.delete().where(*which))).rowcount
    if was_closed and now is not None:
        await outbox_waiting.retry_channel(conn, channel_id, now)
