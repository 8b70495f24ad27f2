"""What people read of a period, and what a chart's description says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.observation import Limits
from bot.domain.performance import PastPeriod, Period, report
from bot.domain.trends import Point
from bot.panel.models import Server
from bot.services.servers.performance import Performance
from bot.ui.servers import performance_embed as embeds
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


def said(performance: Performance, *, drawn: bool = True) -> str:
    card = embeds.performance(performance, drawn=drawn)
    parts = [
        card.title,
        card.description,
        *(f"{field.name}: {field.value}" for field in card.fields),
    ]
    return "\n".join([*parts, card.footer])


def day(
    step: Callable[[int], dict[str, float]] = lambda _: {}, *, hours: range = range(24, 0, -1)
) -> list[Point]:
    return [point(HOUR * number, **step(number)) for number in hours]


def test_gaps_are_said_and_count_for_nothing() -> None:
    response = said(made(past(Period.DAY, day(hours=range(12, 0, -1)))))
    assert "Data for 50% of the time; gaps are blank and not counted." in response
    assert "**Up 100%** · no restart" in response


def test_time_offline_restarts_and_load_are_told_with_what_to_do() -> None:
    points = day(lambda number: {"cpu": 170, "disk": 19 - number / 24, "restarts": int(number == 5)})
    points[:6] = [replace(moment, running=0, offline=5) for moment in points[:6]]
    response = said(made(past(Period.DAY, points)))
    assert "**Up 75%** · 1 restart" in response
    assert "🟠 warning at its peak" in response
    assert "Disk forecast: full in 1 d" in response
    assert "➡️ The disk is full in 1 d" in response
    assert "➡️ CPU was at 85% of its limit on average" in response


def test_java_memory_is_named_noise_and_not_judged() -> None:
    response = said(made(past(Period.DAY, day(lambda _: {"memory": 3.9})), java=True))
    assert "Java keeps its heap" in response
    assert "critical" not in response
    assert "✅ Nothing to do" in response


def test_without_limits_amounts_are_told() -> None:
    response = said(made(past(Period.DAY, day()), Limits()))
    assert "Memory: mean 2 GiB, peak 2.2 GiB, no limit" in response
    assert "CPU: mean 50%, peak 55%, no limit" in response
    assert "forecast" not in response


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period.HOUR, "Trend of this period (95% range in brackets)"),
        (Period.DAY, "7-day trend (95% range in brackets)"),
        (Period.MONTH, "30-day trend (95% range in brackets)"),
    ],
)
def test_what_a_trend_rests_on_is_said(period: Period, words: str) -> None:
    assert words in said(made(past(period, day())))


def test_trends_of_short_times_are_by_the_hour_and_of_days_too_early_at_first() -> None:
    rising = [point(60 * number, memory=3 - number / 120) for number in range(360, 0, -1)]
    assert "↗ rising 12.5 points an hour" in said(made(past(Period.QUARTER, rising)))
    assert "too early for a trend: 2 d 1 h to go" in said(made(past(Period.DAY, day())))


def test_a_chart_that_is_missing_is_said() -> None:
    assert "The chart couldn't be drawn" in said(made(past(Period.DAY, day())), drawn=False)


def test_a_name_cannot_draw() -> None:
    assert "\\*\\*Survival\\*\\*" in said(made(past(Period.DAY, day())))


@pytest.mark.parametrize("limits", [LIMITS, Limits()])
@pytest.mark.parametrize("period", list(Period))
def test_the_description_names_every_row_and_fits(period: Period, limits: Limits) -> None:
    described = embeds.alt_text(made(past(period, day(hours=range(200, 0, -1))), limits))
    for word in (period.words, "Memory", "CPU", "Disk", "Network", "State", f"{NOW:%Y-%m-%d %H:%M} UTC"):
        assert word in described
    assert len(described) <= embeds.ALT_LIMIT


def test_the_description_of_nothing() -> None:
    assert "no data" in embeds.alt_text(made(past(Period.DAY, [])))
