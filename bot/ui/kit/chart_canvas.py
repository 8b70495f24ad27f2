"""The style of charts: dark, colours for colour-blind people, times in UTC, lines that stop at gaps."""

import io
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.core.i18n import number
from bot.domain.formatting import day_and_month, month_and_year, unrounded_percent, whole_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER, INK, FAINT, QUIET = "#2b2d31", "#dbdee1", "#4e5058", "#9aa0a8"
# Okabe and Ito's colours, the blue and the green a little lighter for dark paper.
ORANGE, SKY, GREEN, YELLOW, RED, PINK = "#e69f00", "#56b4e9", "#1fb584", "#f0e442", "#e8703a", "#cc79a7"
DPI = 100
# A message on a phone of 390 pixels shows a picture about 290 wide: type is 12 and 11 pixels high there.
WIDTH = 800
WIDE, HALF = 450, 400
"""Heights for 16:9 and 2:1."""
TYPE, SMALL = 33.0, 30.0
_MINUTE_S = 60
_DAY_MIN = 1440
_TICKS = (5, 10, 20, 30, 60, 120, 240, 480, 720, *(days * _DAY_MIN for days in (1, 2, 5, 10, 20, 30, 60)))
FEWER_TICKS_THAN = 4
_EDGE = 0.07
"""The name of a time nearer to an end than this share of the axis is written inwards."""
SIZES = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"), (1, "B"))
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
    """Return the size of type in matplotlib's points."""
    return pixels * 72 / DPI


def write(figure: "Figure", x: float, y: float, text: str, **how: Any) -> None:
    """Write on the sheet."""
    figure.text(x, y, text, **{"color": INK, "fontsize": points(TYPE), "va": "baseline", **how})


def short_number(value: float) -> str:
    """Write a number short: three digits, and all of them from a thousand on."""
    return number(_rounded(value), "g") if abs(value) < _THOUSAND else number(value, ".0f")


def short_percent(value: float) -> str:
    """Write a percentage as short as a number."""
    return unrounded_percent(_rounded(value)) if abs(value) < _THOUSAND else whole_percent(value)


def unit_for(largest: float) -> tuple[int, str]:
    """Choose the unit of sizes up to this one: how many bytes it has, and its name."""
    return next((unit for unit in SIZES if largest >= unit[0]), SIZES[-1])


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
    axes.tick_params(colors=QUIET, labelcolor=INK, length=0, labelsize=points(SMALL), pad=8)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)


def mark_time(
    axes: "Axes",
    since: datetime,
    until: datetime,
    *,
    written: bool = True,
    fewer_than: int = FEWER_TICKS_THAN,
) -> None:
    """Draw the times that people count by, in UTC; their names only where `written`."""
    marks = [(at.timestamp(), name) for at, name in ticks(since, until, fewer_than)]
    # Lines, and names only where they are read: each of matplotlib's own ticks takes a millisecond.
    axes.vlines(
        [at for at, _ in marks], 0, 1, FAINT, linewidth=0.8, zorder=0.5, transform=axes.get_xaxis_transform()
    )
    axes.set_xticks(
        [at for at, _ in marks] if written else [], [name for _, name in marks] if written else []
    )
    first, last = axes.get_xlim()
    for tick, (at, _) in zip(axes.get_xticklabels(), marks, strict=False):
        share = (at - first) / (last - first)
        tick.set_horizontalalignment("left" if share < _EDGE else "right" if share > 1 - _EDGE else "center")


def mark_values(axes: "Axes", top: float, write_top: Callable[[float], str] = short_number) -> None:
    """Write three values beside the axis: nothing, half, and the highest, which may have its unit."""
    axes.set_yticks([0, top / 2, top], ["0", short_number(top / 2), write_top(top)])


def ticks(since: datetime, until: datetime, fewer_than: int = FEWER_TICKS_THAN) -> list[tuple[datetime, str]]:
    """Choose round times in UTC, and what to call them; a new day is called by its date."""
    minutes = (until - since).total_seconds() / _MINUTE_S
    step = next((tick for tick in _TICKS if minutes / tick < fewer_than), None)
    if step is None:
        step = math.ceil(minutes / fewer_than / _DAY_MIN) * _DAY_MIN
    first = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    marks: list[tuple[datetime, str]] = []
    at = first
    while at <= until:
        if at >= since:
            day = month_and_year(at) if step > _TICKS[-1] else day_and_month(at)
            marks.append((at, day if at.hour == at.minute == 0 else f"{at:%H:%M}"))
        at += timedelta(minutes=step)
    return marks


def broken(series: Sequence[tuple[float, float | None]], step_s: float) -> Line:
    """Put a break wherever a step or more is missing, so that no line bridges time without data."""
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
    axes.plot(*line, color=colour, **{"linewidth": 3.4, "solid_capstyle": "round", **how})
    axes.plot(*lonely(line), color=colour, marker=".", markersize=8, linestyle="none")


def _rounded(value: float) -> float:
    """Round to three digits."""
    return float(f"{value:.3g}")
