"""The hour around an alert: one value, its thresholds, and when the alert fired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.core.i18n import _
from bot.ui.kit import chart_canvas
from bot.ui.kit.chart_canvas import HALF, INK, RED, SKY, SMALL, WIDTH, YELLOW, short_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEADROOM = 1.1
_DESCRIPTION = 1024
_DASHES = ((0, (5, 4)), (0, (12, 4)))


@dataclass(frozen=True, slots=True)
class AlertChart:
    """What is drawn. `series` is seconds since 1970 and percent; None where the value was not known.

    `thresholds` are at most two, the milder first: value and what it is called. `top`: the end of the
    axis; None: what the values need. `server` is only in the description: the message that holds the
    picture has its name.
    """

    title: str
    series: Sequence[tuple[float, float | None]]
    step_s: float
    since: datetime
    until: datetime
    thresholds: Sequence[tuple[float, str]] = ()
    fired_at: datetime | None = None
    top: float | None = None
    server: str = ""


def draw_alert(chart: AlertChart) -> bytes:
    """Draw it small enough for a message, large enough for a telephone."""
    figure = chart_canvas.new_figure(WIDTH, HALF)
    known = [value for _, value in chart.series if value is not None]
    now = (
        _("{last} now, peak {peak}", last=short_percent(known[-1]), peak=short_percent(max(known)))
        if known
        else _("no data")
    )
    chart_canvas.write(figure, 0.02, 0.89, chart.title, weight="bold")
    chart_canvas.write(figure, 0.98, 0.89, now, ha="right")
    axes = figure.add_axes((0.14, 0.155, 0.84, 0.67))
    chart_canvas.bare(axes, chart.since, chart.until)
    chart_canvas.mark_time(axes, chart.since, chart.until)
    most = max([*known, *(value for value, _ in chart.thresholds)], default=0.0)
    axes.set_ylim(
        0, max(chart.top or 0.0, most * (1 if chart.top and most <= chart.top else _HEADROOM)) or 1.0
    )
    chart_canvas.mark_values(axes, chart.top or most or 1.0, short_percent)
    line = chart_canvas.broken(chart.series, chart.step_s)
    axes.fill_between(*line, color=SKY, alpha=0.25, linewidth=0)
    chart_canvas.trace(axes, line, SKY, linewidth=4.0)
    for (value, name), colour, dashes in zip(chart.thresholds, (YELLOW, RED), _DASHES, strict=False):
        axes.axhline(value, color=colour, linewidth=2.6, linestyle=dashes)
        axes.annotate(
            name,
            (0.006, value),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            color=INK,
            fontsize=chart_canvas.points(SMALL),
        )
    if chart.fired_at is not None:
        _mark(axes, chart.fired_at)
    return chart_canvas.png(figure)


def describe_alert(chart: AlertChart) -> str:
    """Say in words what the chart shows, for those who do not see it; fits Discord's 1,024 characters."""
    known = [value for _, value in chart.series if value is not None]
    span = _(
        "from {since:%H:%M} to {until:%H:%M} UTC",
        since=chart.since.astimezone(UTC),
        until=chart.until.astimezone(UTC),
    )
    parts = [
        _(
            "Chart of {title}{of}, {span}.",
            title=chart.title,
            of=_(" of {server}", server=chart.server) if chart.server else "",
            span=span,
        )
    ]
    if known:
        parts.append(
            _(
                "{first} at the start, {last} at the end, between {least} and {most}.",
                first=short_percent(known[0]),
                last=short_percent(known[-1]),
                least=short_percent(min(known)),
                most=short_percent(max(known)),
            )
        )
    else:
        parts.append(_("There is no data for this time."))
    parts += [
        _("Line at {value}: {name}.", value=short_percent(value), name=name)
        for value, name in chart.thresholds
    ]
    if chart.fired_at is not None:
        parts.append(_("The alert fired at {fired_at:%H:%M} UTC.", fired_at=chart.fired_at.astimezone(UTC)))
    return " ".join(parts)[:_DESCRIPTION]


def _mark(axes: "Axes", at: datetime) -> None:
    """Mark when the alert fired, with a line, a sign and the time."""
    x = at.timestamp()
    axes.axvline(x, color=INK, linewidth=2.6)
    first, last = axes.get_xlim()
    left = x > (first + last) / 2
    axes.plot([x], [axes.get_ylim()[1]], "v", color=INK, markersize=18, clip_on=False)
    axes.annotate(
        _("alert {fired_at:%H:%M} UTC", fired_at=at.astimezone(UTC)),
        (x, 0),
        xytext=(-10 if left else 10, 10),
        textcoords="offset points",
        ha="right" if left else "left",
        color=INK,
        fontsize=chart_canvas.points(SMALL),
    )
