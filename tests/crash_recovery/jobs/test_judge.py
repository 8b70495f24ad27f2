"""The judge of jobs: what it must find, in rounds that were written by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    CalledOff,
    CountdownPlan,
    Job,
    JobEnding,
    JobKind,
    JobServer,
    JobStep,
    StepKind,
)
from bot.domain.jobs import StepOutcome as Outcome
from bot.domain.observation import ServerKey
from tests.crash_recovery.jobs.judge import compare
from tests.crash_recovery.jobs.people import Abort, Asked, Said
from tests.crash_recovery.jobs.round import Played
from tests.crash_recovery.jobs.servers import FLEET, Log
from tests.crash_recovery.pace import EPOCH

KEY = ServerKey("main", "uuid-1")
STEPS = (StepKind.WARNING, StepKind.STOP, StepKind.START)


def at(second: float) -> datetime:
    return EPOCH + timedelta(seconds=second)


def restart() -> Job:
    """Return a restart that was done."""
    steps = [
        JobStep(KEY, kind, 0, at(10 * number), at(10 * number + 5), Outcome.DONE)
        for number, kind in enumerate(STEPS)
    ]
    job = Job(1, JobKind.RESTART, 2, 3, 4, at(0), CountdownPlan((60,)), "nonce", at(10))
    server = JobServer(KEY, "Alder", "node-1")
    return replace(job, ending=JobEnding.DONE, ended_at=at(30), servers=(server,), steps=tuple(steps))


def played(job: Job) -> Played:
    """Return a round with this job, which was struck by a kill."""
    message = {"first": {"embeds": [], "components": [{"type": 10, "content": "-# job 1"}]}, "edits": []}
    return Played(
        1,
        kills=1,
        open_at_kills=[frozenset({1})],
        said=Said(asked=[Asked(JobKind.RESTART, ["Alder"], at(0), begun=True)]),
        jobs=[job],
        logs={"uuid-1": Log({"stop": [at(11)], "start": [at(21)]}, warnings=[at(1)])},
        states={"uuid-1": "running"},
        messages=[message | {"embeds": [], "direct": False}],
    )


def test_a_restart_that_was_resumed_is_well() -> None:
    verdict = compare(played(restart()))
    assert verdict.wrong == []
    assert (verdict.jobs, verdict.struck, verdict.resumed, verdict.settled) == (1, 1, 1, 0)


def _stop_twice(round_: Played) -> None:
    round_.logs["uuid-1"].signals["stop"].append(at(12))


def _warn_twice(round_: Played) -> None:
    round_.logs["uuid-1"].warnings.append(at(2))


def _start_later(round_: Played) -> None:
    round_.logs["uuid-1"].signals["start"].append(at(500))


@pytest.mark.parametrize("twice", [_stop_twice, _warn_twice, _start_later])
def test_what_the_panel_got_twice_is_doubled(twice: Callable[[Played], None]) -> None:
    round_ = played(restart())
    twice(round_)
    verdict = compare(round_)
    assert verdict.doubled != []
    assert verdict.lost == verdict.stopped == []


def test_a_job_that_stays_open_is_lost() -> None:
    assert compare(played(replace(restart(), ending=None))).lost == ["job 1 (restart of Alder) never ended"]


@pytest.mark.parametrize("server", ["Birch", "Alder"])  # the row of Alder is that of its first restart
def test_a_job_that_the_bot_promised_and_never_stored_is_lost(server: str) -> None:
    round_ = played(restart())
    round_.said.asked.append(Asked(JobKind.RESTART, [server], at(0), begun=True))
    assert compare(round_).lost == [f"a restart of {server} was begun at {at(0):%H:%M:%S} and has no row"]


def test_a_bulk_action_without_a_server_that_needs_nothing_is_not_lost() -> None:
    round_ = played(restart())
    server = JobServer(ServerKey("main", "uuid-2"), "Fleet-2", "node-1")
    plan = BulkPlan(BulkAction.STOP)
    bulk = replace(restart(), id=2, kind=JobKind.BULK, plan=plan, servers=(server,), steps=())
    round_.said.asked.append(Asked(JobKind.BULK, FLEET, at(0), begun=True))
    assert len(compare(round_).lost) == 1
    round_.jobs = [restart(), bulk]
    round_.logs = {**round_.logs, "uuid-2": Log()}
    assert compare(round_).lost == []


def test_a_server_that_stays_off_after_a_restart_is_found() -> None:
    round_ = played(restart())
    round_.states = {"uuid-1": "offline"}
    assert len(compare(round_).stopped) == 1


def test_a_job_that_goes_on_after_its_abort_is_found() -> None:
    round_ = played(restart())
    round_.said.aborts.append(Abort(1, at(5)))
    assert any("was aborted, and went on" in text for text in compare(round_).odd)
    round_.jobs = [replace(restart(), called_off=CalledOff.PERSON, ending=JobEnding.CALLED_OFF)]
    assert any("was aborted, and began stop" in text for text in compare(round_).odd)


def test_a_job_without_a_message_and_one_with_two_are_found() -> None:
    round_ = played(restart())
    round_.messages = [*round_.messages, *round_.messages]
    assert compare(round_).odd == ["job 1 (restart of Alder) has 2 messages"]
    round_.messages = []
    assert compare(round_).odd == ["job 1 (restart of Alder) has 0 messages"]
