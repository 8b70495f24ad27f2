"""Describes in words how a value changed in the last half hour."""

import statistics
from collections.abc import Sequence

from bot.core.i18n import _

_SPAN_S = 1800.0
_EACH_S = 300.0
_STEADY = 2.0


def trend(series: Sequence[tuple[float, float]]) -> str | None:
    """Compare the last minutes with those half an hour before; None if either is unknown.

    `series` is seconds and percent, the oldest first.
    """
    if not series:
        return None
    last = series[-1][0]
    late = [value for at, value in series if at > last - _EACH_S]
    early = [value for at, value in series if abs(at - (last - _SPAN_S)) <= _EACH_S]
    if not early:
        return None
    change = statistics.median(late) - statistics.median(early)
    if abs(change) < _STEADY:
        return _("steady for half an hour")
    way = _("up") if change > 0 else _("down")
    return _("{way} {change:.0f} points in half an hour", way=way, change=abs(change))
