"""A past that was observed, for reports about it."""

from datetime import UTC, datetime
from typing import Any

from bot.domain.observation import Limits
from bot.domain.performance import PastPeriod, Period
from bot.domain.usage_history import Band, Point

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
DAY, HOUR = 86_400, 3600
GIB = 1024**3
LIMITS = Limits(4 * GIB, 200, 20 * GIB)


def point(ago_s: float, memory: float = 2, cpu: float = 50, disk: float = 10, **counts: int) -> Point:
    numbers: dict[str, Any] = {"observations": 5, "running": 5, "offline": 0, "restarts": 0} | counts
    used = (band_around(memory * GIB), band_around(cpu), band_around(disk * GIB))
    return Point(int(NOW.timestamp() - ago_s), *used, 1000, 4000, **numbers)


def band_around(value: float) -> Band:
    """Make the values of a period, a tenth below and above their mean."""
    return Band(value * 0.9, value, value * 1.1)


def past(period: Period, points: list[Point], recent: list[Point] | None = None) -> PastPeriod:
    step_s = 300 if period.is_short else HOUR
    return PastPeriod(
        period, NOW - period.span, NOW, step_s, points, points, points if recent is None else recent
    )
