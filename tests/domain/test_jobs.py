"""What a restart or an idle stop does next, by its rows alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    CalledOff,
    CallOff,
    CountdownPlan,
    Finish,
    Job,
    JobEnding,
    JobKind,
    JobServer,
    JobStep,
    Move,
    Perform,
    SetDue,
    StepKind,
    StepOutcome,
    Wait,
    next_items,
    next_move,
)
from bot.domain.observation import ServerKey

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = ServerKey("main", "1a7ce997")
DONE, FAILED, UNKNOWN, SKIPPED = StepOutcome


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def step(
    kind: StepKind, outcome: StepOutcome | None = DONE, number: int = 0, settled_s: float = 0.0
) -> JobStep:
    settled_at = None if outcome is None else after(settled_s)
    return JobStep(KEY, kind, number, NOW, settled_at, outcome)


def job(
    *steps: JobStep,
    kind: JobKind = JobKind.RESTART,
    marks: Sequence[int] = (60, 10),
    backup: bool = False,
    when_empty: bool = False,
    due_s: float | None = 60.0,
    called_off: CalledOff | None = None,
) -> Job:
    return Job(
        1,
        kind,
        2,
        3,
        4,
        NOW,
        CountdownPlan(tuple(marks), backup, when_empty),
        "5",
        None if due_s is None else after(due_s),
        called_off=called_off,
        servers=(JobServer(KEY, "Survival", "falcon"),),
        steps=steps,
    )


STOP, START = step(StepKind.STOP), step(StepKind.START)
WARNED = step(StepKind.WARNING, number=60)
WARNED_LAST = step(StepKind.WARNING, number=10)
BACKED_UP = step(StepKind.BACKUP, settled_s=90)


@pytest.mark.parametrize(
    ("case", "at_s", "players", "move"),
    [
        # A restart that was asked for now.
        (job(due_s=None), 0, None, SetDue(after(60))),
        (job(due_s=None), 0, 0, SetDue(after(0))),
        (job(), 0, 3, Perform(StepKind.WARNING, 60)),
        (job(WARNED), 1, 3, Wait(after(50))),
        (job(WARNED), 50, 3, Perform(StepKind.WARNING, 10)),
        (job(WARNED, WARNED_LAST), 51, 3, Wait(after(60))),
        (job(WARNED, WARNED_LAST), 60, 3, Perform(StepKind.STOP)),
        (job(STOP), 70, None, Perform(StepKind.START)),
        (job(STOP, START), 80, None, Finish(JobEnding.DONE, START)),
        (job(due_s=0), 0, 0, Perform(StepKind.STOP)),
        # At a time: the marks that were passed before it was asked for are left out.
        (job(marks=(600, 300, 60, 10), due_s=420), 0, 3, Perform(StepKind.WARNING, 600)),
        (job(marks=(600, 300, 60, 10), due_s=7200), 0, 3, Wait(after(6600))),
        (job(marks=(), due_s=100), 0, 3, Wait(after(100))),
        # A backup first.
        (job(backup=True, due_s=None), 0, 3, Perform(StepKind.BACKUP)),
        (job(BACKED_UP, backup=True, due_s=None), 90, 3, SetDue(after(150))),
        (job(backup=True, due_s=7200), 0, 3, Wait(after(7200 - 60 - 600))),
        (job(backup=True, due_s=600), 0, 3, Perform(StepKind.BACKUP)),
        (job(BACKED_UP, backup=True, due_s=60), 90, 3, SetDue(after(150))),
        (job(BACKED_UP, backup=True, due_s=200), 90, 3, Wait(after(140))),
        # When empty.
        (job(when_empty=True, due_s=7200), 0, 3, Wait(after(7140))),
        (job(when_empty=True, due_s=7200), 0, 0, Perform(StepKind.STOP)),
        (job(when_empty=True, due_s=7200, backup=True), 0, 0, Perform(StepKind.BACKUP)),
        (job(BACKED_UP, when_empty=True, due_s=7200, backup=True), 90, 2, Wait(after(7140))),
        (job(when_empty=True, due_s=60), 0, 3, Perform(StepKind.WARNING, 60)),
        # The bot was away when it was due: players still get a warning, but not hours later.
        (job(), 300, 3, SetDue(after(360))),
        (job(WARNED), 300, 3, SetDue(after(360))),
        (job(WARNED, WARNED_LAST), 300, 3, Perform(StepKind.STOP)),
        (job(), 3700, 3, CallOff(CalledOff.MISSED)),
        (job(STOP), 9999, None, Perform(StepKind.START)),
        # An idle stop.
        (job(kind=JobKind.IDLE), 0, 1, CallOff(CalledOff.JOINED)),
        (job(kind=JobKind.IDLE), 0, 0, Wait(after(50))),
        (job(kind=JobKind.IDLE), 60, 0, Perform(StepKind.STOP)),
        (job(kind=JobKind.IDLE, marks=()), 60, None, Wait(after(360))),
        (job(kind=JobKind.IDLE, marks=()), 360, None, CallOff(CalledOff.UNCOUNTED)),
        (job(STOP, kind=JobKind.IDLE), 61, None, Finish(JobEnding.DONE)),
    ],
)
def test_the_first_rule_with_an_answer_decides(
    case: Job, at_s: float, players: int | None, move: Move
) -> None:
    assert next_move(case, after(at_s), players) == move


@pytest.mark.parametrize(
    ("case", "move"),
    [
        (job(step(StepKind.WARNING, None, 60)), Perform(StepKind.WARNING, 60, resumes=True)),
        (job(step(StepKind.BACKUP, None), backup=True), Perform(StepKind.BACKUP, resumes=True)),
        (job(step(StepKind.STOP, None)), Perform(StepKind.STOP, resumes=True)),
        (job(STOP, step(StepKind.START, None)), Perform(StepKind.START, resumes=True)),
        (
            job(WARNED, step(StepKind.NOTICE, None), called_off=CalledOff.PERSON),
            Perform(StepKind.NOTICE, resumes=True),
        ),
    ],
)
def test_what_had_begun_is_taken_up_first(case: Job, move: Move) -> None:
    assert next_move(case, after(5000), 3) == move


@pytest.mark.parametrize(
    ("case", "failed"),
    [
        (job(step(StepKind.BACKUP, FAILED), backup=True), StepKind.BACKUP),
        (job(step(StepKind.BACKUP, UNKNOWN), backup=True), StepKind.BACKUP),
        (job(step(StepKind.STOP, FAILED)), StepKind.STOP),
        (job(STOP, step(StepKind.START, FAILED)), StepKind.START),
    ],
)
def test_a_failed_step_ends_it(case: Job, failed: StepKind) -> None:
    assert next_move(case, NOW, 3) == Finish(JobEnding.FAILED, case.step(failed))


@pytest.mark.parametrize(
    ("case", "move"),
    [
        (job(), Finish(JobEnding.CALLED_OFF)),
        (job(step(StepKind.WARNING, SKIPPED, 60)), Finish(JobEnding.CALLED_OFF)),
        (job(step(StepKind.BACKUP, None), backup=True), Finish(JobEnding.CALLED_OFF)),
        (job(WARNED), Perform(StepKind.NOTICE)),
        (job(step(StepKind.WARNING, UNKNOWN, 60)), Perform(StepKind.NOTICE)),
        (job(WARNED, step(StepKind.NOTICE)), Finish(JobEnding.CALLED_OFF)),
        (job(STOP), Perform(StepKind.START)),  # it was too late
    ],
)
def test_a_cancelled_restart_is_announced_to_players_who_were_warned(case: Job, move: Move) -> None:
    assert next_move(replace(case, called_off=CalledOff.PERSON), after(5), 3) == move


def bulk(count: int, *steps: JobStep, at_once: int = 2) -> Job:
    servers = tuple(
        JobServer(ServerKey("main", str(number)), f"Lobby {number}", "falcon" if number % 2 else "eagle")
        for number in range(count)
    )
    return replace(
        job(*steps, kind=JobKind.BULK), plan=BulkPlan(BulkAction.STOP, "", at_once), servers=servers
    )


def act(number: int, outcome: StepOutcome | None = DONE) -> JobStep:
    return replace(step(StepKind.ACT, outcome), server=ServerKey("main", str(number)))


def numbers(servers: Sequence[JobServer]) -> list[int]:
    return [int(server.key.uuid) for server in servers]


def test_so_many_servers_of_each_node_are_begun_at_once() -> None:
    assert numbers(next_items(bulk(9), [])) == [0, 1, 2, 3]
    assert numbers(next_items(bulk(9), [ServerKey("main", "0"), ServerKey("main", "1")])) == [2, 3]
    assert numbers(next_items(bulk(3, act(0), act(1), act(2)), [])) == []


def test_a_bulk_action_takes_up_what_had_begun_and_after_an_abort_nothing_else() -> None:
    assert numbers(next_items(bulk(9, act(0), act(7, None)), [])) == [7, 1, 2, 4]
    aborted = replace(bulk(9, act(0), act(7, None)), called_off=CalledOff.PERSON)
    assert numbers(next_items(aborted, [])) == [7]
