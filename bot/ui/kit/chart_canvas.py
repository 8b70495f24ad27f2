"""Dark paper, colours that colour-blind people tell apart, time in UTC, lines that stop at gaps."""

import io
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER, INK, FAINT, QUIET = "#2b2d31", "#dbdee1", "#4e5058", "#9aa0a8"
# Okabe and Ito's colours, the blue and the green a little lighter for dark paper.
ORANGE, SKY, GREEN, YELLOW, RED, PINK = "#e69f00", "#56b4e9", "#1fb584", "#f0e442", "#e8703a", "#cc79a7"
DPI = 100
# Pictures are 800 pixels wide: that is 13 and 11 pixels on a telephone 390 wide, 9 and 7.5 inside an answer.
WIDTH = 800
TYPE, SMALL = 27.0, 23.0
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400
_TICKS = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440)
_MOST_TICKS = 7
_COMPRESSION = 4
_THOUSAND = 999.5

Line = tuple[list[float], list[float]]


def new_figure(width_px: int, height_px: int) -> "Figure":
    """Lay out an empty sheet; places on it are in shares of its height and width."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    mpl.rcParams["text.parse_math"] = False  # a dollar is a dollar
    figure = Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def png(figure: "Figure") -> bytes:
    """Turn a sheet into bytes."""
    held = io.BytesIO()
    figure.savefig(held, format="png", pil_kwargs={"compress_level": _COMPRESSION})
    return held.getvalue()


def points(pixels: float) -> float:
    """Tell the size of type in matplotlib's points."""
    return pixels * 72 / DPI


def write(figure: "Figure", x: float, y: float, text: str, **how: Any) -> None:
    """Write on the sheet."""
    figure.text(x, y, text, **{"color": INK, "fontsize": points(TYPE), "va": "baseline", **how})


def number(value: float) -> str:
    """Write a number short: three digits, and all of them from a thousand on."""
    return f"{value:.3g}" if abs(value) < _THOUSAND else f"{value:.0f}"


def apart(xs: Sequence[float], distance: float) -> list[float]:
    """Leave out what would cover its neighbour on the left."""
    kept: list[float] = []
    for x in xs:
        if not kept or x - kept[-1] >= distance:
            kept.append(x)
    return kept


def bare(axes: "Axes", since: datetime, until: datetime) -> None:
    """Make axes quiet: a faint grid, no frame, from the first second to the last."""
    axes.set_facecolor(PAPER)
    axes.set_xlim(since.timestamp(), until.timestamp())
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(colors=QUIET, length=0, labelsize=points(SMALL), pad=6)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)


def mark_time(axes: "Axes", since: datetime, until: datetime, *, written: bool) -> None:
    """Draw the times that people count by, in UTC; their names only where `written`."""
    marks = [(at.timestamp(), name) for at, name in ticks(since, until)]
    # Lines, and names only where they are read: each of matplotlib's own ticks takes a millisecond.
    axes.vlines(
        [at for at, _ in marks], 0, 1, FAINT, linewidth=0.8, zorder=0.5, transform=axes.get_xaxis_transform()
    )
    axes.set_xticks(
        [at for at, _ in marks] if written else [], [name for _, name in marks] if written else []
    )
    for tick in axes.get_xticklabels():
        tick.set_color(INK)


def ticks(since: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """Choose round times in UTC, and what to call them; a new day is called by its date."""
    minutes = (until - since).total_seconds() / _MINUTE_S
    step = next((tick for tick in _TICKS if minutes / tick <= _MOST_TICKS), _TICKS[-1])
    first = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    marks: list[tuple[datetime, str]] = []
    at = first
    while at <= until:
        if at >= since:
            new_day = at.hour == at.minute == 0
            marks.append((at, f"{at.day} {at:%b}" if new_day else f"{at:%H:%M}"))
        at += timedelta(minutes=step)
    return marks


def broken(series: Sequence[tuple[float, float | None]], step_s: float) -> Line:
    """Put a break wherever a step or more is missing, so that no line bridges what nobody saw."""
    xs: list[float] = []
    ys: list[float] = []
    before: float | None = None
    for at, value in series:
        if before is not None and at - before > 1.5 * step_s:
            xs.append(before + step_s)
            ys.append(math.nan)
        xs.append(at)
        ys.append(math.nan if value is None else value)
        before = at
    return xs, ys


def lonely(line: Line) -> Line:
    """Find the points with a break on both sides: a line would not show them at all."""
    xs, ys = line
    known = [not math.isnan(y) for y in ys]
    alone = [
        at
        for at, here in enumerate(known)
        if here and not (at and known[at - 1]) and not (at + 1 < len(known) and known[at + 1])
    ]
    return [xs[at] for at in alone], [ys[at] for at in alone]


def trace(axes: "Axes", line: Line, colour: str, **how: Any) -> None:
    """Draw a line with its breaks, and a dot for whatever stands alone."""
    axes.plot(*line, color=colour, **{"linewidth": 2.6, "solid_capstyle": "round", **how})
    axes.plot(*lonely(line), color=colour, marker=".", markersize=5, linestyle="none")
