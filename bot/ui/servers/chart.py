"""What a server used over a while: one measure large, or all four small, with the times it was offline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.formatting import cores, percent, size
from bot.domain.trends import Band, Measure, Point
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

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FULL = 100.0
_HEADROOM = 1.12
_MOSTLY = 0.5
_FEWER_TICKS_THAN = 3  # in a quarter of the picture
_MARKS = 20  # more restarts would stand on one another
# From where on it is moderate, a warning, critical (bot.domain.usage_scale): dots, dashes, long dashes.
_THRESHOLDS = ((70.0, (0, (1, 3))), (85.0, (0, (5, 4))), (95.0, (0, (12, 4))))
_COLOURS = {Measure.MEMORY: ORANGE, Measure.CPU: SKY, Measure.DISK: PINK, Measure.NETWORK: GREEN}


@dataclass(frozen=True, slots=True)
class PerformanceChart:
    """What is drawn. Limits as in `bot.domain.observation.Limits`; None: no limit, so no percentage.

    `measure`: None draws all of them, each in a quarter of the picture.
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


@dataclass(frozen=True, slots=True)
class _Box:
    """The place of a measure on the sheet, in pixels from the lower left corner; `large`: with its values."""

    left: float
    bottom: float
    width: float
    height: float
    large: bool = False
    with_times: bool = True

    @property
    def shares(self) -> tuple[float, float, float, float]:
        return (self.left / WIDTH, self.bottom / WIDE, self.width / WIDTH, self.height / WIDE)


@dataclass(frozen=True, slots=True)
class _Values:
    """A value over time in the unit of its axis; `is_share`: in percent of the limit.

    `judged`: it is measured against the scale.
    """

    text: str
    short_text: str
    bands: Sequence[Band]
    top: float
    is_share: bool = False
    judged: bool = False


_LARGE = _Box(112, 62, 672, 318, large=True)
_QUARTERS = {
    Measure.MEMORY: _Box(16, 276, 372, 120, with_times=False),
    Measure.CPU: _Box(412, 276, 372, 120, with_times=False),
    Measure.DISK: _Box(16, 58, 372, 120),
    Measure.NETWORK: _Box(412, 58, 372, 120),
}


def draw_performance(chart: PerformanceChart) -> bytes:
    """Draw one measure, or all of them over the same time."""
    figure = chart_canvas.new_figure(WIDTH, WIDE)
    places = _QUARTERS if chart.measure is None else {chart.measure: _LARGE}
    for measure, box in places.items():
        if measure is Measure.NETWORK:
            _network(figure, chart, box)
        else:
            _usage(figure, chart, box, measure)
    return chart_canvas.png(figure)


# --- what the measures hold ---------------------------------------------------------------------------


def _values(chart: PerformanceChart, measure: Measure) -> _Values:
    if measure is Measure.CPU:
        return _cpu(chart)
    if measure is Measure.MEMORY:
        return _amount([point.memory for point in chart.points], chart.memory_limit, judged=not chart.java)
    return _amount([point.disk for point in chart.points], chart.disk_limit, judged=True)


def _cpu(chart: PerformanceChart) -> _Values:
    bands = [point.cpu for point in chart.points]
    if chart.cpu_limit:
        return _share_of(bands, chart.cpu_limit, f"of {cores(chart.cpu_limit)}", judged=True)
    return _Values(f"{_summary(bands, percent)} of a core", _now(bands, percent), bands, _top(bands))


def _amount(bands: Sequence[Band], limit: float | None, *, judged: bool) -> _Values:
    if limit:
        return _share_of(bands, limit, f"of {size(limit)}", judged=judged)
    divisor, _ = chart_canvas.unit_for(max((band.high for band in bands), default=0.0))
    scaled = _scaled(bands, divisor)
    return _Values(_summary(bands, size), _now(bands, size), scaled, _top(scaled))


def _share_of(bands: Sequence[Band], limit: float, of_limit: str, *, judged: bool) -> _Values:
    shares = _scaled(bands, limit / _FULL)
    short = f"{_now(shares, percent)}, max {percent(max(band.high for band in shares))}" if shares else ""
    text = f"{_summary(shares, percent)} {of_limit}"
    return _Values(text, short, shares, _FULL, is_share=True, judged=judged)


def _summary(bands: Sequence[Band], put: Callable[[float], str]) -> str:
    return f"{_now(bands, put)} now, peak {put(max(band.high for band in bands))}" if bands else "no data"


def _now(bands: Sequence[Band], put: Callable[[float], str]) -> str:
    return put(bands[-1].mean) if bands else ""


def _scaled(bands: Sequence[Band], divisor: float) -> list[Band]:
    return [Band(band.low / divisor, band.mean / divisor, band.high / divisor) for band in bands]


def _top(bands: Sequence[Band]) -> float:
    return max((band.high for band in bands), default=0.0) or 1.0


# --- how they are drawn -------------------------------------------------------------------------------


def _axes(figure: "Figure", chart: PerformanceChart, box: _Box, measure: Measure, text: str) -> "Axes":
    """Make the axes of a measure, with its name in its colour above and its values beside that."""
    x, y, width, height = box.shares
    kind = chart_canvas.points(TYPE if box.large else SMALL)
    left = 16 / WIDTH if box.large else x
    above = y + height + (22 if box.large else 12) / WIDE
    chart_canvas.write(
        figure, left, above, measure.value, color=_COLOURS[measure], weight="bold", fontsize=kind
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
    values = _values(chart, measure)
    axes = _axes(figure, chart, box, measure, values.text if box.large else values.short_text)
    colour = _COLOURS[measure]
    times = [float(point.at) for point in chart.points]

    def line(series: Sequence[float]) -> chart_canvas.Line:
        return chart_canvas.broken([*zip(times, series, strict=True)], chart.step_s)

    low, high = line([band.low for band in values.bands]), line([band.high for band in values.bands])
    axes.fill_between(low[0], low[1], high[1], color=colour, alpha=0.3, linewidth=0)
    chart_canvas.trace(axes, line([band.mean for band in values.bands]), colour)
    most = max(values.top, *(band.high for band in values.bands), 1e-9)
    axes.set_ylim(0, most if values.is_share else most * _HEADROOM)
    chart_canvas.mark_values(axes, values.top, "%" if values.is_share else "")
    _without_values(axes, box)
    if values.judged:
        for percent_, dashes in _THRESHOLDS:
            axes.axhline(percent_, color=INK, linewidth=1.4, linestyle=dashes, alpha=0.75)


def _network(figure: "Figure", chart: PerformanceChart, box: _Box) -> None:
    """Draw what came in above the line and what went out below it: two colours and two directions."""
    rates = [(float(point.at), point.rx_rate, point.tx_rate) for point in chart.points]
    most_in = max((rx for _, rx, _ in rates if rx is not None), default=0.0)
    most_out = max((tx for _, _, tx in rates if tx is not None), default=0.0)
    divisor, unit = chart_canvas.unit_for(max(most_in, most_out))
    text = f"max in {size(most_in)}/s, out {size(most_out)}/s"
    short_text = f"max {max(most_in, most_out) / divisor:.0f} {unit}/s"
    axes = _axes(figure, chart, box, Measure.NETWORK, text if box.large else short_text)
    for colour, sign, series in (
        (GREEN, 1, [(at, rx) for at, rx, _ in rates]),
        (YELLOW, -1, [(at, tx) for at, _, tx in rates]),
    ):
        scaled = [(at, None if rate is None else sign * rate / divisor) for at, rate in series]
        line = chart_canvas.broken(scaled, chart.step_s)
        axes.fill_between(*line, color=colour, alpha=0.35, linewidth=0)
        chart_canvas.trace(axes, line, colour)
    axes.axhline(0, color=QUIET, linewidth=1.4)
    peak = max(most_in, most_out) / divisor or 1.0
    axes.set_ylim(-peak * _HEADROOM, peak * _HEADROOM)
    axes.set_yticks([-peak, 0, peak], [chart_canvas.number(peak), "0", chart_canvas.number(peak)])
    _without_values(axes, box)
    if box.large:
        kind = chart_canvas.points(SMALL)
        for name, y, side in (("in", 0.97, "top"), ("out", 0.03, "bottom")):
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
