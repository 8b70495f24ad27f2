"""Reads notifications: messages in channels, and the incidents that they show."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.incidents import Incident
from bot.domain.notifications import UPDATED_KINDS, Delivery, Message, MessageKind
from bot.storage.repositories import alerts
from bot.storage.tables import message_incidents, messages


async def get(conn: AsyncConnection, message_id: int) -> Message | None:
    """Read a message."""
    row = (await conn.execute(_by_id(), {"id": message_id})).mappings().one_or_none()
    return Message(**row) if row else None


async def latest(  # noqa: PLR0913 - what makes two messages alike
    conn: AsyncConnection,
    channel_id: int,
    *,
    panel_id: str,
    kind: MessageKind,
    since: datetime,
    until: datetime,
    group_key: str | None = None,
) -> Message | None:
    """Find the newest message of a panel and kind (and group key) in a channel, made in that time."""
    which = [
        messages.c.channel_id == channel_id,
        messages.c.panel_id == panel_id,
        messages.c.kind == kind,
        messages.c.created_at.between(since, until),
    ]
    if group_key is not None:
        which.append(messages.c.group_key == group_key)
    query = select(messages).where(*which).order_by(messages.c.id.desc()).limit(1)
    row = (await conn.execute(query)).mappings().one_or_none()
    return Message(**row) if row else None


async def count(conn: AsyncConnection, channel_id: int, *, since: datetime, until: datetime) -> int:
    """Count the messages made for a channel in that time that notify people, without silent replies."""
    which = (
        messages.c.channel_id == channel_id,
        messages.c.created_at.between(since, until),
        messages.c.kind != MessageKind.RECOVERY,
    )
    return (await conn.execute(select(func.count()).select_from(messages).where(*which))).scalar_one()


async def of_incident(conn: AsyncConnection, incident_id: int) -> tuple[Message, ...]:
    """Read the messages about an incident, the oldest first."""
    return await of_incidents(conn, [incident_id])


async def of_incidents(conn: AsyncConnection, incident_ids: Iterable[int]) -> tuple[Message, ...]:
    """Read the messages about any of these incidents, the oldest first."""
    about_them = select(message_incidents.c.message_id).where(
        message_incidents.c.incident_id.in_(list(incident_ids))
    )
    query = select(messages).where(messages.c.id.in_(about_them)).order_by(messages.c.id)
    return tuple(Message(**row) for row in (await conn.execute(query)).mappings())


async def channels_of(conn: AsyncConnection, incident_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the channels in which each of these incidents has a message, sent or waiting."""
    channels: dict[int, set[int]] = {}
    for row in await conn.execute(_channels_of(), {"ids": list(incident_ids)}):
        channels.setdefault(row.incident_id, set()).add(row.channel_id)
    return channels


async def incidents_of(conn: AsyncConnection, message_id: int) -> tuple[Incident, ...]:
    """Read the incidents of a message with its guild's handling; most urgent first."""
    rows = (await conn.execute(_incidents_of(), {"id": message_id})).all()
    guild_id = rows[0].guild_id if rows else None
    return await alerts.get(conn, [row.incident_id for row in rows], guild_id=guild_id)


async def has_active_incident(conn: AsyncConnection, message_id: int) -> bool:
    """Return whether an incident of a message is active, without reading all of them."""
    query = select(message_incidents.c.incident_id).where(
        message_incidents.c.message_id == message_id, message_incidents.c.incident_id.in_(alerts.lasting())
    )
    return (await conn.execute(query.limit(1))).first() is not None


async def superseded_incidents(
    conn: AsyncConnection, message: Message, *, by: Iterable[MessageKind], deleted: bool = True
) -> frozenset[int]:
    """Return which incidents of an alert or digest newer messages of these kinds in its channel show.

    `deleted`: count messages that people deleted since, too.
    """
    if message.kind not in UPDATED_KINDS:
        return frozenset()
    own = select(message_incidents.c.incident_id).where(message_incidents.c.message_id == message.id)
    query = (
        select(message_incidents.c.incident_id)
        .join(messages, messages.c.id == message_incidents.c.message_id)
        .where(
            messages.c.id > message.id,
            messages.c.channel_id == message.channel_id,
            messages.c.kind.in_(list(by)),
            message_incidents.c.incident_id.in_(own),
        )
    )
    if not deleted:
        query = query.where(messages.c.delivery != Delivery.GONE)
    return frozenset((await conn.execute(query)).scalars())


async def is_superseded(conn: AsyncConnection, message: Message) -> bool:
    """Return whether newer alerts that are still in the same channel show all that this one does."""
    shown = await superseded_incidents(conn, message, by=(MessageKind.ALERT,), deleted=False)
    own = select(message_incidents.c.incident_id).where(message_incidents.c.message_id == message.id)
    incident_ids = set((await conn.execute(own)).scalars())
    return bool(incident_ids) and incident_ids <= shown


# Building a statement takes longer than running it, so those of every delivery are built once.


@cache
def _by_id() -> Select[Any]:
    return select(messages).where(messages.c.id == bindparam("id"))


@cache
def _incidents_of() -> Select[Any]:
    return (
        select(message_incidents.c.incident_id, messages.c.guild_id)
        .join(messages, messages.c.id == message_incidents.c.message_id)
        .where(message_incidents.c.message_id == bindparam("id"))
    )


@cache
def _channels_of() -> Select[Any]:
    return (
        select(message_incidents.c.incident_id, messages.c.channel_id)
        .join(messages, message_incidents.c.message_id == messages.c.id)
        .where(message_incidents.c.incident_id.in_(bindparam("ids", expanding=True)))
    )
