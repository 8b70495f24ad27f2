"""What a node says when a process ends, read from recorded sessions and from written ones."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.process_console import MOST_CHARACTERS, MOST_LINES, ProcessConsole
from bot.domain.process_end import ProcessEnd
from bot.panel.models import PowerState
from tests.support.recordings import socket_recordings

START = datetime(2026, 11, 23, tzinfo=UTC)
DAEMON = "\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m {}\x1b[0m"


def ends_of(name: str) -> list[ProcessEnd]:
    """Feed a recorded session to a console, and take every end as soon as there is one."""
    console, ends = ProcessConsole(), []
    for frame in socket_recordings()[name]["frames"]:
        if frame.get("dir") != "in" or not str(frame.get("data")).startswith("{"):
            continue
        said = json.loads(frame["data"])
        at = START + timedelta(seconds=frame["t"])
        if said["event"] == "status":
            console.changed(PowerState(said["args"][0]), at)
        elif said["event"] == "stats":
            console.changed(PowerState(json.loads(said["args"][0])["state"]), at)
        elif said["event"] == "console output":
            console.said(said["args"][0])
        if console.has_end and (end := console.take_end(str)) is not None:
            ends.append(end)
    if console.is_ending and (end := console.take_end(str)) is not None:
        ends.append(end)
    return ends


@pytest.mark.parametrize(
    "form",
    [
        DAEMON,
        DAEMON.replace("Pterodactyl", "My Panel"),
        "\x1b[1;33m[Calagopus Daemon]:\x1b[0m \x1b[1m{}\x1b[0m",
    ],
)
def test_exit_code_is_read_from_every_nodes_own_lines(form: str) -> None:
    console = ProcessConsole()
    console.changed(PowerState.RUNNING, START)
    console.changed(PowerState.OFFLINE, START)
    for text in ("Exit code: 137", "Out of memory: true", "Aborting automatic restart, last crash occurred"):
        console.said(form.format(text))
    assert console.has_end
    end = console.take_end(str)
    assert end is not None
    assert (end.exit_code, end.oom_killed, end.restarted_by_wings) == (137, True, False)


@pytest.mark.parametrize("name", ["ws-kill9-twice-within-60-s", "ws-kill9-twice-within-60-s-as-subuser"])
def test_two_kills_in_a_minute_are_a_crash_and_a_node_that_gives_up(name: str) -> None:
    first, second = ends_of(name)
    assert (first.exit_code, first.oom_killed, first.restarted_by_wings) == (137, False, True)
    assert (second.exit_code, second.oom_killed, second.restarted_by_wings) == (137, False, False)
    assert (second.at - first.at).total_seconds() == pytest.approx(5.78, abs=0.01)
    for end in (first, second):
        assert end.lines[-1] == '[Server thread/INFO]: Done (1.0s)! For help, type "help"'
        assert sum("Starting rec game rig" in line for line in end.lines) == 1, "of one process alone"
        assert not [line for line in end.lines if "Daemon" in line]


def test_crash_at_the_start_keeps_the_line_that_says_why() -> None:
    first, second = ends_of("ws-crash-twice")
    assert first.exit_code == second.exit_code == 255
    assert first.lines[-1].endswith("ERROR: couldn't register interface storage. null pointer given")
    assert (first.restarted_by_wings, second.restarted_by_wings) == (True, False)


def test_exit_with_code_0_is_a_crash_to_the_node() -> None:
    (end,) = ends_of("ws-process-killed-from-outside")
    assert (end.exit_code, end.restarted_by_wings) == (0, True)


@pytest.mark.parametrize("name", ["ws-stop-by-signal", "ws-stop-ignored-then-kill"])
def test_stop_that_was_asked_for_has_no_exit_code(name: str) -> None:
    assert [end.exit_code for end in ends_of(name)] == [None]


def test_what_a_game_prints_is_not_what_the_node_says() -> None:
    console = ProcessConsole()
    console.changed(PowerState.RUNNING, START)
    console.changed(PowerState.OFFLINE, START)
    for line in ("Exit code: 5", "[Pterodactyl Daemon]: Exit code: 5", "Out of memory: true"):
        console.said(line)
    end = console.take_end(str)
    assert end is not None
    assert (end.exit_code, end.oom_killed) == (None, None)


def test_lines_are_bounded_in_number_and_in_size() -> None:
    console = ProcessConsole()
    console.changed(PowerState.RUNNING, START)
    for number in range(1000):
        console.said(f"line {number}")
    console.said("x" * 1024 * 1024)
    for number in range(50):
        console.said("y" * 1000 + str(number))
    console.changed(PowerState.OFFLINE, START)
    end = console.take_end(str)
    assert end is not None
    assert len(end.lines) <= MOST_LINES
    assert sum(map(len, end.lines)) <= MOST_CHARACTERS
    assert end.lines[-1].endswith("49")


def test_line_that_a_mask_takes_away_is_not_kept() -> None:
    console = ProcessConsole()
    console.changed(PowerState.RUNNING, START)
    console.said("secret")
    console.said("\x1b[31mred\x1b[0m")
    console.changed(PowerState.OFFLINE, START)
    end = console.take_end(lambda line: None if line == "secret" else line)
    assert end is not None
    assert end.lines == ("red",)


def test_crash_that_the_node_reports_late_is_reported_once_more() -> None:
    console = ProcessConsole()
    console.changed(PowerState.RUNNING, START)
    console.changed(PowerState.OFFLINE, START)
    assert console.take_end(str) is not None
    was_ending = console.is_ending
    assert not was_ending
    for text in ("---------- Detected server process in a crashed state! ----------", "Exit code: 1"):
        console.said(DAEMON.format(text))
    assert console.is_ending
    console.said(DAEMON.format("Updating process configuration files..."))
    assert console.has_end
    end = console.take_end(str)
    assert end is not None
    assert (end.exit_code, end.restarted_by_wings) == (1, True)
