"""Trends that outliers do not bend, forecasts that say how sure they are, or that it is too early."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trends import Forecast, Slope, TooEarly, describe_forecast, forecast, slope
from bot.domain.usage_advice import Measure, advice
from bot.domain.usage_history import Band, Point, summary

HOUR, DAY = 3600, 86_400


def line(days: float, start: float, a_day: float, step_s: int = 300) -> list[tuple[float, float]]:
    return [(at, start + a_day * at / DAY) for at in range(0, int(days * DAY), step_s)]


def test_a_steady_growth_is_found_exactly() -> None:
    trend = forecast(line(2, 10, 5), 100)
    assert isinstance(trend, Forecast)
    assert (trend.days, trend.soonest, trend.latest) == pytest.approx((16, 16, 16), rel=0.01)
    assert describe_forecast(trend).startswith("full in about 16 days")


def test_a_few_wild_points_do_not_bend_it() -> None:
    series = [
        (at, 1e6 if number % 10 == 3 else value) for number, (at, value) in enumerate(line(1, 0, 24, HOUR))
    ]
    trend = slope(series)
    assert isinstance(trend, Slope)
    assert trend.middle * DAY == pytest.approx(24, rel=0.05)


def test_before_six_hours_it_is_too_early() -> None:
    trend = forecast(line(0.2, 10, 5), 100)
    assert isinstance(trend, TooEarly)
    assert "too early" in describe_forecast(trend)
    assert isinstance(slope([]), TooEarly)
    assert isinstance(slope([(0, 1), (DAY, 2)]), TooEarly)


def test_what_does_not_grow_is_never_full_and_what_is_full_is_full_now() -> None:
    still, over = forecast(line(1, 10, 0), 100), forecast(line(1, 200, 1), 100)
    assert isinstance(still, Forecast)
    assert (still.days, describe_forecast(still)) == (math.inf, "not filling up")
    assert isinstance(over, Forecast)
    assert over.days == 0


def test_a_noisy_growth_says_so() -> None:
    assert (
        describe_forecast(Forecast(10, 4, math.inf))
        == "may be full in about 10 days, at the soonest in 4 days"
    )


@given(st.lists(st.floats(0, 1e12), min_size=20, max_size=400))
def test_bounds_hold_the_middle(values: list[float]) -> None:
    trend = slope([(number * 1800.0, value) for number, value in enumerate(values)])
    assert isinstance(trend, Slope)
    assert trend.low <= trend.middle <= trend.high


def point(at: int, cpu: float, observations: int = 5, running: int = 5, restarts: int = 0) -> Point:
    band = Band(cpu - 1, cpu, cpu + 1)
    return Point(at, band, band, band, None, None, observations, running, observations - running, restarts)


def test_a_period_in_numbers() -> None:
    result = summary([point(0, 10), point(300, 40, observations=10, running=5, restarts=2)])
    assert result is not None
    assert (result.cpu, result.restarts) == (Band(9, 30, 41), 2)
    assert result.uptime_percent == pytest.approx(66.7, abs=0.1)
    assert summary([]) is None


def test_advice_follows_from_numbers() -> None:
    assert advice(memory=70, cpu=60, disk=80, java=False) == []
    assert advice(memory=None, cpu=None, disk=None, java=False) == []
    full = Forecast(6, 5, 8)
    said = advice(memory=71, cpu=61, disk=81, java=False, full=full)
    assert [(item.measure, item.text.partition(".")[0]) for item in said] == [
        (Measure.DISK, "The disk is full in about 6 days (between 5 days and 8 days)"),
        (Measure.DISK, "The disk is at 81%"),
        (Measure.MEMORY, "Memory averaged 71%"),
        (Measure.CPU, "CPU averaged 61% of its limit"),
    ]
    assert [item.is_warning for item in said] == [True, False, False, False]
    assert advice(memory=99, cpu=0, disk=0, java=True) == []
