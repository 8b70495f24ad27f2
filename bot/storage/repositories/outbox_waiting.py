"""The jobs of the outbox that wait: until when, and how many."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import Job, Op, Pending
from bot.storage.tables import messages, outbox


async def postpone(conn: AsyncConnection, job: Job, due_at: datetime, *, refused: bool) -> None:
    """Postpone a job, and with it only jobs about the same incident.

    `refused`: it is certain that this attempt changed nothing.
    """
    values = {"due_at": due_at, **({"attempts": job.attempts} if refused else {})}
    await conn.execute(outbox.update().where(outbox.c.id == job.id).values(values))


async def postpone_channel(conn: AsyncConnection, channel_id: int, due_at: datetime) -> None:
    """Postpone all jobs of a channel that can't be written to."""
    which = (_in_channel(channel_id), outbox.c.due_at < due_at)
    await conn.execute(outbox.update().where(*which).values(due_at=due_at))


async def retry_channel(conn: AsyncConnection, channel_id: int, now: datetime) -> None:
    """Make all jobs of a channel due now."""
    which = (_in_channel(channel_id), outbox.c.op != Op.REPEAT)
    await conn.execute(outbox.update().where(*which).values(due_at=now))


async def retry(conn: AsyncConnection, now: datetime, *, guild_id: int | None = None) -> None:
    """Make all jobs due now, or all of one guild."""
    which = [outbox.c.due_at > now, outbox.c.op != Op.REPEAT]
    if guild_id is not None:
        on_channel = select(messages.c.id).where(messages.c.guild_id == guild_id)
        which.append(outbox.c.message_id.in_(on_channel))
    await conn.execute(outbox.update().where(*which).values(due_at=now))


async def pending(conn: AsyncConnection, guild_id: int) -> tuple[Pending, ...]:
    """Return for each channel of a guild how much waits, since when, and when it is tried next."""
    query = (
        select(
            messages.c.channel_id,
            func.count(outbox.c.id).label("count"),
            func.min(case((outbox.c.op == Op.POST, messages.c.created_at))).label("since"),
            func.min(outbox.c.due_at).label("due_at"),
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .where(messages.c.guild_id == guild_id, outbox.c.op != Op.REPEAT)
        .group_by(messages.c.channel_id)
        .order_by(messages.c.channel_id)
    )
    return tuple(Pending(**row) for row in (await conn.execute(query)).mappings())


def _in_channel(channel_id: int) -> ColumnElement[bool]:
    return outbox.c.message_id.in_(select(messages.c.id).where(messages.c.channel_id == channel_id))
