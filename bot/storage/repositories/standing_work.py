"""Standing work: what runs without a command in guilds, who set it up, and what of it is stopped."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.standing_work import Lost, StandingWork, Stop, WorkKind
from bot.storage import row_mapping
from bot.storage.repositories import alert_rules
from bot.storage.tables import (
    backup_schedules,
    boards,
    idle_rules,
    maintenance,
    public_boards,
    retention,
    work_stops,
)

_TABLES: dict[WorkKind, Table] = {
    WorkKind.RETENTION: retention,
    WorkKind.SCHEDULE: backup_schedules,
    WorkKind.BOARD: boards,
    WorkKind.PUBLIC_BOARD: public_boards,
    WorkKind.IDLE: idle_rules,
    WorkKind.MAINTENANCE: maintenance,
}
# Read every few seconds: kept, so that SQLAlchemy finds out once what it compiles to.
_STOPS = select(work_stops)
_NOT_NOTIFIED = _STOPS.where(work_stops.c.notified_at.is_(None)).order_by(work_stops.c.stopped_at)


async def iter_all(
    conn: AsyncConnection, now: datetime, *, guild_id: int | None = None
) -> tuple[StandingWork, ...]:
    """Read the work that runs, or is stopped and can be taken over; of one guild if given."""
    values = {"now": now, "guild_id": guild_id}
    works = [
        _work(kind, row)
        for kind in WorkKind
        for row in (await conn.execute(_query(kind, of_guild=guild_id is not None), values)).mappings()
    ]
    stopped = (_stopped(row) for row in (await conn.execute(_STOPS)).mappings())
    stops = {standing_work.key: standing_work.stop for standing_work in stopped}
    return tuple(replace(standing_work, stop=stops.get(standing_work.key)) for standing_work in works)


async def get_stop(conn: AsyncConnection, work: StandingWork) -> Stop | None:
    """Read the stop of a work; None while it runs."""
    row = (await conn.execute(select(work_stops).where(_same(work)))).mappings().one_or_none()
    return _stopped(row).stop if row is not None else None


async def stop(conn: AsyncConnection, work: StandingWork, why: Lost, now: datetime) -> None:
    """Record that a work is stopped; a maintenance window ends, so that alerts are sent again."""
    kind, guild_id, panel_id, server_uuid, number = work.key
    row = {
        "kind": kind,
        "guild_id": guild_id,
        "panel_id": panel_id,
        "server_uuid": server_uuid,
        "number": number,
        "set_by": work.set_by,
        "set_at": work.set_at,
        "stopped_at": now,
        "why": why,
        "notified_at": None,
    }
    await row_mapping.put(conn, work_stops, row)
    if work.kind is WorkKind.MAINTENANCE:
        await alert_rules.end_maintenance(conn, work.number, now)


async def take_over(conn: AsyncConnection, work: StandingWork, by: int, now: datetime) -> None:
    """Let a work go on in the name of another person."""
    table = _TABLES[work.kind]
    await conn.execute(table.update().where(_place(table, work)).values(set_by=by, set_at=now))
    await conn.execute(work_stops.delete().where(_same(work)))


async def forget_stop(conn: AsyncConnection, work: StandingWork) -> None:
    """Delete the stop of a work that was set up again or deleted."""
    await conn.execute(work_stops.delete().where(_same(work)))


async def put_schedule(conn: AsyncConnection, work: StandingWork) -> None:
    """Record who set the backup schedule of a server up; the panel keeps the schedule itself."""
    row = {name: getattr(work, name) for name in ("panel_id", "server_uuid", "guild_id", "set_by", "set_at")}
    await row_mapping.put(conn, backup_schedules, row)


async def remove(conn: AsyncConnection, work: StandingWork, now: datetime) -> bool:
    """Delete a work and its stop; False when it was already deleted."""
    await forget_stop(conn, work)
    if work.kind is WorkKind.MAINTENANCE:
        return await alert_rules.end_maintenance(conn, work.number, now)
    table = _TABLES[work.kind]
    return (await conn.execute(table.delete().where(_place(table, work)))).rowcount > 0


async def not_notified(conn: AsyncConnection) -> tuple[StandingWork, ...]:
    """Read the stopped work that people were not notified of yet."""
    return tuple(_stopped(row) for row in (await conn.execute(_NOT_NOTIFIED)).mappings())


async def notified(conn: AsyncConnection, work: StandingWork, now: datetime) -> None:
    """Record that people were notified; a maintenance window can't be taken over, so it is deleted."""
    if work.kind.can_resume:
        await conn.execute(work_stops.update().where(_same(work)).values(notified_at=now))
    else:
        await forget_stop(conn, work)


@cache
def _query(kind: WorkKind, *, of_guild: bool) -> Select[Any]:
    table = _TABLES[kind]
    query = select(table)
    if of_guild:
        query = query.where(table.c.guild_id == bindparam("guild_id"))
    if table is maintenance:
        query = query.where(maintenance.c.until > bindparam("now"))
    return query


def _work(kind: WorkKind, row: RowMapping) -> StandingWork:
    """Read the work from the table where it is set up."""
    is_maintenance = kind is WorkKind.MAINTENANCE
    return StandingWork(
        kind,
        row["guild_id"],
        row["panel_id"],
        row.get("server_uuid") or None,
        row["set_by"],
        row["since"] if is_maintenance else row["set_at"],
        row["id"] if is_maintenance else 0,
    )


def _stopped(row: RowMapping) -> StandingWork:
    """Read the work as it was when it was stopped."""
    return StandingWork(
        row["kind"],
        row["guild_id"],
        row["panel_id"],
        row["server_uuid"] or None,
        row["set_by"],
        row["set_at"],
        row["number"],
        Stop(row["stopped_at"], row["why"]),
    )


def _same(work: StandingWork) -> ColumnElement[bool]:
    names = ("kind", "guild_id", "panel_id", "server_uuid", "number")
    return and_(*(work_stops.c[name] == value for name, value in zip(names, work.key, strict=True)))


def _place(table: Table, work: StandingWork) -> ColumnElement[bool]:
    same = [table.c.guild_id == work.guild_id, table.c.panel_id == work.panel_id]
    if "server_uuid" in table.c:
        same.append(table.c.server_uuid == (work.server_uuid or ""))
    return and_(*same)
