"""What a period of history tells: slope, forecast, summary, advice. Every sentence follows from a number."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.domain import formatting

MINIMUM_S = 6 * 3600.0
"""A trend needs this much history."""
_POINTS = 120
_FEWEST = 6
_Z = 1.96
_DAY_S = 86_400.0
_FAR_DAYS = 365.0

Series = Sequence[tuple[float, float]]
"""Seconds and value, in order of time."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Change a second, with the bounds that hold the true one in 95 of 100 cases."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a limit is reached, in days from the last point; infinite: not within a year, or never."""

    days: float
    soonest: float
    latest: float


@dataclass(frozen=True, slots=True)
class TooEarly:
    """There is not enough history yet."""

    seconds_left: float


def slope(series: Series) -> Slope | TooEarly:
    """Take the median of the slopes between all pairs (Theil-Sen): outliers and one clean-up do not bend it.

    Bounds are Sen's, from the normal approximation of Kendall's statistic (Sen 1968,
    https://doi.org/10.1080/01621459.1968.10480934). Neighbouring points of a series resemble each other,
    so the true uncertainty is rather larger.
    """
    covered_s = series[-1][0] - series[0][0] if series else 0.0
    if covered_s < MINIMUM_S:
        return TooEarly(MINIMUM_S - covered_s)
    points = _thinned(series)
    if len(points) < _FEWEST:
        return TooEarly(MINIMUM_S)
    slopes = sorted((b - a) / (later - at) for (at, a), (later, b) in combinations(points, 2))
    count, pairs = len(points), len(slopes)
    spread = _Z * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, math.floor((pairs - spread) / 2))
    return Slope(statistics.median(slopes), slopes[low], slopes[pairs - 1 - low])


def forecast(series: Series, limit: float) -> Forecast | TooEarly:
    """Say when a growing value reaches its limit."""
    found = slope(series)
    if isinstance(found, TooEarly):
        return found
    now = statistics.median(value for _, value in series[-3:])
    return Forecast(*(_days(limit - now, rate) for rate in (found.middle, found.high, found.low)))


def told(found: Forecast | TooEarly) -> str:
    """Put a disk's forecast into words, with how sure it is."""
    if isinstance(found, TooEarly):
        return f"too early to tell: {formatting.duration(found.seconds_left)} of history to go"
    if found.days > _FAR_DAYS:
        return "not filling up"
    soonest = formatting.duration(found.soonest * _DAY_S)
    if found.latest > _FAR_DAYS:
        return f"may be full in {formatting.duration(found.days * _DAY_S)}, at the soonest in {soonest}"
    latest = formatting.duration(found.latest * _DAY_S)
    return f"full in {formatting.duration(found.days * _DAY_S)} (between {soonest} and {latest})"


@dataclass(frozen=True, slots=True)
class Band:
    """What a value was over a while."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """One step of history. Bytes; cpu in percent of one core; rates in bytes a second.

    Counts are of the looks in this step; where there was none, there is no point. `at` is its beginning,
    in seconds since 1970.
    """

    at: int
    memory: Band
    cpu: Band
    disk: Band
    rx_rate: float | None
    tx_rate: float | None
    looks: int
    running: int
    offline: int
    restarts: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A period in numbers. Shares are of what was seen: gaps count for nothing."""

    memory: Band
    cpu: Band
    disk: Band
    uptime_percent: float
    restarts: int
    looks: int


def summary(points: Sequence[Point]) -> Summary | None:
    """Sum a period up; None without history."""
    looks = sum(point.looks for point in points)
    if not looks:
        return None
    return Summary(
        _over([(point.memory, point.looks) for point in points]),
        _over([(point.cpu, point.looks) for point in points]),
        _over([(point.disk, point.looks) for point in points]),
        100.0 * sum(point.running for point in points) / looks,
        sum(point.restarts for point in points),
        looks,
    )


def advice(
    *, memory: float | None, cpu: float | None, disk: float | None, java: bool, full: Forecast | None = None
) -> list[str]:
    """Say what to do about mean percentages of the limits (None: no limit)."""
    found: list[str] = []
    if full is not None and full.days <= _SOON_DAYS:
        found.append(f"The disk is {told(full)}: free space or raise the limit before that.")
    if disk is not None and disk > _DISK:
        found.append(f"The disk is at {formatting.percent(disk)}: clean up old logs, worlds and archives.")
    if memory is not None and memory > _MEMORY and not java:
        found.append(f"Memory was at {formatting.percent(memory)} on average: raise the limit, or load less.")
    if cpu is not None and cpu > _CPU:
        found.append(
            f"The processor was at {formatting.percent(cpu)} of its limit on average: look for what is busy."
        )
    return found


_MEMORY, _DISK, _CPU = 70.0, 80.0, 60.0
_SOON_DAYS = 30.0


def _days(room: float, rate: float) -> float:
    if room <= 0:
        return 0.0
    days = room / rate / _DAY_S if rate > 0 else math.inf
    return days if days <= _FAR_DAYS else math.inf


def _thinned(series: Series) -> list[tuple[float, float]]:
    """Take medians of equal stretches, so that pairs stay few."""
    size = math.ceil(len(series) / _POINTS)
    parts = [series[start : start + size] for start in range(0, len(series), size)]
    return [
        (statistics.fmean(at for at, _ in part), statistics.median(value for _, value in part))
        for part in parts
    ]


def _over(bands: list[tuple[Band, int]]) -> Band:
    looks = sum(count for _, count in bands)
    mean = sum(band.mean * count for band, count in bands) / looks
    return Band(min(band.low for band, _ in bands), mean, max(band.high for band, _ in bands))
