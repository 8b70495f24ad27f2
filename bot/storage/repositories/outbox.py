"""The outbox: writes messages and their delivery jobs, reads the next jobs, and records their results.

A job is written in the transaction that records its incident. At most one POST and one EDIT wait per message:
its text is made from the incidents when it is sent.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Delete, Row, Select, Update, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.nonce import new_nonce
from bot.domain.alerts import Severity
from bot.domain.notifications import (
    UPDATED_KINDS,
    Delivery,
    Job,
    Message,
    MessageKind,
    Op,
)
from bot.storage import row_mapping
from bot.storage.repositories import alerts, notifications
from bot.storage.tables import (
    message_incidents,
    messages,
    outbox,
)


async def post(  # noqa: PLR0913 - a message has that many sides
    conn: AsyncConnection,
    *,
    guild_id: int,
    panel_id: str,
    channel_id: int,
    kind: MessageKind,
    group_key: str,
    incident_ids: Iterable[int],
    now: datetime,
    mentions_role: bool = False,
    reply_to: int | None = None,
) -> Message:
    """Queue a new message, after all that its channel already waits for."""
    message = Message(
        id=0,
        guild_id=guild_id,
        panel_id=panel_id,
        channel_id=channel_id,
        kind=kind,
        group_key=group_key,
        reference=f"Q-{secrets.token_hex(5)}",
        nonce=new_nonce(),
        created_at=now,
        mentions_role=mentions_role,
        reply_to=reply_to,
    )
    values = row_mapping.of(message)
    del values["id"]
    made = await conn.execute(messages.insert().values(values))
    (number,) = made.inserted_primary_key or (0,)
    message = replace(message, id=number)
    for incident_id in incident_ids:
        await join(conn, message.id, incident_id)
    await _want(conn, message.id, Op.POST, now)
    return message


async def join(conn: AsyncConnection, message_id: int, incident_id: int) -> None:
    """Add an incident to a message (or mark it as changed there), and queue an edit."""
    row = {"message_id": message_id, "incident_id": incident_id, "shown": False}
    await conn.execute(row_mapping.inserting_or_replacing(message_incidents), row)


async def touch(conn: AsyncConnection, message_id: int, now: datetime) -> None:
    """Queue an edit of a message, since one of its incidents has changed."""
    same = messages.c.id == message_id
    await conn.execute(messages.update().where(same).values(revision=messages.c.revision + 1))
    delivered = select(messages.c.id).where(same, messages.c.delivery == Delivery.POSTED)
    if (await conn.execute(delivered)).first() is not None:
        await _want(conn, message_id, Op.EDIT, now)


async def jobs(conn: AsyncConnection) -> tuple[Job, ...]:
    """Read the jobs that may be done next: critical alerts first, then in order of creation.

    Only jobs about the same incident in the same channel are kept in order: a recovery waits for its alert.
    An escalation waits for nothing, since it shows all that the alert before it would.
    """
    return tuple(_job(row) for row in await conn.execute(_jobs()))


async def record_attempt(conn: AsyncConnection, job: Job, now: datetime) -> Message:
    """Record that a message is about to be sent; return it as stored.

    The attempt counts as one whose result is unknown until `mark_edited` or `outbox_waiting.postpone`
    says more.
    """
    message = job.message
    same = messages.c.id == message.id
    if message.first_attempt_at is None:
        values = {"first_attempt_at": now, "attempted_revision": messages.c.revision}
        await conn.execute(messages.update().where(same).values(values))
        await _mark_shown(conn, message.id)
    await conn.execute(_attempted(), {"job_id": job.id, "made": job.attempts + 1})
    queued = await notifications.get(conn, message.id)
    return queued or message


async def mark_posted(conn: AsyncConnection, job: Job, discord_id: int, now: datetime) -> None:
    """Record that a message was posted; changes since its first attempt become an edit."""
    same = messages.c.id == job.message.id
    values = {"discord_id": discord_id, "posted_at": now, "delivery": Delivery.POSTED}
    await conn.execute(messages.update().where(same).values(values))
    await _done(conn, job)
    message = await notifications.get(conn, job.message.id)
    if message is not None and message.revision != message.attempted_revision:
        await _want(conn, message.id, Op.EDIT, now)


async def mark_edited(conn: AsyncConnection, job: Job, shown: Message, *, repeat_at: datetime) -> None:
    """Record that a message shows the revision in `shown`; if it changed meanwhile, the job stays.

    After an attempt whose result is unknown the message is edited once more, at `repeat_at`.
    """
    message = await notifications.get(conn, shown.id)
    if message is not None and message.revision != shown.revision:
        await conn.execute(outbox.update().where(outbox.c.id == job.id).values(attempts=job.attempts))
        return
    await _done(conn, job)
    await _mark_shown(conn, shown.id)
    if message is not None and job.attempts:
        await conn.execute(outbox.delete().where(outbox.c.message_id == shown.id, outbox.c.op == Op.REPEAT))
        await _want(conn, shown.id, Op.REPEAT, repeat_at)


async def mark_deleted(conn: AsyncConnection, job: Job, now: datetime, *, channel_id: int) -> None:
    """Record that the message was deleted on Discord: nothing is left to edit.

    People never saw what joined or escalated after it was last drawn: that is sent as a new
    message into this channel.
    """
    message = job.message
    await conn.execute(messages.update().where(messages.c.id == message.id).values(delivery=Delivery.GONE))
    await conn.execute(outbox.delete().where(outbox.c.message_id == message.id))
    unshown = (message_incidents.c.message_id == message.id, message_incidents.c.shown.is_(False))
    query = select(message_incidents.c.incident_id).where(*unshown)
    incident_ids = [row.incident_id for row in await conn.execute(query)]
    if not incident_ids:
        return
    incidents = await alerts.get(conn, incident_ids, guild_id=message.guild_id)
    await conn.execute(message_incidents.delete().where(*unshown))
    await post(
        conn,
        guild_id=message.guild_id,
        panel_id=message.panel_id,
        channel_id=channel_id,
        kind=message.kind,
        group_key=message.group_key,
        incident_ids=incident_ids,
        now=now,
        mentions_role=any(incident.level is Severity.CRITICAL for incident in incidents),
        reply_to=message.reply_to,
    )


async def drop(conn: AsyncConnection, message_id: int) -> None:
    """Delete a message that was never sent, and its jobs."""
    await conn.execute(outbox.delete().where(outbox.c.message_id == message_id))
    await conn.execute(message_incidents.delete().where(message_incidents.c.message_id == message_id))
    await conn.execute(messages.delete().where(messages.c.id == message_id))


async def untried(conn: AsyncConnection, message_id: int) -> None:
    """Delete the record of an attempt that certainly delivered nothing."""
    values = {"first_attempt_at": None, "attempted_revision": None}
    await conn.execute(messages.update().where(messages.c.id == message_id).values(values))


async def leave_out(conn: AsyncConnection, message_id: int, incident_ids: Collection[int]) -> bool:
    """Remove incidents from an unsent message, and drop it when none is left; return whether any is."""
    same = message_incidents.c.message_id == message_id
    which = message_incidents.c.incident_id.in_(list(incident_ids))
    await conn.execute(message_incidents.delete().where(same, which))
    if (await conn.execute(select(message_incidents.c.incident_id).where(same).limit(1))).first() is not None:
        return True
    await drop(conn, message_id)
    return False


async def prune(conn: AsyncConnection, *, before: datetime) -> int:
    """Delete messages made before then that have no jobs and whose incidents have ended."""
    busy = select(outbox.c.message_id)
    lasting = select(message_incidents.c.message_id).where(
        message_incidents.c.incident_id.in_(alerts.lasting())
    )
    old = (messages.c.created_at < before, messages.c.id.not_in(busy), messages.c.id.not_in(lasting))
    number = (await conn.execute(messages.delete().where(*old))).rowcount
    known = message_incidents.c.message_id.in_(select(messages.c.id))
    await conn.execute(message_incidents.delete().where(~known))
    return number


async def _want(conn: AsyncConnection, message_id: int, op: Op, now: datetime) -> None:
    job = {"message_id": message_id, "op": op}
    if (await conn.execute(_job_of(), job)).first() is None:
        await conn.execute(outbox.insert(), job | {"due_at": now, "attempts": 0})


async def _mark_shown(conn: AsyncConnection, message_id: int) -> None:
    await conn.execute(_all_shown(), {"of_message": message_id})


async def _done(conn: AsyncConnection, job: Job) -> None:
    await conn.execute(_without_job(), {"id": job.id})


# Building a statement takes longer than running it, so those of every delivery are built once.


@cache
def _jobs() -> Select[Any]:
    mine, theirs = message_incidents.alias(), message_incidents.alias()
    earlier, earlier_message = outbox.alias(), messages.alias()
    waits = (
        select(earlier.c.id)
        .join(earlier_message, earlier_message.c.id == earlier.c.message_id)
        .join(theirs, theirs.c.message_id == earlier.c.message_id)
        .join(mine, mine.c.incident_id == theirs.c.incident_id)
        .where(
            mine.c.message_id == outbox.c.message_id,
            earlier.c.op == Op.POST,
            earlier.c.id < outbox.c.id,
            earlier_message.c.channel_id == messages.c.channel_id,
        )
        .correlate(outbox, messages)
        .exists()
    )
    return (
        select(
            outbox.c.id.label("job_id"),
            outbox.c.op,
            outbox.c.due_at,
            outbox.c.attempts,
            messages,
        )
        .join(messages, messages.c.id == outbox.c.message_id)
        .where((outbox.c.op != Op.POST) | messages.c.kind.in_(UPDATED_KINDS) | ~waits)
        .order_by(messages.c.mentions_role.desc(), outbox.c.id)
    )


@cache
def _job_of() -> Select[Any]:
    same = (outbox.c.message_id == bindparam("message_id"), outbox.c.op == bindparam("op"))
    return select(outbox.c.id).where(*same)


@cache
def _attempted() -> Update:
    return outbox.update().where(outbox.c.id == bindparam("job_id")).values(attempts=bindparam("made"))


@cache
def _without_job() -> Delete:
    return outbox.delete().where(outbox.c.id == bindparam("id"))


@cache
def _all_shown() -> Update:
    of_message = message_incidents.c.message_id == bindparam("of_message")
    return message_incidents.update().where(of_message).values(shown=True)


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    number, op, due_at, attempts = (values.pop(name) for name in ("job_id", "op", "due_at", "attempts"))
    return Job(number, op, Message(**values), due_at, attempts)
