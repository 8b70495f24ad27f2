"""Moves undelivered messages when alerts get another channel."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.nonce import new_nonce
from bot.domain.notifications import UPDATED_KINDS, Delivery, Job, Message, Op
from bot.storage.repositories import closed_channels, guild_settings, outbox
from bot.storage.tables import message_incidents, messages
from bot.storage.tables import outbox as jobs


async def move(conn: AsyncConnection, *, guild_id: int, panel_id: str, to: int, now: datetime) -> None:
    """Move this guild's undelivered messages of a panel to another channel, due now."""
    which = (
        messages.c.guild_id == guild_id,
        messages.c.panel_id == panel_id,
        messages.c.first_attempt_at.is_(None),
        messages.c.delivery == Delivery.WAITING,
    )
    moved = select(messages.c.id).where(*which)
    await conn.execute(jobs.update().where(jobs.c.message_id.in_(moved)).values(due_at=now))
    await conn.execute(messages.update().where(*which).values(channel_id=to))


async def leave_deleted_channel(conn: AsyncConnection, job: Job, now: datetime) -> bool:
    """Move the messages of a deleted channel to the chosen one; False if that is the deleted one."""
    message = job.message
    settings = await guild_settings.get(conn, guild_id=message.guild_id, panel_id=message.panel_id)
    channel_id = (settings and settings.alert_channel_id) or message.channel_id
    if job.op is not Op.POST:
        await outbox.mark_deleted(conn, job, now, channel_id=channel_id)
        return True
    if channel_id == message.channel_id:
        return False
    await _resettle(conn, message, to=channel_id, now=now)
    await closed_channels.reopen(conn, message.channel_id)  # it is gone, so there is nothing left to fix
    return True


async def _resettle(conn: AsyncConnection, message: Message, *, to: int, now: datetime) -> None:
    """Move a message from a deleted channel to another one.

    It is dropped if that channel shows its incidents already, or if it replies to a message that is gone.
    """
    mine = select(message_incidents.c.incident_id).where(message_incidents.c.message_id == message.id)
    shown_there = (
        select(message_incidents.c.incident_id)
        .join(messages, messages.c.id == message_incidents.c.message_id)
        .where(messages.c.channel_id == to, messages.c.kind.in_(UPDATED_KINDS))
    )
    unshown = (await conn.execute(mine.where(message_incidents.c.incident_id.not_in(shown_there)))).first()
    if message.kind not in UPDATED_KINDS or unshown is None:
        await outbox.drop(conn, message.id)
        return
    # A new nonce: with the old one, Discord would return the message that it may have in the deleted channel.
    fresh = {
        "channel_id": to,
        "nonce": new_nonce(),
        "first_attempt_at": None,
        "attempted_revision": None,
    }
    await conn.execute(messages.update().where(messages.c.id == message.id).values(fresh))
    await conn.execute(jobs.update().where(jobs.c.message_id == message.id).values(due_at=now))
