"""What people type for a time that lies behind them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.date_words import Period, period, tomorrow_morning

NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)  # a Wednesday


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "begin", "end"),
    [
        ("today", "2026-11-25", "2026-11-26"),
        ("Yesterday", "2026-11-24", "2026-11-25"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last  month", "2026-10-01", "2026-11-01"),
        ("october", "2026-10-01", "2026-11-01"),
        ("Oct", "2026-10-01", "2026-11-01"),
        ("december", "2025-12-01", "2026-01-01"),
        ("october 2025", "2025-10-01", "2025-11-01"),
        ("3 october", "2026-10-03", "2026-10-04"),
        ("october 3, 2025", "2025-10-03", "2025-10-04"),
        ("3. october 2025", "2025-10-03", "2025-10-04"),
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("2026-10-03", "2026-10-03", "2026-10-04"),
        ("3 days ago", "2026-11-22", "2026-11-23"),
        ("1 week ago", "2026-11-18", "2026-11-25"),
        ("2 months ago", "2026-09-01", "2026-10-01"),
        ("monday", "2026-11-23", "2026-11-24"),
        ("last wednesday", "2026-11-18", "2026-11-19"),
    ],
)
def test_a_period_is_understood(typed: str, begin: str, end: str) -> None:
    assert period(typed, NOW) == Period(day(begin), day(end))


def test_a_day_begins_where_people_are() -> None:
    local = NOW.astimezone(ZoneInfo("Pacific/Auckland"))  # 2:30 on the 26th
    typed_period = period("today", local)
    assert typed_period is not None
    assert typed_period.begin.astimezone(UTC) == datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    assert typed_period.end.astimezone(UTC) == datetime(2026, 11, 26, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "morning"), [(13, 26), (23, 26), (0, 25), (3, 25), (4, 26)])
def test_tomorrow_begins_in_the_morning_after_the_night(hour: int, morning: int) -> None:
    assert tomorrow_morning(NOW.replace(hour=hour)) == datetime(2026, 11, morning, 8, tzinfo=UTC)


def test_hours_are_counted_from_now() -> None:
    typed_period = period("2 hours ago", NOW)
    assert typed_period is not None
    assert datetime(2026, 11, 25, 11, 30, tzinfo=UTC) in typed_period
    assert datetime(2026, 11, 25, 8, 30, tzinfo=UTC) not in typed_period


@pytest.mark.parametrize(
    "typed", ["", "auto_2026", "oc", "31 february", "2026-13", "9999 months ago x", "to"]
)
def test_anything_else_is_no_period(typed: str) -> None:
    assert period(typed, NOW) is None


@given(st.text(max_size=30) | st.from_regex(r"\d{1,4} (hours|days|weeks|months) ago", fullmatch=True))
def test_no_text_raises(typed: str) -> None:
    typed_period = period(typed, NOW)
    assert typed_period is None or typed_period.begin < typed_period.end
