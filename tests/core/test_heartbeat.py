"""`quetzal health` says whether the running bot works."""

from pathlib import Path

import pytest

from bot.core.heartbeat import complaint, forget_heartbeat, write_heartbeat


def test_a_fresh_heartbeat_of_a_connected_bot_is_well(tmp_path: Path) -> None:
    write_heartbeat(tmp_path, at=1000.0)
    assert complaint(tmp_path, now=1020.0) is None
    assert [path.name for path in tmp_path.iterdir()] == ["heartbeat.json"]


@pytest.mark.parametrize("now", [1100.0, 900.0])
def test_an_old_heartbeat_or_one_of_a_clock_that_was_set_back_is_not(tmp_path: Path, now: float) -> None:
    write_heartbeat(tmp_path, at=1000.0)
    assert "seconds old" in (complaint(tmp_path, now=now) or "")


def test_a_failed_self_check_is_sent(tmp_path: Path) -> None:
    write_heartbeat(tmp_path, at=1000.0, problems=["Not connected to Discord for 3 min.", "And more."])
    assert complaint(tmp_path, now=1000.0) == "Not connected to Discord for 3 min. And more."


def test_a_bot_that_never_ran_or_stopped_on_purpose_is_not(tmp_path: Path) -> None:
    assert "No bot is running" in (complaint(tmp_path, now=0) or "")
    write_heartbeat(tmp_path, at=1000.0)
    forget_heartbeat(tmp_path)
    forget_heartbeat(tmp_path)
    assert "No bot is running" in (complaint(tmp_path, now=1000.0) or "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"at": "x", "problems": []}'])
def test_a_torn_file_is_not(tmp_path: Path, text: str) -> None:
    (tmp_path / "heartbeat.json").write_text(text)
    assert "cannot be read" in (complaint(tmp_path, now=0) or "")
