"""Summarises a server's history over a period: means, peaks, trends, forecast, advice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.i18n import N_, Worded, _
from bot.domain.alerts.rules import DEFAULTS, RuleKind, Severity
from bot.domain.observation import Limits
from bot.domain.trends import Forecast, Slope, TooEarly, daily_slope, forecast, slope
from bot.domain.usage_advice import Advice, advice
from bot.domain.usage_history import Band, Point, Summary, summary
from bot.domain.usage_scale import share

_DAY_H = 24
TREND_SPAN = timedelta(days=7)
"""For periods of a day or more, trends use at least this much history, by hours of the day."""
FORECAST_SPAN = timedelta(days=2)
"""The history for the disk forecast, the same for every period, so that forecasts agree."""


class Period(Worded, StrEnum):
    """The period of a report."""

    HOUR = "1h"
    QUARTER = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"

    @property
    def span(self) -> timedelta:
        """Its length."""
        return _SPANS[self]

    @property
    def is_short(self) -> bool:
        """Whether trends are per hour rather than per day."""
        return self.span < _SPANS[Period.DAY]

    @property
    def words(self) -> str:
        """Its name."""
        return _(_WORDS[self])


_SPANS = {
    Period.HOUR: timedelta(hours=1),
    Period.QUARTER: timedelta(hours=6),
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=30),
}
_WORDS = {
    Period.HOUR: N_("the last hour"),
    Period.QUARTER: N_("the last 6 hours"),
    Period.DAY: N_("the last 24 hours"),
    Period.WEEK: N_("the last 7 days"),
    Period.MONTH: N_("the last 30 days"),
}


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """The history that a report is made of. `step_s` is how long a point of `points` stands for.

    `trend` is the history for trends: `points` of a short period, else at least TREND_SPAN; `recent` goes
    back for FORECAST_SPAN.
    """

    period: Period
    since: datetime
    until: datetime
    step_s: int
    points: Sequence[Point]
    trend: Sequence[Point]
    recent: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Usage:
    """One measure over the period. Bytes, or percent of one core; the trend in the same unit a second."""

    band: Band
    now: float
    limit: float | None
    trend: Slope | TooEarly

    def percent(self, value: float) -> float | None:
        """Return a value in percent of the limit."""
        return share(value, self.limit)


@dataclass(frozen=True, slots=True)
class Report:
    """A period in numbers. `seen_percent`: how much of the period was observed."""

    past: PastPeriod
    total: Summary
    memory: Usage
    cpu: Usage
    disk: Usage
    rates: tuple[float | None, float | None]
    seen_percent: float
    full: Forecast | TooEarly | None
    advice: tuple[Advice, ...]
    java: bool


def report(past: PastPeriod, limits: Limits, *, java: bool) -> Report | None:
    """Summarise a period; None when nothing of it was observed."""
    total = summary(past.points)
    if total is None:
        return None
    last = past.points[-1]
    memory = Usage(total.memory, last.memory.mean, limits.memory_bytes, _trend(past, "memory"))
    cpu = Usage(total.cpu, last.cpu.mean, limits.cpu_percent, _trend(past, "cpu"))
    disk = Usage(total.disk, last.disk.mean, limits.disk_bytes, _trend(past, "disk"))
    full = disk_forecast(past.recent, limits)
    is_urgent = isinstance(full, Forecast) and disk_urgency(full) is not None
    said = advice(
        memory=memory.percent(memory.band.mean),
        cpu=cpu.percent(cpu.band.mean),
        disk=disk.percent(disk.now),
        java=java,
        full=full if isinstance(full, Forecast) and is_urgent else None,
    )
    return Report(past, total, memory, cpu, disk, _rates(past.points), _seen(past), full, tuple(said), java)


def disk_forecast(recent: Sequence[Point], limits: Limits) -> Forecast | TooEarly | None:
    """Forecast when the disk is full, from the last FORECAST_SPAN; None without a limit."""
    known = [(at, used) for at, used in _of(recent, "disk") if used > 0]
    return forecast(known, limits.disk_bytes) if limits.disk_bytes else None


def disk_urgency(full: Forecast) -> Severity | None:
    """Return how urgent a forecast is, by the thresholds of the alert; growth that may be zero never is."""
    rule, hours = DEFAULTS[RuleKind.DISK_FORECAST], full.days * _DAY_H
    if not math.isfinite(full.latest):
        return None
    for level, threshold in ((Severity.CRITICAL, rule.critical), (Severity.WARNING, rule.warn)):
        if threshold is not None and hours < threshold:
            return level
    return None


def _trend(past: PastPeriod, name: str) -> Slope | TooEarly:
    series = _of(past.trend, name)
    return (
        slope(series, past.period.span.total_seconds() / 2) if past.period.is_short else daily_slope(series)
    )


def _of(points: Sequence[Point], name: str) -> list[tuple[float, float]]:
    return [(float(point.at), getattr(point, name).mean) for point in points]


def _rates(points: Sequence[Point]) -> tuple[float | None, float | None]:
    def mean(known: list[tuple[float, int]]) -> float | None:
        observations = sum(count for _, count in known)
        return sum(rate * count for rate, count in known) / observations if observations else None

    return (
        mean([(point.rx_rate, point.observations) for point in points if point.rx_rate is not None]),
        mean([(point.tx_rate, point.observations) for point in points if point.tx_rate is not None]),
    )


def _seen(past: PastPeriod) -> float:
    steps = (past.until - past.since).total_seconds() / past.step_s
    return min(100.0, 100.0 * len(past.points) / steps)
