"""The benchmark of real time measures what it says: a short hour of few servers, and its table."""

import pytest

from benchmarks.realtime.hour import Hour, play
from benchmarks.realtime.skipping_loop import run_skipping
from benchmarks.realtime.table import Row, show


@pytest.mark.sweep
def test_hour_notifies_every_crash_by_live_connections() -> None:
    played = run_skipping(play(Hour(8, 256, 3, opening_s=60.0, length_s=1200.0)))
    assert (len(played.delays_s), played.missed) == (3, 0)
    assert played.opened_s is not None
    assert played.connected == 8
    assert set(played.tokens.values()) == {2}
    assert played.refused == 0
    assert played.commands_s


def test_hour_that_polls_makes_more_requests_and_no_connection() -> None:
    played = run_skipping(play(Hour(4, 256, 1, polls=True, opening_s=0.0, length_s=300.0)))
    assert (len(played.delays_s), played.missed) == (1, 0)
    assert played.connected == 0
    assert not played.tokens
    assert played.backups == 4
    assert played.requests > 4 * 4


def test_table_fails_only_for_a_bound_that_is_exceeded(capsys: pytest.CaptureFixture[str]) -> None:
    missed = Row("slow", "3 s", "60 s", "< 2 s", is_met=False, bound="< 4 s", is_within=True)
    exceeded = Row("slower", "5 s", "60 s", "< 2 s", is_met=False, bound="< 4 s", is_within=False)
    assert show("Real time", [missed]) == 0
    assert show("Real time", [missed, exceeded]) == 1
    printed = capsys.readouterr().out
    assert "missed" in printed
    assert "EXCEEDED" in printed
