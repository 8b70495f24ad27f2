"""What people read of a period, and what a chart's description says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.observation import Limits
from bot.domain.performance import PastPeriod, Period, report
from bot.domain.usage_advice import Measure
from bot.domain.usage_history import Band, Point
from bot.panel.models import Server
from bot.services.servers.performance import Performance
from bot.ui.kit import theme
from bot.ui.kit.card import ALT_LIMIT
from bot.ui.servers import performance_card as cards
from tests.support.past_periods import HOUR, LIMITS, NOW, past, point

SERVER = Server.model_validate(
    {
        "uuid": "u",
        "identifier": "u",
        "internal_id": 1,
        "name": "**Survival** @everyone",
        "node": "n",
        "limits": {"memory": 4096, "swap": 0, "disk": 20480, "cpu": 200},
    }
)


def made(period: PastPeriod, limits: Limits = LIMITS, *, java: bool = False) -> Performance:
    return Performance(SERVER, limits, java, period, report(period, limits, java=java))


def said(performance: Performance, measure: Measure | None = None, *, drawn: bool = True) -> str:
    card = cards.performance(performance, measure, drawn=drawn)
    assert not card.fields
    return f"{card.title}\n{card.description}\n{card.footer}"


def day(
    step: Callable[[int], dict[str, Any]] = lambda _: {}, *, hours: range = range(24, 0, -1)
) -> list[Point]:
    return [point(HOUR * number, **step(number)) for number in hours]


def test_gaps_are_said_and_count_for_nothing() -> None:
    response = said(made(past(Period.DAY, day(hours=range(12, 0, -1)))))
    assert "**Up 100% · no restarts** · data for 50%" in response


def busy() -> Performance:
    points = day(lambda number: {"cpu": 170, "disk": 19 - number / 24, "restarts": int(number == 5)})
    points[:6] = [replace(moment, running=0, offline=5) for moment in points[:6]]
    return made(past(Period.DAY, points))


def test_everything_at_a_glance_says_the_most_urgent_advice_and_marks_the_rest() -> None:
    assert said(busy()).split("\n")[1:] == [
        "**Up 75% · 1 restart ▲**",
        "➡️ The disk is full in about 26 hours. Free space or raise the limit before that.",
        "**Memory** mean 50%, peak 55%",
        "**CPU** mean 85%, peak 94% 🟠",
        "**Disk** mean 92%, peak 104% 🔴",
        "Dashed: 70/85/95%. Shaded: min–max. UTC",  # noqa: RUF001 - a range
    ]


def test_a_disk_that_fills_up_slowly_is_said_without_a_warning() -> None:
    points = day(lambda number: {"disk": 12 - number / 48}, hours=range(48, 0, -1))
    figures = made(past(Period.DAY, points))
    assert "Disk forecast: full in about 16 days" in said(figures)
    assert cards.performance(figures).colour == theme.QUETZAL
    assert cards.performance(busy()).colour == theme.CAREFUL


def test_a_disk_that_was_cleaned_up_and_fills_again_is_not_called_steady() -> None:
    week = [point(HOUR * ago, disk=15 if ago > 48 else 13 + (48 - ago) / 24) for ago in range(168, 0, -1)]
    figures = made(past(Period.WEEK, week, week[-48:]))
    disk = said(figures, Measure.DISK) + cards.alt_text(figures, Measure.DISK)
    assert "Forecast of the last 2 days: full in about" in disk
    assert "steady" not in disk
    assert "trend" not in disk
    assert "→ steady" in said(figures, Measure.CPU)


def test_a_measure_has_its_own_advice_trend_and_limit() -> None:
    assert said(busy(), Measure.CPU).split("\n")[1:] == [
        "**Up 75% · 1 restart ▲**",
        "➡️ CPU averaged 85% of its limit. Find out what is busy.",
        "Mean 85%, peak 94% of 2 cores 🟠",
        "Too early for a trend: 2 d 1 h to go",
        "7-day trend (95% range in brackets)",
        "Dashed: 70/85/95%. Shaded: min–max. UTC",  # noqa: RUF001 - a range
    ]
    disk = said(busy(), Measure.DISK)
    assert "The disk is at 9" in disk
    assert "Forecast" not in disk
    assert "Forecast of the last 2 days: not filling up" in said(
        made(past(Period.DAY, day(lambda _: {}, hours=range(48, 0, -1)))), Measure.DISK
    )
    network = said(busy(), Measure.NETWORK)
    assert "1000 B/s in and 3.9 KiB/s out on average" in network
    assert network.endswith("\nUTC")


@pytest.mark.parametrize("measure", [None, *Measure])
def test_the_text_has_at_most_six_lines_and_two_small_ones(measure: Measure | None) -> None:
    card = cards.performance(busy(), measure)
    assert len(card.description.split("\n")) <= 6
    assert len(card.footer.split("\n")) <= 2


def test_java_memory_is_named_noise_and_not_judged() -> None:
    figures = made(past(Period.DAY, day(lambda _: {"memory": 3.9})), java=True)
    response = said(figures, Measure.MEMORY)
    assert "Java keeps its heap" in response
    assert "🔴" not in response
    assert "➡️" not in response
    assert "Dashed" not in response


def test_without_limits_amounts_are_shown() -> None:
    figures = made(past(Period.DAY, day()), Limits())
    assert "Mean 2 GiB, peak 2.2 GiB, no limit" in said(figures, Measure.MEMORY)
    assert "Mean 50%, peak 55%, no limit" in said(figures, Measure.CPU)
    assert "Forecast" not in said(figures, Measure.DISK)
    assert "Dashed" not in said(figures)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period.HOUR, "1-hour trend (95% range in brackets)"),
        (Period.QUARTER, "6-hour trend (95% range in brackets)"),
        (Period.DAY, "7-day trend (95% range in brackets)"),
        (Period.MONTH, "30-day trend (95% range in brackets)"),
    ],
)
def test_what_a_trend_rests_on_is_said(period: Period, words: str) -> None:
    assert words in said(made(past(period, day())), Measure.CPU)


def test_trends_of_short_times_are_by_the_hour_and_of_days_too_early_at_first() -> None:
    rising = [point(60 * number, memory=3 - number / 120) for number in range(360, 0, -1)]
    assert "↗ rising 12.5 points an hour" in said(made(past(Period.QUARTER, rising)), Measure.MEMORY)
    assert "Too early for a trend: 2 d 1 h to go" in said(made(past(Period.DAY, day())), Measure.MEMORY)


def test_a_chart_that_is_missing_is_said() -> None:
    assert "The chart couldn't be drawn" in said(made(past(Period.DAY, day())), drawn=False)


def test_a_name_cannot_draw() -> None:
    assert "\\*\\*Survival\\*\\*" in said(made(past(Period.DAY, day())))


@pytest.mark.parametrize("limits", [LIMITS, Limits()])
@pytest.mark.parametrize("period", list(Period))
def test_the_description_names_every_measure_and_fits(period: Period, limits: Limits) -> None:
    points = [replace(each, players=Band(0, 4, 9), player_limit=20) for each in day(hours=range(200, 0, -1))]
    figures = made(past(period, points), limits)
    described = cards.alt_text(figures)
    for word in (period.words, *Measure, "State", f"{NOW:%Y-%m-%d %H:%M} UTC"):
        assert word in described
    assert len(described) <= ALT_LIMIT
    described = cards.alt_text(figures, Measure.CPU)
    assert described.startswith("Chart of CPU in ")
    assert "Memory" not in described


def test_the_description_of_nothing() -> None:
    assert "no data" in cards.alt_text(made(past(Period.DAY, [])))
