"""Alert states and incidents."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import AlertState, RuleKind, dumps, loads
from bot.domain.alerts.urgency import by_urgency
from bot.domain.incidents import Incident, Subject
from bot.domain.observation import ServerKey
from bot.storage import row_mapping
from bot.storage.tables import (
    acknowledgements,
    alert_states,
    incident_notes,
    incidents,
    silences,
)

_WELL = AlertState()
_OF_A_GUILD = ("acknowledged_by", "acknowledged_at", "silenced_until", "note", "noted_by")
"""Fields of an incident that a guild's handling fills in; `alert_handling` stores them."""


@dataclass(frozen=True, slots=True)
class StoredAlertState:
    """The state of one rule on one subject, and the incident under way."""

    state: AlertState = _WELL
    incident_id: int | None = None


States = dict[tuple[str, RuleKind], StoredAlertState]
"""By `Subject.about` and rule. Rules in their default state are left out."""


async def states(conn: AsyncConnection, panel_id: str, about: Collection[str] | None = None) -> States:
    """Read the states of these subjects of a panel; None: of all."""
    which = {"panel_id": panel_id, "about": list(about or ())}
    return {
        (row.about, row.rule): StoredAlertState(loads(row.state), row.incident_id)
        for row in await conn.execute(_states(of_all=about is None), which)
    }


async def put_states(conn: AsyncConnection, panel_id: str, changed: States) -> None:
    """Store states, replacing the previous ones; a default state has no row."""
    well = [key for key, kept in changed.items() if kept == StoredAlertState()]
    if well:
        same = [alert_states.c[name] == bindparam(f"b_{name}") for name in ("about", "rule")]
        gone = alert_states.delete().where(alert_states.c.panel_id == panel_id, *same)
        await conn.execute(gone, [{"b_about": about, "b_rule": rule} for about, rule in well])
    values = [
        {
            "panel_id": panel_id,
            "about": about,
            "rule": rule,
            "state": dumps(kept.state),
            "incident_id": kept.incident_id,
        }
        for (about, rule), kept in changed.items()
        if kept != StoredAlertState()
    ]
    if values:
        await conn.execute(row_mapping.inserting_or_replacing(alert_states), values)


async def begin(conn: AsyncConnection, incident: Incident) -> Incident:
    """Store a new incident; returns it with its id."""
    values = _row(incident)
    del values["id"]
    made = await conn.execute(incidents.insert().values(values))
    (number,) = made.inserted_primary_key or (0,)
    return _incident({**values, "id": number})


async def put(conn: AsyncConnection, *changed: Incident) -> None:
    """Store changes of incidents."""
    if changed:
        same = incidents.update().where(incidents.c.id == bindparam("b_id"))
        await conn.execute(same, [_row(incident) | {"b_id": incident.id} for incident in changed])


async def get(
    conn: AsyncConnection, ids: Iterable[int], *, guild_id: int | None = None
) -> tuple[Incident, ...]:
    """Read incidents by id, most urgent first, with this guild's handling if a guild is given."""
    query = _by_id(for_a_guild=guild_id is not None)
    return by_urgency(await _read(conn, query, {"ids": list(ids), "guild_id": guild_id}))


async def active(
    conn: AsyncConnection,
    panel_ids: Collection[str],
    server: ServerKey | None = None,
    *,
    guild_id: int | None = None,
) -> tuple[Incident, ...]:
    """Read the active incidents of these panels, or of one server, as `get` does; most urgent first."""
    which: list[ColumnElement[bool]] = [
        incidents.c.ended_at.is_(None),
        incidents.c.panel_id.in_(list(panel_ids)),
    ]
    if server is not None:
        which += [incidents.c.panel_id == server.panel_id, incidents.c.about == server.uuid]
    query = _as_seen_by(for_a_guild=guild_id is not None).where(*which)
    return by_urgency(await _read(conn, query, {"guild_id": guild_id}))


async def node_back_at(conn: AsyncConnection, panel_id: str, node: str) -> datetime | None:
    """Read when a node last became reachable again; None if it was never down, or is down now."""
    subject = Subject.node(panel_id, node)
    same = and_(
        incidents.c.panel_id == panel_id,
        incidents.c.about == subject.about,
        incidents.c.rule == RuleKind.NODE,
    )
    latest = select(incidents.c.ended_at).where(same).order_by(incidents.c.fired_at.desc()).limit(1)
    ended_at: datetime | None = (await conn.execute(latest)).scalar_one_or_none()
    return ended_at


async def history(  # noqa: PLR0913 - where, since when, for whom
    conn: AsyncConnection,
    panel_ids: Collection[str],
    *,
    since: datetime,
    server: ServerKey | None = None,
    limit: int = 1000,
    guild_id: int | None = None,
) -> tuple[Incident, ...]:
    """Read incidents that began since then or are active, as `get` does; latest first."""
    recent = (incidents.c.fired_at >= since) | incidents.c.ended_at.is_(None)
    which: list[ColumnElement[bool]] = [incidents.c.panel_id.in_(list(panel_ids)), recent]
    if server is not None:
        which += [incidents.c.panel_id == server.panel_id, incidents.c.about == server.uuid]
    latest_first = (incidents.c.fired_at.desc(), incidents.c.id.desc())
    query = _as_seen_by(for_a_guild=guild_id is not None).where(*which).order_by(*latest_first)
    return tuple(await _read(conn, query.limit(limit), {"guild_id": guild_id}))


def lasting() -> Select[tuple[int]]:
    """Select the ids of all active incidents."""
    return select(incidents.c.id).where(incidents.c.ended_at.is_(None))


async def prune(conn: AsyncConnection, *, before: datetime) -> int:
    """Delete incidents that ended before then."""
    return (await conn.execute(incidents.delete().where(incidents.c.ended_at < before))).rowcount


async def _read(conn: AsyncConnection, query: Select[Any], which: Mapping[str, object]) -> list[Incident]:
    return [_incident(row) for row in (await conn.execute(query, which)).mappings()]


# Building a statement takes longer than running it, so those of every evaluation are built once.


@cache
def _states(*, of_all: bool) -> Select[Any]:
    query = select(alert_states).where(alert_states.c.panel_id == bindparam("panel_id"))
    return query if of_all else query.where(alert_states.c.about.in_(bindparam("about", expanding=True)))


@cache
def _by_id(*, for_a_guild: bool) -> Select[Any]:
    return _as_seen_by(for_a_guild=for_a_guild).where(incidents.c.id.in_(bindparam("ids", expanding=True)))


@cache
def _as_seen_by(*, for_a_guild: bool) -> Select[Any]:
    """Select incidents with the handling of the guild `guild_id`."""
    if not for_a_guild:
        return select(incidents)
    guild_id = bindparam("guild_id", type_=acknowledgements.c.guild_id.type)
    acked = and_(acknowledgements.c.incident_id == incidents.c.id, acknowledgements.c.guild_id == guild_id)
    noted = and_(incident_notes.c.incident_id == incidents.c.id, incident_notes.c.guild_id == guild_id)
    silenced = and_(
        silences.c.guild_id == guild_id,
        incidents.c.ended_at.is_(None),
        *(silences.c[name] == incidents.c[name] for name in ("panel_id", "about", "rule")),
    )
    return (
        select(
            incidents,
            acknowledgements.c.by.label("acknowledged_by"),
            acknowledgements.c.at.label("acknowledged_at"),
            silences.c.until.label("silenced_until"),
            incident_notes.c.note,
            incident_notes.c.noted_by,
        )
        .outerjoin_from(incidents, acknowledgements, acked)
        .outerjoin(incident_notes, noted)
        .outerjoin(silences, silenced)
    )


def _row(incident: Incident) -> dict[str, Any]:
    values = row_mapping.of(incident)
    subject: Subject = values.pop("subject")
    for name in _OF_A_GUILD:
        del values[name]
    return values | {
        "panel_id": subject.panel_id,
        "about": subject.about,
        "evidence": json.dumps(dict(incident.evidence)),
    }


def _incident(row: Mapping[str, Any] | RowMapping) -> Incident:
    values = dict(row)
    subject = Subject(values.pop("panel_id"), values.pop("about"))
    return Incident(**values | {"subject": subject, "evidence": json.loads(values["evidence"])})
