"""When which server is looked at."""

import logging

import pytest

from bot.monitoring.schedule import (
    SOON_POLLS,
    SOON_S,
    PollSchedule,
    interval_s,
)
from bot.panel import BudgetView

UNKNOWN = BudgetView(None, None, None)


@pytest.mark.parametrize(
    ("servers", "limit", "longest"),
    [
        (0, 256, 60),
        (1, 60, 60),
        (100, 256, 60),
        (130, 256, 60),
        (160, 256, 70),
        (1000, 256, 500),
        (390, 720, 60),
        (1000, 720, 160),
        (1000, None, 60),
        (10, 1, 600),
    ],
)
def test_the_interval_grows_with_what_the_budget_cannot_carry(
    servers: int, limit: int | None, longest: float
) -> None:
    interval = interval_s(60, servers, BudgetView(limit, limit, None))
    assert 60 <= interval <= longest
    if limit is not None and servers:
        assert 60 * servers / interval <= max(1, 0.7 * limit)


def test_a_round_is_even_from_the_start_and_everybody_has_a_turn_each() -> None:
    pace = PollSchedule("main", 60)
    uuids = [f"s{number}" for number in range(600)]
    pace.set_servers(uuids, 0, UNKNOWN)
    turns: list[str] = []
    for second in range(180):
        due = pace.due(second, 1000)
        assert len(due) <= 11
        turns += due
        for uuid in due:
            pace.reschedule(uuid, second)
    assert {turns.count(uuid) for uuid in uuids[:590]} == {3}


def test_first_polls_leave_the_budget_to_live_connections() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers([f"s{number}" for number in range(1600)], 0, BudgetView(256, 256, 60), 174)
    assert len(pace.due(600, 1600)) <= 12


def test_no_more_are_taken_out_than_there_is_room_for() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers([f"s{number}" for number in range(60)], 0, UNKNOWN)
    assert len(pace.due(1000, 7)) == 7
    assert len(pace.due(1000, 100)) == 53


def test_new_servers_are_spread_and_gone_ones_lose_their_turn() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers(["a", "b"], 0, UNKNOWN)
    pace.set_servers(["b", *(f"new {number}" for number in range(58))], 10, UNKNOWN)
    seen = []
    for second in range(10, 71):
        due = pace.due(second, 100)
        assert len(due) <= 3
        seen += due
    assert sorted(seen) == sorted(["b", *(f"new {number}" for number in range(58))])


def test_a_second_poll_comes_soon_but_not_forever() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers(["a"], 0, UNKNOWN)
    now, gaps = 0.0, []
    for _ in range(SOON_POLLS + 2):
        assert pace.due(now, 10) == ["a"]
        pace.reschedule("a", now, soon=True)
        gaps.append(pace.next_s() - now)
        now = pace.next_s()
    assert gaps[:SOON_POLLS] == [SOON_S] * SOON_POLLS
    assert max(gaps[SOON_POLLS:]) <= 60
    assert pace.due(now, 10) == ["a"]
    pace.reschedule("a", now)
    pace.due(now + 60, 10)
    pace.reschedule("a", now + 60, soon=True)
    assert pace.next_s() == now + 60 + SOON_S


def test_a_late_server_is_not_polled_twice_in_a_row() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers(["a"], 0, UNKNOWN)
    assert pace.due(45, 10) == ["a"]
    assert pace.late_s(45) == 0
    pace.reschedule("a", 45)
    assert pace.next_s() == 105


def test_spreading_the_polls_starts_the_schedule_over() -> None:
    pace = PollSchedule("main", 60)
    pace.set_servers([f"s{number}" for number in range(60)], 0, UNKNOWN)
    assert pace.late_s(500) == 500
    pace.spread(500)
    assert pace.late_s(500) == 0
    assert len(pace.due(510, 100)) == 11


def test_the_log_says_once_that_polls_are_rarer_and_once_that_they_are_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    pace = PollSchedule("main", 60)
    pace.set_servers([f"s{number}" for number in range(300)], 0, UNKNOWN)
    pace.set_budget(UNKNOWN)
    for remaining in (255, 200, 90):
        pace.set_budget(BudgetView(256, remaining, 5))
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    pace.set_budget(BudgetView(720, 200, 5))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
