"""What a job with a countdown does next, by its rows alone: a bot that was killed goes on where it was.

The rules are tried in order and the first one that has an answer decides. A step that has begun and is not
settled is performed again by who knows how to find out whether it was done (`Perform.resumes`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.jobs.model import (
    CalledOff,
    CountdownPlan,
    Job,
    JobEnding,
    JobKind,
    JobStep,
    StepKind,
    StepOutcome,
)

BACKUP_LEAD = timedelta(minutes=10)
"""How long before the first warning a backup begins."""
MISSED_AFTER = timedelta(hours=1)
"""A restart that is later than that is not made up for: it is no longer expected."""
UNCOUNTED_AFTER = timedelta(minutes=5)
_LATE_COUNTDOWN_S = 60


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before that time, unless the players or the job change."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Perform:
    """Take a step; `resumes`: it had begun when the bot was stopped."""

    kind: StepKind
    number: int = 0
    resumes: bool = False


@dataclass(frozen=True, slots=True)
class SetDue:
    """Store when the server is to be stopped."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallOff:
    """End it before it stops anything."""

    why: CalledOff


@dataclass(frozen=True, slots=True)
class Finish:
    """End it. `step` is the one that failed."""

    ending: JobEnding
    step: JobStep | None = None


Move = Wait | Perform | SetDue | CallOff | Finish


@dataclass(frozen=True, slots=True)
class _State:
    job: Job
    plan: CountdownPlan
    now: datetime
    players: int | None

    @property
    def longest(self) -> timedelta:
        """How long before the end the first warning is."""
        return timedelta(seconds=max(self.plan.marks, default=0))

    @property
    def due_at(self) -> datetime:
        """When the server is to be stopped; asked only once it is known."""
        if self.job.due_at is None:
            raise ValueError(f"job {self.job.id} has no time yet")
        return self.job.due_at

    def perform(self, kind: StepKind) -> Perform:
        """Take a step, or take it up again."""
        return Perform(kind, resumes=self.job.step(kind) is not None)


def next_move(job: Job, now: datetime, players: int | None) -> Move:
    """Return what a restart or an idle stop does next. `players` are those on the server, None if unknown."""
    if not isinstance(job.plan, CountdownPlan):
        raise TypeError(f"job {job.id} has no countdown")
    state = _State(job, job.plan, now, players)
    return next(move for rule in _RULES if (move := rule(state)) is not None)


def _going_down(state: _State) -> Move | None:
    """Finish what has begun: from the stop on, there is no way but to the end."""
    stop = state.job.step(StepKind.STOP)
    if stop is None:
        return None
    if stop.outcome is None:
        return state.perform(StepKind.STOP)
    if stop.outcome is not StepOutcome.DONE:
        return Finish(JobEnding.FAILED, stop)
    if state.job.kind is JobKind.IDLE:
        return Finish(JobEnding.DONE)
    start = state.job.step(StepKind.START)
    if start is None or start.outcome is None:
        return state.perform(StepKind.START)
    return Finish(JobEnding.DONE if start.outcome is StepOutcome.DONE else JobEnding.FAILED, start)


def _called_off(state: _State) -> Move | None:
    """Notify players who were warned, then end."""
    if state.job.called_off is None:
        return None
    notice = state.job.step(StepKind.NOTICE)
    is_announced = any(
        step.kind is StepKind.WARNING and step.outcome is not StepOutcome.SKIPPED for step in state.job.steps
    )
    if is_announced and (notice is None or notice.outcome is None):
        return state.perform(StepKind.NOTICE)
    return Finish(JobEnding.CALLED_OFF)


def _unsettled(state: _State) -> Move | None:
    """Find out first how a step ended that the bot was stopped in."""
    step = next((step for step in state.job.steps if step.outcome is None), None)
    return None if step is None else Perform(step.kind, step.number, resumes=True)


def _joined(state: _State) -> Move | None:
    """Leave a server running that is not empty any more."""
    return CallOff(CalledOff.JOINED) if state.job.kind is JobKind.IDLE and state.players else None


def _missed(state: _State) -> Move | None:
    due_at = state.job.due_at
    is_missed = due_at is not None and state.now - due_at > MISSED_AFTER
    return CallOff(CalledOff.MISSED) if is_missed else None


def _backup(state: _State) -> Move | None:
    """Make the backup first; if there is none in the end, the server stays up."""
    if not state.plan.backup:
        return None
    backup = state.job.step(StepKind.BACKUP)
    if backup is not None:
        return None if backup.outcome is StepOutcome.DONE else Finish(JobEnding.FAILED, backup)
    if state.job.due_at is None or (state.plan.when_empty and state.players == 0):
        return Perform(StepKind.BACKUP)
    begins_at = state.job.due_at - state.longest - BACKUP_LEAD
    return Perform(StepKind.BACKUP) if state.now >= begins_at else Wait(begins_at)


def _countdown(state: _State) -> Move | None:
    """Set the time once a backup is done: players get their whole warning, however long it took."""
    backup = state.job.step(StepKind.BACKUP)
    if state.job.due_at is None:
        return SetDue(state.now if state.players == 0 else state.now + state.longest)
    is_announced = any(step.kind is StepKind.WARNING for step in state.job.steps)
    if backup is None or backup.settled_at is None or is_announced or state.players == 0:
        return None
    earliest = backup.settled_at + state.longest
    return SetDue(earliest) if earliest > state.job.due_at else None


def _empty(state: _State) -> Move | None:
    """Don't keep a server waiting that nobody is on."""
    return Perform(StepKind.STOP) if state.plan.when_empty and state.players == 0 else None


def _warn(state: _State) -> Move | None:
    """Send the warning of the nearest mark; those that were passed unseen are left out."""
    left_s = (state.due_at - state.now).total_seconds()
    marks = sorted(state.plan.marks)
    if not marks or state.players == 0:
        return None
    smallest = state.job.step(StepKind.WARNING, marks[0])
    if left_s < 0 and smallest is None:  # the bot was away when it was due
        return SetDue(state.now + timedelta(seconds=min(_LATE_COUNTDOWN_S, marks[-1])))
    mark = next((mark for mark in marks if mark >= left_s), None)
    if mark is None or state.job.step(StepKind.WARNING, mark) is not None:
        return None
    return Perform(StepKind.WARNING, mark)


def _until_due(state: _State) -> Move | None:
    """Wait for the next mark, or the end."""
    if state.now >= state.due_at:
        return None
    ahead = (state.due_at - timedelta(seconds=mark) for mark in state.plan.marks)
    return Wait(min((at for at in ahead if at > state.now), default=state.due_at))


def _stop(state: _State) -> Move | None:
    """Stop it; one that should be empty only if that is certain."""
    if state.job.kind is JobKind.IDLE and state.players is None:
        gives_up_at = state.due_at + UNCOUNTED_AFTER
        return CallOff(CalledOff.UNCOUNTED) if state.now >= gives_up_at else Wait(gives_up_at)
    return Perform(StepKind.STOP)


_RULES: tuple[Callable[[_State], Move | None], ...] = (
    _going_down,
    _called_off,
    _unsettled,
    _joined,
    _missed,
    _backup,
    _countdown,
    _empty,
    _warn,
    _until_due,
    _stop,
)
