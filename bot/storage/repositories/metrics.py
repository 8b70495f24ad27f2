"""History of what servers used: samples for two days, five minutes for thirty, hours for thirteen months."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Label,
    RowMapping,
    Select,
    Table,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import Extremes, Sample, ServerKey
from bot.domain.usage_history import Band, Point
from bot.panel.models import PowerState
from bot.storage import row_mapping
from bot.storage.database import Store
from bot.storage.tables import (
    metric_hours,
    metric_minutes,
    metric_samples,
    metric_servers,
)

MAX_POINTS = 1000
_KIB, _TENTHS, _DAY_S = 1024, 10, 86_400
_LATE_S = 30
"""How late an observation may be stored: younger rows are not rolled up yet."""
_ROLLED = "metrics rolled up to"
_AT_ONCE = 500
_BANDS = ("memory_kib", "cpu_tenths", "disk_kib")
_EXTREMES = ("memory_kib_low", "memory_kib_high", "cpu_tenths_low", "cpu_tenths_high")
_COUNTS = ("observations", "running", "offline", "restarts")


@dataclass(frozen=True, slots=True)
class _Resolution:
    """One table: how long a row stands for, and how long it is kept."""

    table: Table
    step_s: int
    kept_s: int


_SAMPLES = _Resolution(metric_samples, 60, 2 * _DAY_S)
_MINUTES = _Resolution(metric_minutes, 300, 30 * _DAY_S)
_HOURS = _Resolution(metric_hours, 3600, 396 * _DAY_S)
_ALL = (_SAMPLES, _MINUTES, _HOURS)


@dataclass(frozen=True, slots=True)
class History:
    """The stored points of a period, each for `step_s` seconds; none for steps without an observation."""

    step_s: int
    points: tuple[Point, ...]


async def write(conn: AsyncConnection, samples: Sequence[Sample], now: datetime) -> None:
    """Store samples, and roll up the steps complete by `now`, in the caller's transaction.

    It is called every few seconds with some of the servers, and rolls up once per step: the connection (only
    one writes) remembers the last step. After a restart it rolls up at once.
    """
    if samples:
        ids = await _ids(conn, {sample.observation.server for sample in samples})
        rows = [_row(ids[sample.observation.server], sample) for sample in samples]
        await conn.execute(row_mapping.inserting_new(metric_samples), rows)
    whole_s = int(now.timestamp()) - _LATE_S
    step = whole_s // _MINUTES.step_s
    if conn.info.get(_ROLLED) != step:
        for fine, coarse in pairwise(_ALL):
            await conn.execute(_roll(fine, coarse), {"until": whole_s // coarse.step_s * coarse.step_s})
        conn.info[_ROLLED] = step


async def put_past(conn: AsyncConnection, server: ServerKey, step_s: int, points: Sequence[Point]) -> None:
    """Store past steps of 60, 300 or 3,600 seconds; existing ones are not overwritten."""
    table = next(resolution.table for resolution in _ALL if resolution.step_s == step_s)
    if points:
        number = (await _ids(conn, {server}))[server]
        rows = [_past_row(number, table, point) for point in points]
        await conn.execute(row_mapping.inserting_new(table), rows)


async def read(conn: AsyncConnection, server: ServerKey, since: datetime, until: datetime) -> History:
    """Read a period at the finest stored resolution that gives at most 1,000 points."""
    first, last = math.floor(since.timestamp()), math.ceil(until.timestamp())
    resolution = next(
        (
            resolution
            for resolution in _ALL
            if last - first <= min(resolution.kept_s, MAX_POINTS * resolution.step_s)
        ),
        _HOURS,
    )
    step_s = resolution.step_s * max(1, math.ceil((last - first) / resolution.step_s / (MAX_POINTS - 1)))
    which = {"panel_id": server.panel_id, "uuid": server.uuid, "first": first, "last": last}
    rows = (await conn.execute(_history(resolution.table, step_s), which)).mappings()
    return History(step_s, tuple(_point(row) for row in rows))


async def uptimes(conn: AsyncConnection, panel_id: str, since: datetime) -> dict[str, float]:
    """Read in how many percent of the observations since then each server ran, by uuid, to the last hour."""
    which = {"panel_id": panel_id, "first": math.floor(since.timestamp())}
    return {uuid: 100.0 * running / total for uuid, running, total in await conn.execute(_uptimes(), which)}


async def players_of_day(
    conn: AsyncConnection, panel_id: str, now: datetime
) -> dict[str, tuple[float | None, ...]]:
    """Read the mean players in each of the last 24 whole hours, by uuid, where a game answered in one."""
    last = int(now.timestamp()) // _HOURS.step_s * _HOURS.step_s
    hours = range(last - _DAY_S, last, _HOURS.step_s)
    which = {"panel_id": panel_id, "first": hours[0]}
    known: dict[str, dict[int, float]] = {}
    for uuid, at, tenths in await conn.execute(_known_players(), which):
        known.setdefault(uuid, {})[at] = tenths / _TENTHS
    return {uuid: tuple(means.get(hour) for hour in hours) for uuid, means in known.items()}


async def prune(store: Store, *, now: datetime) -> int:
    """Delete old rows and return how many; one server per transaction, so that no write waits long."""
    async with store.read() as conn:
        numbers = [*(await conn.execute(select(metric_servers.c.id))).scalars()]
    total = 0
    for number in numbers:

        async def prune_server(conn: AsyncConnection, number: int = number) -> int:
            return await _prune(conn, number, int(now.timestamp()))

        total += await store.write(prune_server)
    return total


async def _prune(conn: AsyncConnection, number: int, now_s: int) -> int:
    gone = 0
    for kept in _ALL:
        old = (kept.table.c.server_id == number, kept.table.c.at < now_s - kept.kept_s)
        gone += (await conn.execute(kept.table.delete().where(*old))).rowcount
    left = union_all(
        *(select(literal(1)).where(kept.table.c.server_id == number).correlate(None) for kept in _ALL)
    )
    empty = ~select(left.subquery()).exists()
    await conn.execute(metric_servers.delete().where(metric_servers.c.id == number, empty))
    return gone


async def _ids(conn: AsyncConnection, servers: set[ServerKey]) -> dict[ServerKey, int]:
    known: dict[ServerKey, int] = {}
    by_panel: dict[str, list[str]] = {}
    for server in servers:
        by_panel.setdefault(server.panel_id, []).append(server.uuid)
    for panel_id, uuids in by_panel.items():
        for first in range(0, len(uuids), _AT_ONCE):
            which = {"panel_id": panel_id, "uuids": uuids[first : first + _AT_ONCE]}
            for uuid, number in await conn.execute(_numbers(), which):
                known[ServerKey(panel_id, uuid)] = number
    new = [
        {"panel_id": server.panel_id, "server_uuid": server.uuid} for server in sorted(servers - known.keys())
    ]
    if not new:
        return known
    await conn.execute(metric_servers.insert(), new)
    return await _ids(conn, servers)


def _row(number: int, sample: Sample) -> dict[str, int | None]:
    seen = sample.observation
    return {
        "server_id": number,
        "at": int(seen.at.timestamp()),
        "memory_kib": seen.memory_bytes // _KIB,
        "cpu_tenths": round(seen.cpu_absolute * _TENTHS),
        "disk_kib": seen.disk_bytes // _KIB,
        "rx_rate": None if sample.rx_rate is None else round(sample.rx_rate),
        "tx_rate": None if sample.tx_rate is None else round(sample.tx_rate),
        "observations": 1,
        "running": int(seen.state is PowerState.RUNNING),
        "offline": int(seen.state is PowerState.OFFLINE),
        "restarts": sample.restarts,
        **_extremes(seen.extremes),
        "player_tenths": None if seen.players is None else seen.players.online * _TENTHS,
        "player_limit": None if seen.players is None else seen.players.maximum,
    }


def _extremes(extremes: Extremes | None) -> dict[str, int | None]:
    if extremes is None:
        return dict.fromkeys(_EXTREMES)
    return {
        "memory_kib_low": extremes.memory_low // _KIB,
        "memory_kib_high": extremes.memory_high // _KIB,
        "cpu_tenths_low": round(extremes.cpu_low * _TENTHS),
        "cpu_tenths_high": round(extremes.cpu_high * _TENTHS),
    }


def _past_row(number: int, table: Table, point: Point) -> dict[str, int | None]:
    row: dict[str, int | None] = {"server_id": number, "at": point.at}
    for name, band, unit in (
        ("memory_kib", point.memory, 1 / _KIB),
        ("cpu_tenths", point.cpu, _TENTHS),
        ("disk_kib", point.disk, 1 / _KIB),
    ):
        row[name] = round(band.mean * unit)
        if f"{name}_low" in table.c:
            row |= {f"{name}_low": round(band.low * unit), f"{name}_high": round(band.high * unit)}
    for name in ("rx_rate", "tx_rate"):
        rate: float | None = getattr(point, name)
        row[name] = None if rate is None else round(rate)
    return row | _past_players(table, point) | {name: getattr(point, name) for name in _COUNTS}


def _past_players(table: Table, point: Point) -> dict[str, int | None]:
    players, suffixes = point.players, ("", "_low", "_high")
    row: dict[str, int | None] = {"player_limit": point.player_limit}
    values = (None, None, None) if players is None else (players.mean, players.low, players.high)
    for suffix, value in zip(suffixes, values, strict=True):
        if f"player_tenths{suffix}" in table.c:
            row[f"player_tenths{suffix}"] = None if value is None else round(value * _TENTHS)
    return row


# Building a statement takes longer than running it, so those of every batch are built once.


@cache
def _numbers() -> Select[Any]:
    return select(metric_servers.c.server_uuid, metric_servers.c.id).where(
        metric_servers.c.panel_id == bindparam("panel_id"),
        metric_servers.c.server_uuid.in_(bindparam("uuids", expanding=True)),
    )


@cache
def _uptimes() -> Select[Any]:
    return (
        select(
            metric_servers.c.server_uuid,
            func.sum(metric_hours.c.running),
            func.sum(metric_hours.c.observations),
        )
        .where(*_hours_of_panel())
        .group_by(metric_servers.c.server_uuid)
    )


@cache
def _known_players() -> Select[Any]:
    return select(metric_servers.c.server_uuid, metric_hours.c.at, metric_hours.c.player_tenths).where(
        *_hours_of_panel(), metric_hours.c.player_tenths.is_not(None)
    )


def _hours_of_panel() -> tuple[ColumnElement[bool], ...]:
    return (
        metric_servers.c.panel_id == bindparam("panel_id"),
        metric_hours.c.server_id == metric_servers.c.id,
        metric_hours.c.at >= bindparam("first"),
    )


@lru_cache(maxsize=100)
def _history(table: Table, step_s: int) -> Select[Any]:
    number = select(metric_servers.c.id).where(
        metric_servers.c.panel_id == bindparam("panel_id"), metric_servers.c.server_uuid == bindparam("uuid")
    )
    at = _floor(table.c.at, step_s)
    period = (table.c.at >= bindparam("first"), table.c.at < bindparam("last"))
    return (
        select(at.label("at"), *_merged(table))
        .where(table.c.server_id == number.scalar_subquery(), *period)
        .group_by(at)
        .order_by(at)
    )


@cache
def _roll(fine: _Resolution, coarse: _Resolution) -> Insert:
    """Roll up each server's complete steps from its last one to `until`, also after the bot was stopped."""
    done = coarse.table.alias()
    since = func.coalesce(
        select(func.max(done.c.at) + coarse.step_s)
        .where(done.c.server_id == metric_servers.c.id)
        .scalar_subquery(),
        0,
    )
    rows, at = fine.table, _floor(fine.table.c.at, coarse.step_s)
    joined = metric_servers.join(
        rows,
        (rows.c.server_id == metric_servers.c.id) & (rows.c.at >= since) & (rows.c.at < bindparam("until")),
    )
    merged = _merged(rows)
    query = select(rows.c.server_id, at.label("at"), *merged).select_from(joined)
    names = ["server_id", "at", *(column.name for column in merged)]
    return coarse.table.insert().from_select(names, query.group_by(rows.c.server_id, at))


def _floor(at: Any, step_s: int) -> Any:  # noqa: ANN401 - a column and an expression
    return at - at % step_s


def _merged(table: Table) -> list[Any]:
    """Merge rows of a table: means weighted by observations, lowest and highest, sums of counts."""
    observations = func.sum(table.c.observations)
    merged: list[Any] = []
    for name in _BANDS:
        mean = cast(func.round(func.sum(table.c[name] * table.c.observations) * 1.0 / observations), Integer)
        merged += [mean.label(name), *_merged_extremes(table, name)]
    merged += [_known_mean(table, name) for name in ("rx_rate", "tx_rate")]
    merged += [func.sum(table.c[name]).label(name) for name in _COUNTS]
    merged += [_known_mean(table, "player_tenths"), *_merged_extremes(table, "player_tenths")]
    return [*merged, func.max(table.c.player_limit).label("player_limit")]


def _known_mean(table: Table, name: str) -> Label[int]:
    """Return the mean of what may be unknown."""
    value = table.c[name]
    known = func.nullif(func.sum(case((value.is_not(None), table.c.observations), else_=0)), 0)
    return cast(func.round(func.sum(value * table.c.observations) * 1.0 / known), Integer).label(name)


def _merged_extremes(table: Table, name: str) -> tuple[Label[int], Label[int]]:
    low, high = (_extreme(table, name, end) for end in ("low", "high"))
    return func.min(low).label(f"{name}_low"), func.max(high).label(f"{name}_high")


def _extreme(table: Table, name: str, end: str) -> ColumnElement[int]:
    """Name the lowest or highest value of a row; a row without one is a single observation."""
    extreme = table.c.get(f"{name}_{end}")
    if extreme is None:
        return table.c[name]
    return func.coalesce(extreme, table.c[name]) if extreme.nullable else extreme


def _point(row: RowMapping) -> Point:
    def band(name: str, unit: float) -> Band:
        return Band(row[f"{name}_low"] * unit, row[name] * unit, row[f"{name}_high"] * unit)

    return Point(
        at=row["at"],
        memory=band("memory_kib", _KIB),
        cpu=band("cpu_tenths", 1 / _TENTHS),
        disk=band("disk_kib", _KIB),
        rx_rate=row["rx_rate"],
        tx_rate=row["tx_rate"],
        **{name: row[name] for name in _COUNTS},
        players=None if row["player_tenths"] is None else band("player_tenths", 1 / _TENTHS),
        player_limit=row["player_limit"],
    )
