"""History of what servers used: samples for two days, five minutes for thirty, hours for thirteen months."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import RowMapping, Table, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import Extremes, Sample, ServerKey
from bot.domain.usage_history import Band, Point
from bot.panel.models import PowerState
from bot.storage import row_mapping
from bot.storage.database import Store
from bot.storage.repositories import metric_statements
from bot.storage.repositories.metric_statements import COUNTS, DAY_S, HOURS, MINUTES, RESOLUTIONS
from bot.storage.tables import metric_samples, metric_servers

MAX_POINTS = 1000
_KIB, _TENTHS = 1024, 10
_LATE_S = 30
"""How late an observation may be stored: younger rows are not rolled up yet."""
_ROLLED = "metrics rolled up to"
_AT_ONCE = 500
_EXTREMES = ("memory_kib_low", "memory_kib_high", "cpu_tenths_low", "cpu_tenths_high")


@dataclass(frozen=True, slots=True)
class History:
    """The stored points of a period, each for `step_s` seconds; none for steps without an observation."""

    step_s: int
    points: tuple[Point, ...]


async def write(conn: AsyncConnection, samples: Sequence[Sample], now: datetime) -> None:
    """Store samples, and roll up the steps complete by `now`, in the caller's transaction.

    Those without a figure of the CPU are left out: a gap is true, and a usage of 0 would not be.

    It is called every few seconds with some of the servers, and rolls up once per step: the connection (only
    one writes) remembers the last step. After a restart it rolls up at once.
    """
    whole = [sample for sample in samples if sample.observation.cpu_absolute is not None]
    if whole:
        ids = await _ids(conn, {sample.observation.server for sample in whole})
        rows = [_row(ids[sample.observation.server], sample) for sample in whole]
        await conn.execute(row_mapping.inserting_new(metric_samples), rows)
    whole_s = int(now.timestamp()) - _LATE_S
    step = whole_s // MINUTES.step_s
    if conn.info.get(_ROLLED) != step:
        for fine, coarse in pairwise(RESOLUTIONS):
            await conn.execute(
                metric_statements.roll_up(fine, coarse), {"until": whole_s // coarse.step_s * coarse.step_s}
            )
        conn.info[_ROLLED] = step


async def put_past(conn: AsyncConnection, server: ServerKey, step_s: int, points: Sequence[Point]) -> None:
    """Store past steps of 60, 300 or 3,600 seconds; existing ones are not overwritten."""
    table = next(resolution.table for resolution in RESOLUTIONS if resolution.step_s == step_s)
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
            for resolution in RESOLUTIONS
            if last - first <= min(resolution.kept_s, MAX_POINTS * resolution.step_s)
        ),
        HOURS,
    )
    step_s = resolution.step_s * max(1, math.ceil((last - first) / resolution.step_s / (MAX_POINTS - 1)))
    which = {"panel_id": server.panel_id, "uuid": server.uuid, "first": first, "last": last}
    rows = (await conn.execute(metric_statements.history(resolution.table, step_s), which)).mappings()
    return History(step_s, tuple(_point(row) for row in rows))


async def uptimes(conn: AsyncConnection, panel_id: str, since: datetime) -> dict[str, float]:
    """Read in how many percent of the observations since then each server ran, by uuid."""
    which = {"panel_id": panel_id, "first": math.floor(since.timestamp())}
    return {
        uuid: 100.0 * running / total
        for uuid, running, total in await conn.execute(metric_statements.uptimes(), which)
    }


async def players_of_day(
    conn: AsyncConnection, panel_id: str, now: datetime
) -> dict[str, tuple[float | None, ...]]:
    """Read the mean players in each of the last 24 whole hours, by uuid, where a game answered in one."""
    last = int(now.timestamp()) // HOURS.step_s * HOURS.step_s
    hours = range(last - DAY_S, last, HOURS.step_s)
    which = {"panel_id": panel_id, "first": hours[0]}
    known: dict[str, dict[int, float]] = {}
    for uuid, at, tenths in await conn.execute(metric_statements.known_players(), which):
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
    for kept in RESOLUTIONS:
        old = (kept.table.c.server_id == number, kept.table.c.at < now_s - kept.kept_s)
        gone += (await conn.execute(kept.table.delete().where(*old))).rowcount
    left = union_all(
        *(select(literal(1)).where(kept.table.c.server_id == number).correlate(None) for kept in RESOLUTIONS)
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
            for uuid, number in await conn.execute(metric_statements.numbers(), which):
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
        "cpu_tenths": round((seen.cpu_absolute or 0.0) * _TENTHS),
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
    return row | _past_players(table, point) | {name: getattr(point, name) for name in COUNTS}


def _past_players(table: Table, point: Point) -> dict[str, int | None]:
    players, suffixes = point.players, ("", "_low", "_high")
    row: dict[str, int | None] = {"player_limit": point.player_limit}
    values = (None, None, None) if players is None else (players.mean, players.low, players.high)
    for suffix, value in zip(suffixes, values, strict=True):
        if f"player_tenths{suffix}" in table.c:
            row[f"player_tenths{suffix}"] = None if value is None else round(value * _TENTHS)
    return row


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
        **{name: row[name] for name in COUNTS},
        players=None if row["player_tenths"] is None else band("player_tenths", 1 / _TENTHS),
        player_limit=row["player_limit"],
    )
