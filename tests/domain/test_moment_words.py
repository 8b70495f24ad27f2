"""What people type for a time that lies ahead of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.moment_words import moment, span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)  # 14:30 in Berlin


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("in 30 minutes", "2026-11-25T14:00"),
        ("30 min", "2026-11-25T14:00"),
        ("in 2 h", "2026-11-25T15:30"),
        ("1h30m", "2026-11-25T15:00"),
        ("in 1 day", "2026-11-26T13:30"),
        ("at 16:00", "2026-11-25T15:00"),
        ("16:00", "2026-11-25T15:00"),
        ("at 14:30", "2026-11-26T13:30"),  # that is now: the next one is meant
        ("at 4:00", "2026-11-26T03:00"),
        ("Tomorrow 4:00", "2026-11-26T03:00"),
        ("tomorrow at 4 pm", "2026-11-26T15:00"),
        ("today 4pm", "2026-11-25T15:00"),
        ("12 am", "2026-11-25T23:00"),
        ("12:15 pm", "2026-11-26T11:15"),
        ("12:15 p.m.", "2026-11-26T11:15"),
        ("16.00", "2026-11-25T15:00"),
        ("in 1 week", "2026-12-02T13:30"),
        ("in 2 hours and 5 minutes", "2026-11-25T15:35"),
    ],
)
def test_a_moment_is_the_next_one_in_the_zone(typed: str, at: str) -> None:
    assert moment(typed, NOW, BERLIN) == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_time_on_the_night_in_which_clocks_change_is_one_of_the_new_day() -> None:
    before = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert moment("4:00", before, BERLIN) == datetime(2026, 3, 29, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "4",
        "at 4",
        "today 4:00",
        "25:00",
        "4:61",
        "13 pm",
        "0 am",
        "in 3 moons",
        "-5 min",
        "9999d " * 900,
    ],
)
def test_anything_else_is_none(typed: str) -> None:
    assert moment(typed, NOW, BERLIN) is None


def test_a_span_has_several_parts() -> None:
    assert span("1 h 30 min") == timedelta(minutes=90)
    assert span("at 4:00") is None


@given(st.text(max_size=30))
def test_nothing_that_is_typed_raises(typed: str) -> None:
    at = moment(typed, NOW, BERLIN)
    assert at is None or at >= NOW
