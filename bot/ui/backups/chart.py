"""Sizes of backups over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ui.kit.chart_canvas import (
    FAINT,
    INK,
    PAPER,
    png,
)

WIDTH_IN, HEIGHT_IN, DPI = 5.0, 3.1, 180
"""A phone shows it about two inches wide: the smaller the paper, the larger its letters."""
_GOOD, _BAD, _BUSY, _LINE = "#2e9e5b", "#c8433a", "#3b82c4", "#d99a1c"
_MARK = {
    "done": (_GOOD, "o"),
    "failed": (_BAD, "x"),
    "running": (_BUSY, "s"),
    "stuck": (_BAD, "s"),
    "empty": (_BAD, "v"),
}
_SCALES = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"), (1, "B"))


@dataclass(frozen=True, slots=True)
class BackupPoint:
    """One backup: when, how large, how it ended (a name of `BackupState`), whether locked."""

    at: datetime
    size_bytes: int
    state: str
    is_locked: bool


def draw_backups(points: Sequence[BackupPoint], now: datetime) -> bytes:
    """Draw sizes over time, the oldest on the left; those that did not end well stand on the ground line."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.figure import Figure

    def days(moments: Sequence[datetime]) -> list[float]:
        return [float(date2num(moment)) for moment in moments]  # type: ignore[no-untyped-call]  # matplotlib's

    figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), dpi=DPI, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=PAPER)
    largest = max((point.size_bytes for point in points), default=0)
    divisor, unit = next((scale for scale in _SCALES if largest >= scale[0]), _SCALES[-1])
    good = sorted(
        (point for point in points if point.state == "done"), key=lambda backup_point: backup_point.at
    )
    axes.plot(
        days([backup_point.at for backup_point in good]),
        [backup_point.size_bytes / divisor for backup_point in good],
        color=_LINE,
        linewidth=1.2,
        zorder=1,
    )
    for state, (colour, marker) in _MARK.items():
        of_state = [point for point in points if point.state == state]
        if of_state:
            axes.scatter(
                days([backup_point.at for backup_point in of_state]),
                [backup_point.size_bytes / divisor for backup_point in of_state],
                color=colour,
                marker=marker,
                s=48,
                zorder=2,
                label=f"{len(of_state)} {state}",
            )
    locked = [point for point in points if point.is_locked]
    if locked:
        axes.scatter(
            days([backup_point.at for backup_point in locked]),
            [backup_point.size_bytes / divisor for backup_point in locked],
            facecolors="none",
            edgecolors=INK,
            s=130,
            zorder=3,
            label=f"{len(locked)} locked",
        )
    axes.axvline(days([now])[0], color=FAINT, linestyle=":", linewidth=1.2, label="now")
    axes.set_ylim(bottom=-0.05 * max(largest / divisor, 1e-9), top=max(largest / divisor, 1e-9) * 1.18)
    axes.set_ylabel(f"size in {unit}", color=INK)
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]  # matplotlib's
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]  # matplotlib's
    axes.xaxis.set_major_formatter(formatter)
    axes.tick_params(colors=INK)
    axes.grid(axis="y", color=FAINT, linewidth=0.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.legend(
        loc="upper left",
        ncols=5,
        frameon=False,
        labelcolor=INK,
        fontsize="medium",
        handletextpad=0.2,
        columnspacing=1.0,
    )
    return png(figure)
