"""How long a server has been empty, by counts that come now and then."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.idle import Emptiness, IdleRule, counted

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("before", "players", "at", "empty"),
    [
        (None, 0, 0, Emptiness(NOW, NOW)),
        (Emptiness(NOW, NOW), 0, 5, Emptiness(NOW, minutes(5))),
        (Emptiness(NOW, NOW), 2, 5, None),
        (Emptiness(NOW, NOW), None, 2, Emptiness(NOW, NOW)),
        (Emptiness(NOW, NOW), None, 4, None),  # somebody may have come and gone
        (None, None, 0, None),
        (None, 3, 0, None),
    ],
)
def test_only_counts_in_a_row_make_it_empty(
    before: Emptiness | None, players: int | None, at: float, empty: Emptiness | None
) -> None:
    assert counted(before, players, minutes(at)) == empty


@pytest.mark.parametrize(("after_min", "warned_min"), [(30, 5), (10, 5), (6, 3)])
def test_people_are_warned_within_the_time(after_min: int, warned_min: int) -> None:
    rule = IdleRule("main", "1a7ce997", 1, after_min * 60, 2, 3, NOW)
    assert rule.warned == timedelta(minutes=warned_min)
    empty = Emptiness(NOW, NOW)
    assert not empty.is_due(rule, minutes(after_min - warned_min - 1))
    assert empty.is_due(rule, minutes(after_min - warned_min))
