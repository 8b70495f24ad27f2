"""How full is full: the one scale that every bar, colour and word follows."""

from enum import StrEnum


class Scale(StrEnum):
    """Where a percentage of a limit lies."""

    NORMAL = "normal"
    MODERATE = "moderate"
    WARNING = "warning"
    CRITICAL = "critical"


_FROM_PERCENT = ((95.0, Scale.CRITICAL), (85.0, Scale.WARNING), (70.0, Scale.MODERATE))


def scale(percent: float) -> Scale:
    """Moderate from 70, warning from 85, critical from 95 percent."""
    return next((step for floor, step in _FROM_PERCENT if percent >= floor), Scale.NORMAL)


def share(used: float, limit: float | None) -> float | None:
    """Percent of the limit, or None when there is no limit (None or 0)."""
    return 100.0 * used / limit if limit else None
