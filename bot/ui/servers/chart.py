"""What a server used over a while, above its players: one measure large, or all small, with times offline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.i18n import _
from bot.domain.formatting import size, size_in
from bot.domain.usage_advice import Measure
from bot.domain.usage_history import Band
from bot.ui.kit import chart_canvas
from bot.ui.kit.chart_canvas import (
    GREEN,
    INK,
    ORANGE,
    PAPER,
    PINK,
    QUIET,
    RED,
    SKY,
    SMALL,
    TYPE,
    WIDE,
    WIDTH,
    YELLOW,
)
from bot.ui.servers.chart_values import PerformanceChart, values_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEADROOM = 1.12
_MOSTLY = 0.5
_FEWER_TICKS_THAN = 3  # in a quarter of the picture
_UNKNOWN = Band(math.nan, math.nan, math.nan)
_MARKS = 20  # more restarts would stand on one another
# From where on it is moderate, a warning, critical (bot.domain.usage_scale): dots, dashes, long dashes.
_THRESHOLDS = ((70.0, (0, (1, 3))), (85.0, (0, (5, 4))), (95.0, (0, (12, 4))))
_COLOURS = {
    Measure.MEMORY: ORANGE,
    Measure.CPU: SKY,
    Measure.DISK: PINK,
    Measure.NETWORK: GREEN,
    Measure.PLAYERS: YELLOW,
}


@dataclass(frozen=True, slots=True)
class _Box:
    """The place of a measure on a sheet, in pixels from the lower left corner; `large`: with its values."""

    left: float
    bottom: float
    width: float
    height: float
    large: bool = False
    with_times: bool = True
    sheet: int = WIDE
    """The height of the sheet."""

    @property
    def shares(self) -> tuple[float, float, float, float]:
        return (self.left / WIDTH, self.bottom / self.sheet, self.width / WIDTH, self.height / self.sheet)


Layout = Mapping[Measure, _Box]

_QUARTERS: Layout = {
    Measure.MEMORY: _Box(16, 276, 372, 120, with_times=False),
    Measure.CPU: _Box(412, 276, 372, 120, with_times=False),
    Measure.DISK: _Box(16, 58, 372, 120),
    Measure.NETWORK: _Box(412, 58, 372, 120),
}
_TALL = 620
_QUARTERS_AND_PLAYERS: Layout = {
    Measure.MEMORY: _Box(16, 446, 372, 120, with_times=False, sheet=_TALL),
    Measure.CPU: _Box(412, 446, 372, 120, with_times=False, sheet=_TALL),
    Measure.DISK: _Box(16, 228, 372, 120, sheet=_TALL),
    Measure.NETWORK: _Box(412, 228, 372, 120, sheet=_TALL),
    Measure.PLAYERS: _Box(16, 58, 768, 76, sheet=_TALL),
}


def draw_performance(chart: PerformanceChart) -> bytes:
    """Draw one measure, or all of them over the same time."""
    layout = _layout(chart)
    sheet = next(iter(layout.values())).sheet
    figure = chart_canvas.new_figure(WIDTH, sheet)
    for measure, box in layout.items():
        if measure is Measure.NETWORK:
            _network(figure, chart, box)
        else:
            _usage(figure, chart, box, measure)
    return chart_canvas.png(figure)


def _layout(chart: PerformanceChart) -> Layout:
    if chart.measure is None:
        return _QUARTERS_AND_PLAYERS if chart.has_players else _QUARTERS
    if chart.measure is Measure.PLAYERS or not chart.has_players:
        return {chart.measure: _Box(112, 62, 672, 318, large=True)}
    above = _Box(112, 218, 672, 162, large=True, with_times=False)
    return {chart.measure: above, Measure.PLAYERS: _Box(112, 62, 672, 88, large=True)}


# --- how they are drawn -------------------------------------------------------------------------------


def _axes(figure: "Figure", chart: PerformanceChart, box: _Box, measure: Measure, text: str) -> "Axes":
    """Make the axes of a measure, with its name in its colour above and its values beside that."""
    x, y, width, height = box.shares
    kind = chart_canvas.points(TYPE if box.large else SMALL)
    left = 16 / WIDTH if box.large else x
    above = y + height + (22 if box.large else 12) / box.sheet
    chart_canvas.write(
        figure, left, above, measure.text, color=_COLOURS[measure], weight="bold", fontsize=kind
    )
    chart_canvas.write(figure, x + width, above, text, ha="right", fontsize=kind)
    axes = figure.add_axes((x, y, width, height))
    chart_canvas.bare(axes, chart.since, chart.until)
    few = chart_canvas.FEWER_TICKS_THAN if box.large else _FEWER_TICKS_THAN
    chart_canvas.mark_time(axes, chart.since, chart.until, written=box.with_times, fewer_than=few)
    _mark_state(axes, chart, large=box.large)
    return axes


def _usage(figure: "Figure", chart: PerformanceChart, box: _Box, measure: Measure) -> None:
    """Draw the mean as a line, from the lowest to the highest as a band, and the scale's thresholds."""
    values = values_of(chart, measure)
    axes = _axes(figure, chart, box, measure, values.text if box.large else values.short_text)
    colour = _COLOURS[measure]
    times = [float(point.at) for point in chart.points]

    def line(series: Sequence[float]) -> chart_canvas.Line:
        return chart_canvas.broken([*zip(times, series, strict=True)], chart.step_s)

    bands = [_UNKNOWN if band is None else band for band in values.bands]
    low, high = line([band.low for band in bands]), line([band.high for band in bands])
    axes.fill_between(low[0], low[1], high[1], color=colour, alpha=0.3, linewidth=0)
    chart_canvas.trace(axes, line([band.mean for band in bands]), colour)
    most = max(values.top, *(band.high for band in bands if band is not _UNKNOWN), 1e-9)
    axes.set_ylim(0, most if values.is_share else most * _HEADROOM)
    chart_canvas.mark_values(
        axes, values.top, chart_canvas.short_percent if values.is_share else chart_canvas.short_number
    )
    _without_values(axes, box)
    if values.judged:
        for percent_, dashes in _THRESHOLDS:
            axes.axhline(percent_, color=INK, linewidth=1.4, linestyle=dashes, alpha=0.75)


def _network(figure: "Figure", chart: PerformanceChart, box: _Box) -> None:
    """Draw what came in above the line and what went out below it: two colours and two directions."""
    rates = [(float(point.at), point.rx_rate, point.tx_rate) for point in chart.points]
    most_in = max((rx for _at, rx, _tx in rates if rx is not None), default=0.0)
    most_out = max((tx for _at, _rx, tx in rates if tx is not None), default=0.0)
    divisor, unit = chart_canvas.unit_for(max(most_in, most_out))
    text = _("max in {most_in}/s, out {most_out}/s", most_in=size(most_in), most_out=size(most_out))
    short_text = _("max {most}/s", most=size_in(unit, max(most_in, most_out) / divisor))
    axes = _axes(figure, chart, box, Measure.NETWORK, text if box.large else short_text)
    for colour, sign, series in (
        (GREEN, 1, [(at, rx) for at, rx, _tx in rates]),
        (YELLOW, -1, [(at, tx) for at, _rx, tx in rates]),
    ):
        scaled = [(at, None if rate is None else sign * rate / divisor) for at, rate in series]
        line = chart_canvas.broken(scaled, chart.step_s)
        axes.fill_between(*line, color=colour, alpha=0.35, linewidth=0)
        chart_canvas.trace(axes, line, colour)
    axes.axhline(0, color=QUIET, linewidth=1.4)
    peak = max(most_in, most_out) / divisor or 1.0
    axes.set_ylim(-peak * _HEADROOM, peak * _HEADROOM)
    axes.set_yticks([-peak, 0, peak], [chart_canvas.short_number(peak), "0", chart_canvas.short_number(peak)])
    _without_values(axes, box)
    if box.large:
        kind = chart_canvas.points(SMALL)
        for name, y, side in ((_("in"), 0.97, "top"), (_("out"), 0.03, "bottom")):
            label = axes.text(0.02, y, name, color=INK, fontsize=kind, va=side, transform=axes.transAxes)
            label.set_bbox({"facecolor": PAPER, "alpha": 0.7, "linewidth": 0, "pad": 3})


def _without_values(axes: "Axes", box: _Box) -> None:
    """Leave the values beside the axis out where there is no room for them."""
    if not box.large:
        axes.tick_params(axis="y", labelleft=False)


def _mark_state(axes: "Axes", chart: PerformanceChart, *, large: bool) -> None:
    """Shade the time it was offline in red, and mark restarts at the foot."""
    offline = [
        (point.at, chart.step_s) for point in chart.points if point.offline / point.observations >= _MOSTLY
    ]
    whole = axes.get_xaxis_transform()
    axes.broken_barh(offline, (0, 1), facecolors=RED, alpha=0.35, linewidth=0, transform=whole)
    restarts = chart_canvas.apart(
        [point.at + chart.step_s / 2 for point in chart.points if point.restarts],
        (chart.until - chart.since).total_seconds() / _MARKS,
    )
    axes.plot(
        restarts,
        [0.05] * len(restarts),
        "^",
        color=INK,
        markersize=18 if large else 12,
        markeredgecolor=PAPER,
        transform=whole,
        zorder=3,
    )
