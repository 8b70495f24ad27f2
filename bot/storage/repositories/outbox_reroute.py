"""When alerts go into another channel: what is still to be told goes along."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import Delivery, Message, MessageKind
from bot.storage.repositories import outbox
from bot.storage.tables import message_incidents, messages
from bot.storage.tables import outbox as jobs


async def move(conn: AsyncConnection, *, guild_id: int, panel_id: str, to: int, now: datetime) -> None:
    """Send into another channel, at once, whatever never reached its own for this panel in this guild."""
    which = (
        messages.c.guild_id == guild_id,
        messages.c.panel_id == panel_id,
        messages.c.first_attempt_at.is_(None),
        messages.c.delivery == Delivery.WAITING,
    )
    moved = select(messages.c.id).where(*which)
    await conn.execute(jobs.update().where(jobs.c.message_id.in_(moved)).values(due_at=now))
    await conn.execute(messages.update().where(*which).values(channel_id=to))


async def resettle(conn: AsyncConnection, message: Message, *, to: int, now: datetime) -> None:
    """Let a message leave a channel that was deleted for the one that is chosen now.

    What it tells may be told there already; what reminds or answers has nothing left to stand under.
    """
    mine = select(message_incidents.c.incident_id).where(message_incidents.c.message_id == message.id)
    notified = (
        select(message_incidents.c.incident_id)
        .join(messages, messages.c.id == message_incidents.c.message_id)
        .where(messages.c.channel_id == to, messages.c.kind.in_((MessageKind.ALERT, MessageKind.DIGEST)))
    )
    untold = (await conn.execute(mine.where(message_incidents.c.incident_id.not_in(notified)))).first()
    if message.kind not in (MessageKind.ALERT, MessageKind.DIGEST) or untold is None:
        await outbox.drop(conn, message.id)
        return
    # A new nonce: by the old one Discord would give what it may have taken in the channel that is no more.
    fresh = {
        "channel_id": to,
        "nonce": outbox.new_nonce(),
        "first_attempt_at": None,
        "attempted_revision": None,
    }
    await conn.execute(messages.update().where(messages.c.id == message.id).values(fresh))
    await conn.execute(jobs.update().where(jobs.c.message_id == message.id).values(due_at=now))
