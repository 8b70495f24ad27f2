"""Charts: round times in UTC, no line over what nobody saw, a picture whatever there is to draw."""

import math
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.domain.usage_advice import Measure
from bot.domain.usage_history import Band, Point
from bot.ui.alerts.chart import AlertChart, describe_alert, draw_alert
from bot.ui.backups.chart import BackupPoint, draw_backups
from bot.ui.kit.chart_canvas import (
    apart,
    broken,
    lonely,
    short_number,
    ticks,
)
from bot.ui.servers.chart import draw_performance
from bot.ui.servers.chart_values import PerformanceChart

NOW = datetime(2026, 8, 1, 8, 12, tzinfo=UTC)
GIB = 1024.0**3


def points(
    minutes: int, step_s: int = 300, *, running: bool = True, rate: float | None = 9000
) -> list[Point]:
    first = int((NOW - timedelta(minutes=minutes)).timestamp()) // step_s * step_s
    observations = step_s // 60
    memory, cpu, disk = Band(GIB, 2 * GIB, 3 * GIB), Band(10, 50, 230), Band(7 * GIB, 7 * GIB, 7 * GIB)
    up, off = (observations, 0) if running else (0, observations)
    return [
        Point(at, memory, cpu, disk, rate, rate, observations, up, off, int(at % 7200 == 0))
        for at in range(first, int(NOW.timestamp()), step_s)
    ]


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as image:
        return image.size


@pytest.mark.parametrize(
    ("hours", "named"),
    [
        (1, ["07:20", "07:40", "08:00"]),
        (6, ["04:00", "06:00", "08:00"]),
        (24, ["16:00", "1 Aug", "08:00"]),
        (7 * 24, ["27 Jul", "29 Jul", "31 Jul"]),
        (30 * 24, ["12 Jul", "22 Jul", "1 Aug"]),
        (900 * 24, ["Sep 2024", "May 2025", "Dec 2025", "Aug 2026"]),
    ],
)
def test_the_axis_counts_in_round_times(hours: int, named: list[str]) -> None:
    assert [name for _, name in ticks(NOW - timedelta(hours=hours), NOW)] == named


def test_times_are_utc_whatever_zone_they_come_in() -> None:
    zone = datetime(2026, 8, 1, 10, 12, tzinfo=UTC).astimezone().tzinfo
    since, until = (moment.astimezone(zone) for moment in (NOW - timedelta(hours=1), NOW))
    assert next(name for _, name in ticks(since, until)) == "07:20"


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([], []),
        ([(0, 1), (60, 2), (120, 3)], [1, 2, 3]),
        ([(0, 1), (120, 2)], [1, None, 2]),
        ([(0, 1), (60, None), (120, 3)], [1, None, 3]),
        ([(0, 1), (60, 2), (6000, 3), (6060, 4)], [1, 2, None, 3, 4]),
    ],
)
def test_no_line_bridges_a_missing_step(
    series: list[tuple[float, float | None]], expected: list[float | None]
) -> None:
    _, ys = broken(series, 60)
    assert [None if math.isnan(value) else value for value in ys] == expected


def test_a_single_sample_is_drawn() -> None:
    line = broken([(0, 1.0), (600, 2.0), (660, 3.0), (6000, 4.0)], 60)
    assert lonely(line) == ([0, 6000], [1.0, 4.0])


MEASURES = (None, *Measure)
CHARTS = {
    "limits": PerformanceChart(points(1440), 300, NOW - timedelta(days=1), NOW, 4 * GIB, 200, 20 * GIB),
    "no limits": PerformanceChart(points(1440), 300, NOW - timedelta(days=1), NOW),
    "java": PerformanceChart(points(1440), 300, NOW - timedelta(days=1), NOW, 4 * GIB, 100, None, java=True),
    "off all the time": PerformanceChart(
        points(60, 60, running=False, rate=None), 60, NOW - timedelta(hours=1), NOW, 4 * GIB
    ),
    "one look": PerformanceChart(points(5), 300, NOW - timedelta(hours=1), NOW),
    "nothing": PerformanceChart([], 300, NOW - timedelta(hours=1), NOW, 4 * GIB, 200, 20 * GIB),
}
PLAYERS: tuple[list[float | None], ...] = ([5], [None, 5, None], [None, 0, 12, 3] * 100)


def _drawn(number: int, turn: int) -> tuple[pytest.MarkDecorator, ...]:
    """Keep in the suite each chart without a measure and about once with one; `make sweep` has the others."""
    return () if turn == 0 or (number + turn) % len(MEASURES) == 0 else (pytest.mark.sweep,)


@pytest.mark.parametrize(
    ("chart", "measure"),
    [
        pytest.param(chart, measure, id=f"{name}-{measure}", marks=_drawn(number, turn))
        for number, (name, chart) in enumerate(CHARTS.items())
        for turn, measure in enumerate(MEASURES)
    ],
)
def test_there_is_a_picture_whatever_there_is_to_draw(
    chart: PerformanceChart, measure: Measure | None
) -> None:
    assert size_of(draw_performance(replace(chart, measure=measure))) == (800, 450)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("measure", "count"),
    [
        pytest.param(measure, count, id=f"{measure}-{number}", marks=_drawn(number, turn))
        for number, count in enumerate(PLAYERS)
        for turn, measure in enumerate(MEASURES)
    ],
)
def test_players_are_drawn_below_the_load_over_the_same_time(
    measure: Measure | None, count: list[float | None]
) -> None:
    players = [None if online is None else Band(online, online, online) for online in count]
    past = zip(points(1440), players, strict=False)
    chart = PerformanceChart(
        [replace(point, players=band, player_limit=40) for point, band in past],
        300, NOW - timedelta(days=1), NOW, 4 * GIB, measure=measure,
    )  # fmt: skip
    height = 620 if measure is None else 450
    assert size_of(draw_performance(chart)) == (800, height)


@pytest.mark.parametrize(
    "states", [[], ["done"], ["failed"], ["done", "failed", "running", "stuck", "empty"]]
)
def test_backups_are_drawn_whatever_became_of_them(states: list[str]) -> None:
    points = [
        BackupPoint(NOW - timedelta(days=number), number * 2**30, state, bool(number))
        for number, state in enumerate(states)
    ]
    assert size_of(draw_backups(points, NOW)) == (800, 400)


@pytest.mark.parametrize("top", [100.0, None])
@pytest.mark.parametrize("values", [[50.0, None, 97.0, 99.0], [None], []])
def test_an_alert_is_drawn_with_what_is_known(top: float | None, values: list[float | None]) -> None:
    series = [(NOW.timestamp() - 60 * number, value) for number, value in enumerate(reversed(values))][::-1]
    chart = AlertChart(
        "CPU of $5 and $6",  # a dollar is a dollar
        series,
        60,
        NOW - timedelta(hours=1),
        NOW,
        ((75.0, "warning"), (90.0, "critical")),
        NOW - timedelta(minutes=2),
        top,
    )
    assert size_of(draw_alert(chart)) == (800, 400)


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (3.14159, "3.14"), (99.96, "100"), (1023.9, "1024"), (16125, "16125")]
)
def test_numbers_are_never_powers_of_ten(value: float, written: str) -> None:
    assert short_number(value) == written


def test_marks_do_not_stand_on_one_another() -> None:
    assert apart([0, 1, 5, 9, 10, 30], 5) == [0, 5, 10, 30]


def test_an_alert_is_described_for_those_who_do_not_see_it() -> None:
    series = [(NOW.timestamp() - 60 * ago, 100.0 - ago) for ago in range(60, 0, -1)]
    chart = AlertChart("CPU", series, 60, NOW - timedelta(hours=1), NOW, ((90.0, "critical"),), NOW)
    assert describe_alert(chart) == (
        "Chart of CPU, from 07:12 to 08:12 UTC. 40% at the start, 99% at the end, between 40% and 99%. "
        "Line at 90%: critical. The alert fired at 08:12 UTC."
    )
    assert describe_alert(replace(chart, server="Survival")).startswith("Chart of CPU of Survival, from")
    nothing = describe_alert(replace(chart, series=[], fired_at=None, title="x" * 2000))
    assert len(nothing) == 1024


def test_the_worker_imports_no_discord_and_the_bot_no_matplotlib() -> None:
    code = (
        "import sys, bot.ui.alerts.chart, bot.ui.backups.chart, bot.ui.servers.chart; "
        "print({'discord', 'matplotlib'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "set()"
