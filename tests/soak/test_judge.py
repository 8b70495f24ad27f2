"""The judges themselves: what they must find, in a log that was written by hand."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from tests.soak.census import measure
from tests.soak.growth import calm_size, growth
from tests.soak.judge import compare
from tests.soak.lateness import waits_s
from tests.soak.truth import Change, End, Truth
from tests.soak.verdict import StoredObservation, Verdict

SERVER = "5e1f0000-0000-4000-8000-000000000000"
CRASH, RESTART = End(exit_code=137), End(asked_by="restart in the panel, by owner")
SOCKET: Any = object()
BEGAN = 1_000.0
"""When the process ends that has run since before the log."""


def change(at: float, state: str, end: End | None = None, *, is_said: bool = True) -> Change:
    return Change(BEGAN + at, state, end, {SOCKET} if is_said else set())


def observation(at: float, state: str, uptime_s: float = 0.0, **facts: Any) -> StoredObservation:
    return replace(
        StoredObservation(SERVER, BEGAN + at, BEGAN + at + 0.2, state, "socket", uptime_s), **facts
    )


def changes(end: End, *, is_said: bool = True) -> list[Change]:
    """Let a process end at 0, and another one be up after four seconds."""
    return [
        change(-100, "running"),
        change(0, "offline", end, is_said=is_said),
        change(0.1, "starting", is_said=is_said),
        change(4, "running", is_said=is_said),
    ]


def observations(**of_end: Any) -> list[StoredObservation]:
    return [
        observation(-99, "running", 5_000.0),
        observation(0, "offline", **of_end),
        observation(0.1, "starting"),
        observation(4.5, "running", 3.0),
    ]


CRASHED: dict[str, Any] = {"crashes": 1, "exit_code": 137}


def judged(log: list[Change], stored: list[StoredObservation], **truth: Any) -> Verdict:
    return compare(Truth({SERVER: log}, {SERVER: "node-1"}, **truth), stored)


def test_nothing_is_wrong_with_what_was_stored_as_it_was() -> None:
    verdict = judged(changes(CRASH), observations(**CRASHED))
    assert verdict.wrong == []
    row = verdict.rows["socket"]
    assert (row.changes, len(row.delays), row.excused) == (3, 3, 0)
    assert judged(changes(RESTART), observations(asked_by=RESTART.asked_by)).wrong == []


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda stored: stored.pop(2), "starting at 1000.10 was said by socket and not stored"),
        (lambda stored: stored.insert(1, stored.pop(2)), "not after what was stored before"),
        (lambda stored: stored.__setitem__(1, replace(stored[1], crashes=0)), "was reported as 0 crashes"),
        (lambda stored: stored.append(replace(stored[-1], crashes=1)), "was reported as 2 crashes"),
        (lambda stored: stored.__setitem__(1, replace(stored[1], exit_code=1)), "with exit code 1"),
        (lambda stored: stored.__setitem__(2, replace(stored[2], stored_at=BEGAN + 3)), "stored 2.9 s later"),
        (lambda stored: stored.append(observation(9, "offline")), "offline was stored by socket"),
        (lambda stored: stored.pop(), "is how it is at the end, and was not stored"),
    ],
)
def test_what_is_missing_late_doubled_or_untrue_is_found(
    spoil: Callable[[list[StoredObservation]], object], found: str
) -> None:
    stored = observations(**CRASHED)
    spoil(stored)
    assert any(found in text for text in judged(changes(CRASH), stored).wrong)


def test_a_stop_that_was_asked_for_is_no_crash_and_has_its_reason() -> None:
    assert "reported as 1 crashes" in judged(changes(RESTART), observations(**CRASHED)).wrong[0]
    assert "asked for by ['None']" in judged(changes(RESTART), observations()).wrong[0]


def test_an_unsaid_change_is_excused_only_while_polling_cannot_see_it() -> None:
    polled = [
        observation(-99, "running", 5_000.0),
        observation(30, "running", 28.5, source="poll", crashes=1),
    ]
    verdict = judged(changes(CRASH, is_said=False), polled)
    assert (verdict.wrong, verdict.rows["nobody"].excused) == ([], 2)
    late = [*changes(CRASH, is_said=False)[:2], change(200, "starting", is_said=False)]
    (missed, *_) = judged(late, [observation(-99, "running", 5_000.0), observation(200.5, "starting")]).wrong
    assert "was said by nobody and not stored; it lasted 200.00 s" in missed


def test_what_a_node_listed_must_have_been_stored() -> None:
    log = changes(CRASH, is_said=False)
    log[2].listed_at = BEGAN + 1
    stored = [
        observation(-99, "running", 5_000.0),
        observation(30, "running", 28.5, source="poll", crashes=1),
    ]
    assert "starting at 1000.10 was said by node and not stored" in judged(log, stored).wrong[0]


def ends_within_a_poll(second: End) -> list[Change]:
    """Let a process crash at 0, and the next one end after 11 seconds, with nobody connected."""
    return [
        *changes(CRASH, is_said=False),
        change(15.6, "offline", second, is_said=False),
        change(15.7, "starting", is_said=False),
        change(19.7, "running", is_said=False),
    ]


POLLED_OFFLINE = observation(0.05, "offline", source="poll", is_unexpected=True)
LATER = observation(26, "running", 8.0, source="poll", asked_by=RESTART.asked_by)


@pytest.mark.parametrize(
    ("second", "between", "later", "found"),
    [
        (CRASH, POLLED_OFFLINE, replace(LATER, crashes=1), []),
        (RESTART, POLLED_OFFLINE, LATER, []),
        (RESTART, POLLED_OFFLINE, replace(LATER, asked_by=None), []),  # started by it, from offline
        (CRASH, POLLED_OFFLINE, replace(LATER, crashes=0), ["2 ends, 0 crashes"]),
        (CRASH, POLLED_OFFLINE, replace(LATER, crashes=3), ["2 ends, 3 crashes"]),
        (CRASH, replace(POLLED_OFFLINE, is_unexpected=False), LATER, ["was reported as 0 crashes"]),
        (CRASH, observation(5, "running", 4.0, source="poll"), LATER, ["was reported as 0 crashes"]),
    ],
)
def test_crash_that_was_only_polled_offline_counts_once_the_server_is_seen_up_maybe_after_another_end(
    second: End, between: StoredObservation, later: StoredObservation, found: list[str]
) -> None:
    stored = [observation(-99, "running", 5_000.0), between, later]
    verdict = judged(ends_within_a_poll(second), stored)
    assert len(verdict.wrong) == len(found)
    assert all(text in wrong for text, wrong in zip(found, verdict.wrong, strict=True))
    assert verdict.merged == (not found or "2 ends" in found[0])


def test_what_a_connection_said_of_an_end_is_not_left_to_the_next_one() -> None:
    log = ends_within_a_poll(CRASH)
    log[1].sockets = {SOCKET}
    stored = [
        observation(-99, "running", 5_000.0),
        observation(0.05, "offline", is_unexpected=True),
        replace(LATER, crashes=1),
    ]
    assert "was reported as 0 crashes" in judged(log, stored).wrong[0]


def test_list_that_repeats_what_was_stored_must_be_stored_if_the_process_is_surely_another() -> None:
    log = changes(CRASH, is_said=False)
    log[3].listed_at = BEGAN + 10
    stored = [
        observation(-99, "running", 5_000.0),
        observation(40, "running", 38.5, source="poll", crashes=1),
    ]
    assert "said by node and stored 30.2 s later" in judged(log, stored).wrong[0]
    stored.insert(1, observation(-1, "running", 1.5, source="poll"))  # it may have begun at -1, too
    log.insert(1, change(-4, "starting", is_said=False))
    log.insert(2, change(-2, "running", is_said=False))
    verdict = judged(log, stored)
    assert (verdict.wrong, verdict.rows["node"].excused) == ([], 1)


def test_what_a_node_lists_is_of_when_it_answers_not_of_when_it_was_asked() -> None:
    stored = observations(**CRASHED)
    stored[1] = replace(stored[1], at=BEGAN - 1.5, source="node")
    log = changes(CRASH)
    assert "offline was stored by node" in judged(log, stored).wrong[0]
    assert judged(log, stored, listed=[BEGAN - 3, BEGAN + 0.05, BEGAN + 2]).wrong == []


def test_time_in_which_the_machine_ran_something_else_is_not_counted() -> None:
    stored = observations(**CRASHED)
    stored[2] = replace(stored[2], stored_at=BEGAN + 3)
    assert judged(changes(CRASH), stored, pauses=[(BEGAN + 2.5, 2.4)]).wrong == []


@pytest.mark.parametrize(
    ("dropped_s", "pauses", "is_excused"),
    [
        (0.9, [], True),
        (1.1, [], False),
        (2.9, [(BEGAN + 2.1, 2.0)], True),
        (3.2, [(BEGAN + 2.1, 2.0)], False),
    ],
)
def test_what_was_said_just_before_a_connection_was_dropped_may_not_have_arrived(
    dropped_s: float, pauses: list[tuple[float, float]], is_excused: bool
) -> None:
    log = changes(CRASH)
    log[2].dropped = {SOCKET: log[2].at + dropped_s}
    stored = observations(**CRASHED)
    del stored[2]
    assert (judged(log, stored, pauses=pauses).wrong == []) is is_excused


@pytest.mark.parametrize(
    ("pauses", "paused_s"),
    [
        ([], 0.0),
        ([(10.0, 1.0)], 0.0),
        ([(11.0, 2.0)], 1.0),
        ([(12.0, 2.0), (12.5, 1.0)], 2.5),
        ([(12.0, 2.0), (11.5, 1.0)], 2.0),
        ([(12.0, 1.0), (13.5, 0.5), (20.0, 1.0)], 1.5),
        ([(15.0, 1.0)], 0.0),
    ],
)
def test_a_time_grows_by_the_pauses_in_it_and_each_moment_counts_once(
    pauses: list[tuple[float, float]], paused_s: float
) -> None:
    assert Truth(pauses=pauses).paused_between(10.0, 12.5) == pytest.approx(paused_s)


SIZE = {
    "at": 0.0,
    "live": 5,
    "kept": 3,
    "files": 20,
    "of_store": 8,
    "sockets": 10,
    "resident_kib": 50_000,
    "tasks": {"watch": 1, "live connection to": 6, "pause of a live connection": 1},
    "entries": {"Hub._shared": 40},
}


def calm(**facts: Any) -> dict[str, Any]:
    return calm_size([SIZE | facts])


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({}, []),
        ({"tasks": {"watch": 2}}, ["tasks of watch: 1 -> 2"]),
        ({"tasks": {"forgotten": 1}}, ["tasks of forgotten: 0 -> 1"]),
        ({"tasks": {"live connection to": 40, "pause of a live connection": 35}}, []),
        ({"tasks": {"live connection to": 41}}, ["tasks of live connection to: 6 -> 41"]),
        ({"files": 23, "sockets": 13, "live": 7, "kept": 4}, []),
        ({"files": 21}, ["files: 12 -> 13"]),
        ({"sockets": 12, "kept": 4}, ["sockets: 2 -> 3"]),
        ({"of_store": 13}, []),
        ({"of_store": 14}, ["files of the store: 14"]),
        ({"entries": {"Hub._shared": 80}}, []),
        ({"entries": {"Hub._shared": 81}}, ["entries of Hub._shared: 40 -> 81"]),
    ],
)
def test_growth_is_named(after: dict[str, Any], found: list[str]) -> None:
    assert growth(calm(), calm(**after), [], servers=40) == found


def test_what_is_there_only_now_and_then_is_no_growth() -> None:
    busy = SIZE | {"tasks": {"watch": 1, "observation of": 9}, "files": 30}
    assert growth(calm(), calm_size([busy, SIZE]), [], servers=40) == []


def test_memory_may_grow_by_a_little_a_minute() -> None:
    def sizes(kib_a_minute: float) -> list[dict[str, Any]]:
        return [SIZE | {"at": 60.0 * number, "resident_kib": kib_a_minute * number} for number in range(20)]

    assert growth(calm(), calm(), sizes(60), servers=40) == []
    assert growth(calm(), calm(), sizes(70), servers=40) == ["memory: 70 KiB a minute"]


async def test_tasks_and_kept_connections_are_counted_by_name() -> None:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as session:
        async with session.get(sandbox.panel_url) as response:
            await response.read()
        resting = asyncio.create_task(asyncio.sleep(60), name=f"live connection to {SERVER}")
        size = measure()
        resting.cancel()
    assert size["kept"] == 1
    assert size["tasks"]["live connection to"] == 1
    assert size["tasks"][test_tasks_and_kept_connections_are_counted_by_name.__name__] == 1


BUSY = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); print(flush=True)\nwhile 1: 0"


async def test_time_in_which_something_else_runs_is_known() -> None:
    """Two busy processes that share a core wait for one another."""
    core = str(min(os.sched_getaffinity(0)))
    busy = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY, core, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    pids = [process.pid for process in busy]
    try:
        for process in busy:
            assert process.stdout is not None
            await process.stdout.readline()
        before_s = sum(waits_s(pids).values())
        async with asyncio.timeout(60):
            while sum(waits_s(pids).values()) < before_s + 0.2:  # noqa: ASYNC110 - in other processes
                await asyncio.sleep(0.01)
    finally:
        for process in busy:
            process.kill()
            await process.wait()
    assert waits_s(pids) == {}
