"""The usage scale that every bar, colour and word follows."""

from enum import StrEnum


class UsageLevel(StrEnum):
    """The level of a percentage of a limit."""

    NORMAL = "normal"
    MODERATE = "moderate"
    WARNING = "warning"
    CRITICAL = "critical"


_FROM_PERCENT = ((95.0, UsageLevel.CRITICAL), (85.0, UsageLevel.WARNING), (70.0, UsageLevel.MODERATE))


def usage_level(percent: float) -> UsageLevel:
    """Return the level: moderate from 70, warning from 85, critical from 95 percent."""
    return next((step for floor, step in _FROM_PERCENT if percent >= floor), UsageLevel.NORMAL)


def share(used: float, limit: float | None) -> float | None:
    """Percent of the limit, or None when there is no limit (None or 0)."""
    return 100.0 * used / limit if limit else None
