"""Sizes of backups over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.i18n import _
from bot.ui.kit import chart_canvas
from bot.ui.kit.chart_canvas import FAINT, GREEN, HALF, INK, ORANGE, RED, SKY, SMALL, TYPE, WIDTH

_MARK = {
    "done": (GREEN, "o"),
    "failed": (RED, "x"),
    "running": (SKY, "s"),
    "stuck": (RED, "s"),
    "empty": (RED, "v"),
}
_ROOM = 0.04
"""Of the time, on either side, so that no mark is cut off."""
_SHORTEST = timedelta(hours=1)
_LARGE_NAMES = 3
"""More names than these are written smaller."""


@dataclass(frozen=True, slots=True)
class BackupPoint:
    """One backup: when, how large, how it ended (a name of `BackupState`), whether locked."""

    at: datetime
    size_bytes: int
    state: str
    is_locked: bool


def draw_backups(points: Sequence[BackupPoint], now: datetime) -> bytes:
    """Draw sizes over time, the oldest on the left; those that did not end well stand on the ground line."""
    figure = chart_canvas.new_figure(WIDTH, HALF)
    axes = figure.add_axes((0.125, 0.155, 0.85, 0.65))
    moments = [now, *(point.at for point in points)]
    span = max(max(moments) - min(moments), _SHORTEST)
    since, until = max(moments) - span * (1 + _ROOM), max(moments) + span * _ROOM
    chart_canvas.bare(axes, since, until)
    chart_canvas.mark_time(axes, since, until)
    largest = max((point.size_bytes for point in points), default=0)
    divisor, unit = chart_canvas.unit_for(largest)
    chart_canvas.write(figure, 0.02, 0.88, unit, weight="bold")

    def place(chosen: Sequence[BackupPoint]) -> tuple[list[float], list[float]]:
        return [point.at.timestamp() for point in chosen], [point.size_bytes / divisor for point in chosen]

    good = sorted((point for point in points if point.state == "done"), key=lambda point: point.at)
    axes.plot(*place(good), color=ORANGE, linewidth=3.0, zorder=1)
    for state, (colour, marker) in _MARK.items():
        of_state = [point for point in points if point.state == state]
        if of_state:
            name = f"{len(of_state)} {state}"
            axes.scatter(*place(of_state), color=colour, marker=marker, s=150, zorder=2, label=name)
    locked = [point for point in points if point.is_locked]
    if locked:
        axes.scatter(
            *place(locked),
            facecolors="none",
            edgecolors=INK,
            linewidths=2.0,
            s=380,
            zorder=3,
            label=_("{count} locked", count=len(locked)),
        )
    axes.axvline(now.timestamp(), color=FAINT, linestyle=":", linewidth=2.0)
    top = largest / divisor or 1.0
    axes.set_ylim(-0.06 * top, top * 1.18)
    chart_canvas.mark_values(axes, top)
    names = axes.get_legend_handles_labels()[1]
    if names:
        figure.legend(
            loc="upper right",
            ncols=len(names),
            frameon=False,
            labelcolor=INK,
            fontsize=chart_canvas.points(TYPE if len(names) <= _LARGE_NAMES else SMALL * 0.62),
            handlelength=1.0,
            handletextpad=0.2,
            columnspacing=0.7,
            borderaxespad=0.2,
        )
    return chart_canvas.png(figure)
