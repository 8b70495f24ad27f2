"""What a server used over a while: memory, processor, disk, network, and whether it ran."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.formatting import percent, size
from bot.domain.trends import Band, Point
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
    YELLOW,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 840
_LEFT, _WIDTH = 0.155, 0.825
_ROW, _PLOT, _STRIP = 0.204, 0.13, 0.045
_TITLE = 0.04
_FULL = 100.0
_HEADROOM = 1.12
_MOSTLY = 0.5
_MARKS = 30  # more restarts would stand on one another
# From where on it is moderate, a warning, critical (bot.domain.usage_scale): dots, dashes, long dashes.
_THRESHOLDS = ((70.0, (0, (1, 3))), (85.0, (0, (5, 4))), (95.0, (0, (12, 4))))
_SCALES = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"), (1, "B"))


@dataclass(frozen=True, slots=True)
class PerformanceChart:
    """What is drawn. Limits as in `bot.domain.observation.Limits`; None: no limit, so no percentage."""

    points: Sequence[Point]
    step_s: int
    since: datetime
    until: datetime
    memory_limit: float | None = None
    cpu_limit: float | None = None
    disk_limit: float | None = None
    java: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A value over time in the unit of its axis; `judged`: it is measured against the scale."""

    name: str
    said: str
    colour: str
    bands: Sequence[Band]
    top: float
    unit: str
    judged: bool = False


def draw_performance(chart: PerformanceChart) -> bytes:
    """Draw the rows under one another over the same time."""
    figure = chart_canvas.new_figure(chart_canvas.WIDTH, HEIGHT)
    top = 1.0
    for row in (_memory(chart), _cpu(chart), _disk(chart)):
        axes = _axes(figure, chart, top, row.name, row.said, row.colour)
        _band(axes, chart, row)
        top -= _ROW
    _network(figure, chart, top)
    _state(figure, chart, top - _ROW)
    return chart_canvas.png(figure)


# --- what the rows hold -------------------------------------------------------------------------------


def _memory(chart: PerformanceChart) -> _Row:
    bands = [point.memory for point in chart.points]
    return _amount("Memory", ORANGE, bands, chart.memory_limit, judged=not chart.java)


def _disk(chart: PerformanceChart) -> _Row:
    return _amount("Disk", PINK, [point.disk for point in chart.points], chart.disk_limit, judged=True)


def _cpu(chart: PerformanceChart) -> _Row:
    bands = [point.cpu for point in chart.points]
    if chart.cpu_limit:
        shares = _scaled(bands, chart.cpu_limit / _FULL)
        cores = _cores(chart.cpu_limit)
        return _Row(
            "CPU", f"{_now_and_peak(shares, percent)}, of {cores}", SKY, shares, _FULL, "%", judged=True
        )
    return _Row("CPU", f"{_now_and_peak(bands, percent)} of a core", SKY, bands, _top(bands), "%")


def _amount(name: str, colour: str, bands: Sequence[Band], limit: float | None, *, judged: bool) -> _Row:
    if limit:
        shares = _scaled(bands, limit / _FULL)
        said = f"{_now_and_peak(shares, percent)}, of {size(limit)}"
        return _Row(name, said, colour, shares, _FULL, "%", judged)
    divisor, unit = _scale(max((band.high for band in bands), default=0.0))
    scaled = _scaled(bands, divisor)
    return _Row(name, _now_and_peak(bands, size), colour, scaled, _top(scaled), unit)


def _now_and_peak(bands: Sequence[Band], put: Callable[[float], str]) -> str:
    if not bands:
        return ""
    return f"{put(bands[-1].mean)} now, peak {put(max(band.high for band in bands))}"


def _cores(limit: float) -> str:
    return f"{limit / _FULL:g} core{'' if limit == _FULL else 's'}"


def _scaled(bands: Sequence[Band], divisor: float) -> list[Band]:
    return [Band(band.low / divisor, band.mean / divisor, band.high / divisor) for band in bands]


def _scale(largest: float) -> tuple[int, str]:
    return next((scale for scale in _SCALES if largest >= scale[0]), _SCALES[-1])


def _top(bands: Sequence[Band]) -> float:
    return max((band.high for band in bands), default=0.0) * _HEADROOM or 1.0


# --- how they are drawn -------------------------------------------------------------------------------


def _axes(  # noqa: PLR0913, PLR0917 - a row has a place, a name and a colour
    figure: "Figure", chart: PerformanceChart, top: float, name: str, said: str, colour: str
) -> "Axes":
    """Make the axes of a row, with its name in its colour above and what it says beside that."""
    chart_canvas.write(figure, _LEFT, top - _TITLE, name, color=colour, weight="bold")
    chart_canvas.write(figure, _LEFT + _WIDTH, top - _TITLE, said, ha="right")
    axes = figure.add_axes((_LEFT, top - _ROW + 0.018, _WIDTH, _PLOT))
    chart_canvas.bare(axes, chart.since, chart.until)
    chart_canvas.mark_time(axes, chart.since, chart.until, written=False)
    return axes


def _band(axes: "Axes", chart: PerformanceChart, row: _Row) -> None:
    """Draw the mean as a line, from the lowest to the highest as a band, and the scale's thresholds."""
    times = [float(point.at) for point in chart.points]

    def line(values: Sequence[float]) -> chart_canvas.Line:
        return chart_canvas.broken([*zip(times, values, strict=True)], chart.step_s)

    low, high = line([band.low for band in row.bands]), line([band.high for band in row.bands])
    axes.fill_between(low[0], low[1], high[1], color=row.colour, alpha=0.3, linewidth=0)
    chart_canvas.trace(axes, line([band.mean for band in row.bands]), row.colour)
    axes.set_ylim(0, max(row.top, *(band.high for band in row.bands), 1e-9))
    if row.unit == "%" and row.top == _FULL:
        axes.set_yticks([0, 50, _FULL], ["0", "50", "100%"])
    else:
        _few_ticks(axes, row.unit)
    if row.judged:
        for percent_, dashes in _THRESHOLDS:
            axes.axhline(percent_, color=INK, linewidth=1.2, linestyle=dashes, alpha=0.75)


def _network(figure: "Figure", chart: PerformanceChart, top: float) -> None:
    """Draw what came in above the line and what went out below it: two colours and two directions."""
    rates = [(float(point.at), point.rx_rate, point.tx_rate) for point in chart.points]
    most_in = max((rx for _, rx, _ in rates if rx is not None), default=0.0)
    most_out = max((tx for _, _, tx in rates if tx is not None), default=0.0)
    divisor, unit = _scale(max(most_in, most_out))
    said = f"▲ in {size(most_in)}/s  ▼ out {size(most_out)}/s"
    axes = _axes(figure, chart, top, "Network", said, GREEN)
    for colour, sign, series in (
        (GREEN, 1, [(at, rx) for at, rx, _ in rates]),
        (YELLOW, -1, [(at, tx) for at, _, tx in rates]),
    ):
        scaled = [(at, None if rate is None else sign * rate / divisor) for at, rate in series]
        line = chart_canvas.broken(scaled, chart.step_s)
        axes.fill_between(*line, color=colour, alpha=0.35, linewidth=0)
        chart_canvas.trace(axes, line, colour, linewidth=2.0)
    axes.axhline(0, color=QUIET, linewidth=1.2)
    reach = max(most_in, most_out) / divisor * _HEADROOM or 1.0
    axes.set_ylim(-reach, reach)
    peak = reach / _HEADROOM
    axes.set_yticks([-peak, 0, peak], [chart_canvas.number(peak), "0", chart_canvas.number(peak)])
    axes.set_ylabel(f"{unit}/s", color=QUIET, fontsize=chart_canvas.points(SMALL), labelpad=2)


def _state(figure: "Figure", chart: PerformanceChart, top: float) -> None:
    """Draw a strip that is full where it ran, half where it was on its way, low and red where it was off."""
    chart_canvas.write(figure, _LEFT, top - _TITLE, "State", weight="bold")
    chart_canvas.write(figure, _LEFT + _WIDTH, top - _TITLE, "▃ off  ▲ restart  blank: no data", ha="right")
    axes = figure.add_axes((_LEFT, top - 0.058 - _STRIP, _WIDTH, _STRIP))
    chart_canvas.bare(axes, chart.since, chart.until)
    chart_canvas.mark_time(axes, chart.since, chart.until, written=True)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    for colour, height, share in (
        (GREEN, 1.0, [point.running / point.observations for point in chart.points]),
        (YELLOW, 0.6, [_on_the_way(point) for point in chart.points]),
        (RED, 0.35, [point.offline / point.observations for point in chart.points]),
    ):
        shown = [
            (point.at, chart.step_s)
            for point, part in zip(chart.points, share, strict=True)
            if part >= _MOSTLY or (part > 0 and colour is not GREEN)
        ]
        axes.broken_barh(shown, (0, height), facecolors=colour, linewidth=0)
    restarts = chart_canvas.apart(
        [point.at + chart.step_s / 2 for point in chart.points if point.restarts],
        (chart.until - chart.since).total_seconds() / _MARKS,
    )
    axes.plot(restarts, [0.5] * len(restarts), "^", color=INK, markersize=14, markeredgecolor=PAPER)
    chart_canvas.write(
        figure,
        _LEFT + _WIDTH,
        0.012,
        _footer(chart),
        ha="right",
        color=QUIET,
        fontsize=chart_canvas.points(SMALL),
    )


def _on_the_way(point: Point) -> float:
    return (point.observations - point.running - point.offline) / point.observations


def _few_ticks(axes: "Axes", unit: str) -> None:
    top = axes.get_ylim()[1] / _HEADROOM
    axes.set_yticks(
        [0, top / 2, top], ["0", chart_canvas.number(top / 2), f"{chart_canvas.number(top)} {unit}"]
    )


def _footer(chart: PerformanceChart) -> str:
    lines = "Dashed: 70/85/95%. " if chart.memory_limit or chart.cpu_limit or chart.disk_limit else ""
    return f"{lines}Shaded: min-max. UTC"
