"""Analyses a server's backups. Pure.

Only finished, successful backups that hold something ("good" ones, see `is_good`) protect anything; running
ones are never counted as failed.
"""

import statistics
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from bot.panel.models import Backup, BackupState

STUCK_AFTER = timedelta(hours=6)
"""After this time the panel marks a running backup as failed (docs/reference/backups.md#states)."""
_STUCK_AT_LEAST, _STUCK_TIMES = timedelta(hours=1), 10
"""If earlier durations are known, ten times the usual one, but at least an hour, means stuck."""
_AFTER_OUTAGE_AT_LEAST, _AFTER_OUTAGE_TIMES = timedelta(minutes=10), 2
_AFTER_OUTAGE = timedelta(minutes=30)
"""A node that was away may only have been unreachable: a backup still running there ends by then."""
_FUTURE = timedelta(days=1)
"""A backup dated further ahead was created while the panel's clock was wrong: its date is ignored."""
SMALL_SHARE = 0.5
"""A backup under this share of the median of those before it is suspiciously small."""
_FAILURES = (BackupState.FAILED, BackupState.EMPTY)
_TREND_FROM = 3
_TREND_POINTS = 120
"""Of more backups, so many are compared, spread evenly over the list: the pairs grow with the square."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Analysis:
    """Results of the analysis. Times are aware; growth is bytes a day, None with too few points."""

    total: int
    good: int
    elsewhere: int
    """Those that the panel no longer has, and of which there is a good copy."""
    failed: int
    empty: int
    failed_since_good: int
    """Failed or empty ones since the last good one; older failures don't matter."""
    running: int
    stuck: int
    success_rate: float | None
    total_bytes: int
    last_good: Backup | None
    last_good_age: timedelta | None
    median_bytes: int | None
    growth_bytes_per_day: float | None
    longest_gap: timedelta | None
    gaps_over_target: int
    small: tuple[Backup, ...]
    room: int
    full_bytes: int | None
    """The size of as many usual backups as the limit allows."""
    days_covered: float | None


def analyse(  # noqa: PLR0913 - all that is known of a server's backups
    backups: Iterable[Backup],
    now: datetime,
    *,
    limit: int,
    target: timedelta = timedelta(days=1),
    node_back_at: datetime | None = None,
    elsewhere: Sequence[Backup] = (),
) -> Analysis:
    """Analyse all backups of a server. `limit` is what the panel allows (0: none may be made).

    `node_back_at`: see `state_of`. `elsewhere`: those that the panel no longer has, and of which there is a
    good copy; they protect as the others do, and take no slot.
    """
    listed = sorted(backups, key=lambda backup: backup.created_at)
    good = [backup for backup in listed if is_good(backup)]
    states = [state_of(backup, now, among=listed, node_back_at=node_back_at) for backup in listed]
    running, stuck = states.count(BackupState.RUNNING), states.count(BackupState.STUCK)
    failed, empty = states.count(BackupState.FAILED), states.count(BackupState.EMPTY)
    kept = sorted((*good, *elsewhere), key=lambda backup: backup.created_at)
    last = newest_good(kept, now)
    dated = [backup for backup in kept if not is_from_future(backup, now)]
    ends = [*(backup.created_at for backup in dated), now]
    gaps = [later - earlier for earlier, later in pairwise(ends)] if kept else []
    ended = len(good) + failed + empty
    median = round(statistics.median(backup.size_bytes for backup in good)) if good else None
    return Analysis(
        total=len(listed),
        good=len(good),
        elsewhere=len(elsewhere),
        failed=failed,
        empty=empty,
        failed_since_good=sum(
            backup.state in _FAILURES and (last is None or backup.created_at > last.created_at)
            for backup in listed
        ),
        running=running,
        stuck=stuck,
        success_rate=100.0 * len(good) / ended if ended else None,
        total_bytes=sum(backup.size_bytes for backup in good),
        last_good=last,
        last_good_age=max(now - last.created_at, timedelta(0)) if last else None,
        median_bytes=median,
        growth_bytes_per_day=_growth(good),
        longest_gap=max(gaps, default=None),
        gaps_over_target=sum(gap > target for gap in gaps),
        small=_small(good),
        room=max(0, limit - len(good) - empty - running - stuck),
        full_bytes=None if median is None else median * limit,
        days_covered=(now - dated[0].created_at).total_seconds() / _DAY_S if dated else None,
    )


def is_good(backup: Backup) -> bool:
    """Return whether it can be restored. Every part of Quetzal uses this."""
    return backup.state is BackupState.DONE


def is_from_future(backup: Backup, now: datetime) -> bool:
    """Return whether its date is impossible, even if the clocks differ."""
    return backup.created_at - now > _FUTURE


def newest_good(backups: Iterable[Backup], now: datetime) -> Backup | None:
    """Return the newest that can be restored; one dated in the future only if there is no other."""
    good = [backup for backup in backups if is_good(backup)]
    return max(good, key=lambda backup: (not is_from_future(backup, now), backup.created_at), default=None)


def state_of(
    backup: Backup,
    now: datetime,
    *,
    among: Iterable[Backup] = (),
    node_back_at: datetime | None = None,
) -> BackupState:
    """Return the state of a backup, STUCK where it can't be running any more.

    A node that is restarted in the middle never reports an end, so the panel's row stays open. `among` are
    the server's backups: successful ones show how long one takes there. `node_back_at` is when its node was
    last reached again.
    """
    if backup.state is not BackupState.RUNNING:
        return backup.state
    if is_from_future(backup, now):
        return BackupState.STUCK
    took = [
        other.completed_at - other.created_at
        for other in among
        if is_good(other) and other.completed_at is not None
    ]
    patience, after_outage = STUCK_AFTER, _AFTER_OUTAGE
    if took:
        usual = statistics.median_high(took)
        patience = min(patience, max(_STUCK_AT_LEAST, usual * _STUCK_TIMES))
        after_outage = max(_AFTER_OUTAGE_AT_LEAST, usual * _AFTER_OUTAGE_TIMES)
    ends_by = backup.created_at + patience
    if node_back_at is not None and node_back_at > backup.created_at:
        ends_by = min(ends_by, node_back_at + after_outage)
    return BackupState.STUCK if now > ends_by else BackupState.RUNNING


def _growth(good: Sequence[Backup]) -> float | None:
    """Return the Theil-Sen slope of the sizes, which a single outlier doesn't affect."""
    if len(good) < _TREND_FROM:
        return None
    step = max(1.0, (len(good) - 1) / (_TREND_POINTS - 1))
    points = [good[round(number * step)] for number in range(min(len(good), _TREND_POINTS))]
    slopes = [
        (later.size_bytes - earlier.size_bytes) / days
        for earlier, later in combinations(points, 2)
        if (days := (later.created_at - earlier.created_at).total_seconds() / _DAY_S) > 0
    ]
    return statistics.median(slopes) if slopes else None


def _small(good: Sequence[Backup]) -> tuple[Backup, ...]:
    small, sizes = [], list[int]()
    for backup in good:
        if len(sizes) >= _TREND_FROM - 1 and backup.size_bytes < SMALL_SHARE * _median_of_sorted(sizes):
            small.append(backup)
        insort(sizes, backup.size_bytes)
    return tuple(small)


def _median_of_sorted(values: Sequence[int]) -> float:
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
