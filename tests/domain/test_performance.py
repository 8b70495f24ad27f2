"""What a period shows: every number from the samples, gaps count for nothing, evenings are no growth."""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.formatting import percent, size, sparkline
from bot.domain.observation import Limits
from bot.domain.performance import Period, disk_forecast, report
from bot.domain.trends import Forecast, Slope, TooEarly, daily_slope, describe_change, slope
from bot.domain.usage_history import columns
from tests.support.past_periods import DAY, GIB, HOUR, LIMITS, NOW, past, point


def waves(days: float, change: Callable[[float], float]) -> list[tuple[float, float]]:
    """Make a value with a busy evening each day, an hour a sample."""
    dice = random.Random(1)
    return [
        (
            at * float(HOUR),
            50 + 20 * math.cos((at % 24 - 20) / 24 * 2 * math.pi) + dice.gauss(0, 2) + change(at / 24),
        )
        for at in range(int(days * 24))
    ]


def test_a_report_sums_up_what_was_seen() -> None:
    half = [point(HOUR * number) for number in range(12, 0, -1)]
    result = report(past(Period.DAY, half), LIMITS, java=False)
    assert result is not None
    assert result.seen_percent == 50
    assert result.memory.percent(result.memory.band.mean) == 50
    assert result.cpu.percent(result.cpu.band.high) == pytest.approx(27.5)
    assert (result.total.uptime_percent, result.total.restarts, result.rates) == (100, 0, (1000, 4000))
    assert result.advice == ()


def test_nothing_seen_is_no_report() -> None:
    assert report(past(Period.DAY, []), LIMITS, java=False) is None


def test_time_offline_and_restarts_count() -> None:
    points = [point(HOUR * 3), point(HOUR * 2, running=0, offline=5), point(HOUR, restarts=1)]
    result = report(past(Period.DAY, points), LIMITS, java=False)
    assert result is not None
    assert (round(result.total.uptime_percent), result.total.restarts) == (67, 1)


@pytest.mark.parametrize(
    ("used", "java", "says"),
    [
        ({"memory": 2.7}, False, []),
        ({"memory": 2.9}, False, ["Memory averaged 72%"]),
        ({"memory": 2.9}, True, []),
        ({"cpu": 119.0}, False, []),
        ({"cpu": 125.0}, False, ["CPU averaged 62%"]),
        ({"disk": 16.5}, False, ["The disk is at 82%"]),
        ({"memory": 3.9, "cpu": 190.0, "disk": 18.0}, False, ["The disk", "Memory", "CPU"]),
    ],
)
def test_advice_follows_from_the_numbers(used: dict[str, Any], java: bool, says: list[str]) -> None:
    points = [point(HOUR * number, **used) for number in range(24, 0, -1)]
    result = report(past(Period.DAY, points), LIMITS, java=java)
    assert result is not None
    assert len(result.advice) == len(says)
    for line, start in zip(result.advice, says, strict=True):
        assert line.text.startswith(start)


def test_without_limits_nothing_is_judged() -> None:
    points = [point(HOUR * number, 99, 900, 99) for number in range(24, 0, -1)]
    result = report(past(Period.DAY, points), Limits(), java=False)
    assert result is not None
    assert (result.advice, result.full) == ((), None)
    assert result.memory.percent(1.0) is None


def test_a_disk_that_fills_is_forecast_whatever_period_is_shown() -> None:
    recent = [point(HOUR * number, disk=18 - number / 24) for number in range(48, 0, -1)]
    full = disk_forecast(recent, LIMITS)
    assert isinstance(full, Forecast)
    assert 2 < full.days < 2.2
    shown = report(past(Period.HOUR, recent[-1:], recent), LIMITS, java=False)
    assert shown is not None
    assert shown.full == full
    assert shown.advice[0].text.startswith("The disk is full in about 2 days")


def test_busy_evenings_are_no_growth() -> None:
    for offset in range(24):
        series = waves(7, lambda _: 0.0)[offset:]
        slope = daily_slope(series)
        assert isinstance(slope, Slope)
        assert slope.low * DAY < 0.2 and slope.high * DAY > -0.2


def test_growth_under_busy_evenings_is_found() -> None:
    slope = daily_slope(waves(7, lambda days: 1.5 * days))
    assert isinstance(slope, Slope)
    assert slope.low * DAY < 1.5 < slope.high * DAY
    assert slope.middle * DAY == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize(("days", "left_days"), [(0, 3), (1, 2 + 1 / 24), (2.5, 0.5 + 1 / 24)])
def test_days_are_needed_for_a_change_a_day(days: float, left_days: float) -> None:
    slope = daily_slope(waves(days, lambda _: 0.0))
    assert isinstance(slope, TooEarly)
    assert slope.seconds_left == pytest.approx(left_days * DAY)


def test_one_sample_a_day_is_too_few() -> None:
    assert isinstance(daily_slope([(number * float(DAY), 1.0) for number in range(4)]), TooEarly)


def test_a_short_time_needs_half_of_it() -> None:
    series = [(60.0 * number, float(number)) for number in range(31)]
    assert isinstance(slope(series, 1800), Slope)
    assert isinstance(slope(series[:-1], 1800), TooEarly)


@pytest.mark.parametrize(
    ("trend", "limit", "hourly", "said"),
    [
        (Slope(0.02, 0.01, 0.03), 100 * 864, False, "↗ rising 2.0 points a day (1.0 to 3.0)"),
        (Slope(-0.02, -0.03, -0.01), 100 * 864, False, "↘ falling 2.0 points a day (1.0 to 3.0)"),
        (Slope(0.01, -0.01, 0.03), 100 * 864, False, "→ steady (-1.0 to +3.0 points a day)"),
        (Slope(0, 0, 0), 100, False, "→ steady"),
        (Slope(1e-9, 1e-9, 1e-9), 100, False, "→ steady"),
        (Slope(GIB / 3600, GIB / 7200, GIB / 1800), None, True, "↗ rising 1 GiB an hour (512 MiB to 2 GiB)"),
        (TooEarly(3600), 100, False, "too early for a trend: 1 h to go"),
    ],
)
def test_trends_in_words(trend: Slope | TooEarly, limit: float | None, hourly: bool, said: str) -> None:
    assert describe_change(trend, limit, size, hourly=hourly) == said


def test_columns_are_means_of_equal_parts() -> None:
    points = [point(3600, cpu=10), point(3540, cpu=30, observations=10), point(60, cpu=70)]
    now = NOW.timestamp()
    result = columns(points, now - 3600, now, 6, lambda moment: moment.cpu.mean)
    assert result == [pytest.approx((10 * 5 + 30 * 10) / 15), None, None, None, None, 70]


def test_a_sparkline_has_a_dot_where_there_is_no_sample() -> None:
    assert sparkline([0, 50, None, 100, 130], 100) == "▁▅·██"
    assert percent(0) == "0%"
