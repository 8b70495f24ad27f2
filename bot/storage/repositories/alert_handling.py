"""Acknowledgements, silences and notes, each of one guild."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts.handling import Acknowledgement, Silence
from bot.domain.incidents import Incident
from bot.storage import row_mapping
from bot.storage.tables import (
    acknowledgements,
    incident_notes,
    incidents,
    silences,
)

_SILENCE_KEPT = timedelta(days=1)


async def acknowledge(
    conn: AsyncConnection, incidents: Iterable[Incident], *, guild_id: int, by: int, at: datetime
) -> None:
    """Record that a guild acknowledged these incidents at their present level."""
    values = [
        row_mapping.of(Acknowledgement(incident.id, guild_id, by, at, incident.level))
        for incident in incidents
    ]
    if values:
        await conn.execute(acknowledgements.insert(), values)


async def end_acknowledgements(conn: AsyncConnection, ended: Iterable[Acknowledgement]) -> None:
    """Delete acknowledgements that are no longer valid."""
    for acknowledgement in ended:
        same = (
            acknowledgements.c.incident_id == acknowledgement.incident_id,
            acknowledgements.c.guild_id == acknowledgement.guild_id,
        )
        await conn.execute(acknowledgements.delete().where(*same))


async def acknowledged(conn: AsyncConnection, incident_ids: Collection[int]) -> tuple[Acknowledgement, ...]:
    """Read who acknowledged these incidents, in all guilds."""
    result = await conn.execute(_acknowledged(), {"incident_ids": list(incident_ids)})
    return tuple(Acknowledgement(**row) for row in result.mappings())


async def silence(
    conn: AsyncConnection, incidents: Iterable[Incident], *, guild_id: int, until: datetime | None
) -> None:
    """Silence these for a guild until then; None ends the silence, and missed notifications are sent."""
    for incident in incidents:
        new = Silence(guild_id, incident.subject.panel_id, incident.subject.about, incident.rule, until)
        kept = (await conn.execute(select(silences.c.missed).where(_same(new)))).first()
        await put_silence(conn, replace(new, missed=kept.missed if kept is not None else None))


async def put_silence(conn: AsyncConnection, silence: Silence) -> None:
    """Store a silence; one that is over and missed nothing is deleted."""
    if silence.until is None and silence.missed is None:
        await conn.execute(silences.delete().where(_same(silence)))
    else:
        await row_mapping.put(conn, silences, row_mapping.of(silence))


async def silenced(conn: AsyncConnection, panel_id: str, about: Collection[str]) -> tuple[Silence, ...]:
    """Read the silences of these subjects of a panel in all guilds, including those that are over."""
    result = await conn.execute(_silenced(), {"panel_id": panel_id, "about": list(about)})
    return tuple(Silence(**row) for row in result.mappings())


async def write_note(conn: AsyncConnection, incident_id: int, *, guild_id: int, text: str, by: int) -> None:
    """Store a guild's note on an incident, replacing the previous one."""
    row = {"incident_id": incident_id, "guild_id": guild_id, "note": text, "noted_by": by}
    await row_mapping.put(conn, incident_notes, row)


async def prune(conn: AsyncConnection, *, now: datetime) -> None:
    """Delete what belongs to deleted incidents, and silences that ended long ago."""
    for table in (acknowledgements, incident_notes):
        await conn.execute(delete(table).where(table.c.incident_id.not_in(select(incidents.c.id))))
    await conn.execute(silences.delete().where(silences.c.until < now - _SILENCE_KEPT))


@cache
def _acknowledged() -> Select[Any]:
    incident = acknowledgements.c.incident_id
    return select(acknowledgements).where(incident.in_(bindparam("incident_ids", expanding=True)))


@cache
def _silenced() -> Select[Any]:
    about = silences.c.about.in_(bindparam("about", expanding=True))
    return select(silences).where(silences.c.panel_id == bindparam("panel_id"), about)


def _same(silence: Silence) -> ColumnElement[bool]:
    return and_(*(column == getattr(silence, column.name) for column in silences.primary_key))
