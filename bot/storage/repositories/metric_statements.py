"""The statements of the usage history, and its three resolutions.

Building a statement takes longer than running it, so each is built once.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Label,
    Select,
    Table,
    bindparam,
    case,
    cast,
    func,
    select,
    union_all,
)

from bot.storage.tables import metric_hours, metric_minutes, metric_samples, metric_servers

DAY_S = 86_400
COUNTS = ("observations", "running", "offline", "restarts")
_BANDS = ("memory_kib", "cpu_tenths", "disk_kib")


@dataclass(frozen=True, slots=True)
class Resolution:
    """One table: how long a row stands for, and how long it is kept."""

    table: Table
    step_s: int
    kept_s: int


SAMPLES = Resolution(metric_samples, 60, 2 * DAY_S)
MINUTES = Resolution(metric_minutes, 300, 30 * DAY_S)
HOURS = Resolution(metric_hours, 3600, 396 * DAY_S)
RESOLUTIONS = (SAMPLES, MINUTES, HOURS)


@cache
def numbers() -> Select[Any]:
    """Select the numbers of some servers, by uuid."""
    return select(metric_servers.c.server_uuid, metric_servers.c.id).where(
        metric_servers.c.panel_id == bindparam("panel_id"),
        metric_servers.c.server_uuid.in_(bindparam("uuids", expanding=True)),
    )


@cache
def uptimes() -> Select[Any]:
    """Select how often each of a panel's servers was observed, and how often it ran.

    Samples count where their hour isn't rolled up yet.
    """
    rolled = select(func.max(metric_hours.c.at) + HOURS.step_s).where(
        metric_hours.c.server_id == metric_servers.c.id
    )
    counts = [
        select(metric_servers.c.server_uuid, table.c.running, table.c.observations).where(
            metric_servers.c.panel_id == bindparam("panel_id"),
            table.c.server_id == metric_servers.c.id,
            table.c.at >= since,
        )
        for table, since in (
            (metric_hours, bindparam("first")),
            (metric_samples, func.coalesce(rolled.scalar_subquery(), bindparam("first"))),
        )
    ]
    all_counts = union_all(*counts).subquery()
    return select(
        all_counts.c.server_uuid, func.sum(all_counts.c.running), func.sum(all_counts.c.observations)
    ).group_by(all_counts.c.server_uuid)


@cache
def known_players() -> Select[Any]:
    """Select the mean players of each hour, for a panel's servers, where they are known."""
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
def history(table: Table, step_s: int) -> Select[Any]:
    """Select a server's period in steps of so many seconds."""
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
def roll_up(fine: Resolution, coarse: Resolution) -> Insert:
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
    merged += [func.sum(table.c[name]).label(name) for name in COUNTS]
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
