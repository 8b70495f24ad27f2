"""What the chart of a server's history draws: each measure's values in the unit of its axis."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import _
from bot.domain.formatting import cores, percent, size
from bot.domain.usage_advice import Measure
from bot.domain.usage_history import Band, Point
from bot.ui.kit import chart_canvas

_FULL = 100.0


@dataclass(frozen=True, slots=True)
class PerformanceChart:
    """What is drawn. Limits as in `bot.domain.observation.Limits`; None: no limit, so no percentage.

    `measure`: None draws all of them, each in a quarter of the picture. Where players are known, they are
    drawn below over the same time, so that load can be compared with them.
    """

    points: Sequence[Point]
    step_s: int
    since: datetime
    until: datetime
    memory_limit: float | None = None
    cpu_limit: float | None = None
    disk_limit: float | None = None
    java: bool = False
    measure: Measure | None = None

    @property
    def has_players(self) -> bool:
        """Whether the game answered at any time."""
        return any(point.players is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class Values:
    """A value over time in the unit of its axis, None where it is unknown.

    `is_share`: in percent of the limit. `judged`: it is measured against the scale.
    """

    text: str
    short_text: str
    bands: Sequence[Band | None]
    top: float
    is_share: bool = False
    judged: bool = False


def values_of(chart: PerformanceChart, measure: Measure) -> Values:
    """Return the values of a measure other than the network."""
    if measure is Measure.PLAYERS:
        return _players(chart)
    if measure is Measure.CPU:
        return _cpu(chart)
    if measure is Measure.MEMORY:
        return _amount([point.memory for point in chart.points], chart.memory_limit, judged=not chart.java)
    return _amount([point.disk for point in chart.points], chart.disk_limit, judged=True)


def _cpu(chart: PerformanceChart) -> Values:
    bands = [point.cpu for point in chart.points]
    if chart.cpu_limit:
        return _share_of(bands, chart.cpu_limit, _("of {cores}", cores=cores(chart.cpu_limit)), judged=True)
    return Values(
        _("{summary} of a core", summary=_summary(bands, percent)), _now(bands, percent), bands, _top(bands)
    )


def _players(chart: PerformanceChart) -> Values:
    bands = [point.players for point in chart.points]
    known = [band for band in bands if band is not None]
    if not known:
        return Values(_("no data"), _("no data"), bands, 1.0)
    limits = [point.player_limit for point in chart.points if point.player_limit is not None]
    now = _("{mean:.0f} now, ", mean=known[-1].mean) if bands[-1] is not None else ""
    of_limit = _(" of {limits:,}", limits=limits[-1]) if limits else ""
    text = _(
        "{now}peak {known:.0f}{of_limit}",
        now=now,
        known=max(band.high for band in known),
        of_limit=of_limit,
    )
    return Values(text, text, bands, max(2.0 * math.ceil(_top(known) / 2), 2.0))


def _amount(bands: Sequence[Band], limit: float | None, *, judged: bool) -> Values:
    if limit:
        return _share_of(bands, limit, _("of {limit}", limit=size(limit)), judged=judged)
    divisor, _unit = chart_canvas.unit_for(max((band.high for band in bands), default=0.0))
    scaled = _scaled(bands, divisor)
    return Values(_summary(bands, size), _now(bands, size), scaled, _top(scaled))


def _share_of(bands: Sequence[Band], limit: float, of_limit: str, *, judged: bool) -> Values:
    shares = _scaled(bands, limit / _FULL)
    short = (
        _(
            "{now}, max {shares}",
            now=_now(shares, percent),
            shares=percent(max(band.high for band in shares)),
        )
        if shares
        else ""
    )
    text = f"{_summary(shares, percent)} {of_limit}"
    return Values(text, short, shares, _FULL, is_share=True, judged=judged)


def _summary(bands: Sequence[Band], put: Callable[[float], str]) -> str:
    return (
        _("{now} now, peak {put}", now=_now(bands, put), put=put(max(band.high for band in bands)))
        if bands
        else _("no data")
    )


def _now(bands: Sequence[Band], put: Callable[[float], str]) -> str:
    return put(bands[-1].mean) if bands else ""


def _scaled(bands: Sequence[Band], divisor: float) -> list[Band]:
    return [Band(band.low / divisor, band.mean / divisor, band.high / divisor) for band in bands]


def _top(bands: Sequence[Band]) -> float:
    return max((band.high for band in bands), default=0.0) or 1.0
