"""Compares a round's jobs with what the panel's own log says: none lost or open, and nothing done twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    CalledOff,
    Job,
    JobEnding,
    JobKind,
    JobServer,
    JobStep,
    StepKind,
    StepOutcome,
)
from tests.crash_recovery.jobs.people import Asked
from tests.crash_recovery.jobs.round import Played
from tests.crash_recovery.jobs.servers import Log
from tests.support.discord_messages import components_of
from tests.support.discord_payloads import Json

_SLACK = timedelta(seconds=1)
_STOPS, _STARTS = ("stop", StepKind.STOP), ("start", StepKind.START)
_LEFT_BY = {BulkAction.STOP: "offline", BulkAction.START: "running", BulkAction.RESTART: "running"}


@dataclass(slots=True)
class Verdict:
    """One row of the table. `struck`: jobs that were open at a kill; they were resumed or settled."""

    seed: int
    factor: float
    kills: int
    jobs: int = 0
    struck: int = 0
    resumed: int = 0
    settled: int = 0
    aborted: int = 0
    """Jobs that were aborted after a kill had struck them."""
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    """Servers that were left stopped."""
    odd: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be."""
        kinds = ("doubled", "lost", "stopped", "odd")
        return [f"{kind}: {text}" for kind in kinds for text in getattr(self, kind)]


def compare(played: Played) -> Verdict:
    """Judge a round."""
    verdict = Verdict(played.seed, played.factor, played.kills, len(played.jobs), odd=[*played.oddities])
    struck = frozenset[int]().union(*played.open_at_kills)
    hit = [job for job in played.jobs if job.id in struck]
    verdict.struck = len(hit)
    verdict.resumed = sum(job.ending is JobEnding.DONE for job in hit)
    verdict.settled = sum(job.ending in (JobEnding.CALLED_OFF, JobEnding.FAILED) for job in hit)
    verdict.aborted = sum(job.called_off is CalledOff.PERSON for job in hit)
    verdict.lost += [f"{_name(job)} never ended" for job in played.jobs if job.is_open]
    verdict.lost += _unkept(played)
    for job in played.jobs:
        _compare_job(verdict, job, played)
    verdict.doubled += _unasked_starts(played)
    verdict.stopped += _left_stopped(played)
    verdict.odd += _aborts(played)
    verdict.odd += _messages(played)
    return verdict


def _compare_job(verdict: Verdict, job: Job, played: Played) -> None:
    """Hold each step against the panel's log: one that was done was done once."""
    verdict.lost += [f"{_name(job)}: {step.kind} was never settled" for step in job.steps if not step.outcome]
    failed = [step for step in job.steps if step.outcome is StepOutcome.FAILED]
    verdict.odd += [f"{_name(job)}: {step.kind} failed: {step.detail}" for step in failed]
    if job.ending is JobEnding.FAILED and not _is_unknown_command(job) and not failed:
        verdict.odd.append(f"{_name(job)} failed: {job.detail}")
    for server in job.servers:
        log = played.logs[server.key.uuid]
        for what, sent, steps in _counts(job, server, log):
            done = sum(step.outcome is StepOutcome.DONE for step in steps)
            if sent > len(steps):
                verdict.doubled.append(f"{_name(job)}: {sent} times {what} of {server.name} in {len(steps)}")
            if sent < done:
                verdict.lost.append(f"{_name(job)}: {what} of {server.name} was done and never sent")


def _counts(job: Job, server: JobServer, log: Log) -> Iterator[tuple[str, int, Sequence[JobStep]]]:
    """Count what the panel got for a server while the job lasted, beside the steps that may have sent it."""
    begin, end = job.created_at, (job.ended_at or job.created_at) + _SLACK
    of_server = [step for step in job.steps if step.server == server.key]

    def of(*kinds: StepKind) -> list[JobStep]:
        return [step for step in of_server if step.kind in kinds and step.outcome is not StepOutcome.SKIPPED]

    if isinstance(job.plan, BulkPlan):
        acts = of(StepKind.ACT)
        settled = [step.settled_at for step in acts if step.settled_at is not None]
        end = max(settled, default=begin) + _SLACK  # then the server is free for other jobs
        stops = job.plan.action in (BulkAction.STOP, BulkAction.RESTART)
        starts = job.plan.action in (BulkAction.START, BulkAction.RESTART)
        yield "stop", log.between("stop", begin, end), acts if stops else ()
        yield "start", log.between("start", begin, end), acts if starts else ()
        if job.plan.action is BulkAction.COMMAND:
            yield "command", sum(begin <= at <= end for at in log.commands), acts
        return
    yield "stop", log.between("stop", begin, end), of(StepKind.STOP)
    if job.kind is JobKind.RESTART:
        yield "start", log.between("start", begin, end), of(StepKind.START)
    yield "warning", sum(begin <= at <= end for at in log.warnings), of(StepKind.WARNING)
    yield "notice", sum(begin <= at <= end for at in log.notices), of(StepKind.NOTICE)


def _unkept(played: Played) -> Iterator[str]:
    """List what the bot said would be done, and has no row of its own."""
    unclaimed = sorted(played.jobs, key=lambda job: job.created_at)
    for asked in played.said.asked:
        if not asked.begun:
            continue
        row = next((job for job in unclaimed if _is_row_of(asked, job)), None)
        if row is not None:
            unclaimed.remove(row)
        else:
            servers = ", ".join(asked.servers)
            yield f"a {asked.kind} of {servers} was begun at {asked.at:%H:%M:%S} and has no row"


def _is_row_of(asked: Asked, job: Job) -> bool:
    if job.kind is not asked.kind or job.created_at < asked.at - _SLACK:
        return False
    return any(server.name in asked.servers for server in job.servers)


def _unasked_starts(played: Played) -> Iterator[str]:
    """List servers that got more signals than all jobs and people together asked for."""
    for uuid, log in played.logs.items():
        acts = [(job, step) for job in played.jobs for step in job.steps if step.server.uuid == uuid]
        for signal, kind in (_STOPS, _STARTS):
            by_jobs = sum(step.kind is kind or _acts_by(job, signal) for job, step in acts)
            by_people = sum(press.uuid == uuid for press in played.said.presses) if signal == "start" else 0
            sent = len(log.signals.get(signal, ()))
            if sent > by_jobs + by_people:
                yield f"{uuid}: {sent} times {signal} for {by_jobs} steps and {by_people} presses"
        others = {*log.signals} - {"stop", "start"}
        if others:
            yield f"{uuid}: nobody asked for {sorted(others)}"


def _acts_by(job: Job, signal: str) -> bool:
    if not isinstance(job.plan, BulkPlan):
        return False
    return job.plan.action is BulkAction.RESTART or job.plan.action.value == signal


def _left_stopped(played: Played) -> Iterator[str]:
    """List servers that are not in the state in which the last job on them should have left them."""
    for uuid, state in played.states.items():
        expected, about = "running", "no job"
        for job in sorted(played.jobs, key=lambda job: job.ended_at or job.created_at):
            is_done = any(
                step.outcome is StepOutcome.DONE and step.kind in (StepKind.STOP, StepKind.ACT)
                for step in job.steps
                if step.server.uuid == uuid
            )
            if is_done:
                expected, about = _leaves(job, expected), _name(job)
                ended_at = job.ended_at or job.created_at
                if expected == "offline" and any(
                    at > ended_at for at in played.logs[uuid].signals.get("start", ())
                ):
                    expected = "running"
        if state != expected:
            yield f"{uuid} is {state} after {about}, and should be {expected}"


def _leaves(job: Job, before: str) -> str:
    if isinstance(job.plan, BulkPlan):
        return _LEFT_BY.get(job.plan.action, before)
    return "offline" if job.kind is JobKind.IDLE else "running"


def _aborts(played: Played) -> Iterator[str]:
    """List jobs that went on although Abort had said that they would not."""
    by_id = {job.id: job for job in played.jobs}
    for abort in played.said.aborts:
        job = by_id[abort.job_id]
        if abort.said_at is None:
            continue
        if job.called_off is None:
            yield f"{_name(job)} was aborted, and went on"
        for step in job.steps:
            is_late = step.begun_at > abort.said_at + _SLACK and step.kind is not StepKind.NOTICE
            if is_late:
                yield f"{_name(job)} was aborted, and began {step.kind} {step.begun_at - abort.said_at} later"


def _messages(played: Played) -> Iterator[str]:
    """List jobs that don't have exactly one message, or one that doesn't say that it has ended."""
    texts = [(message, _text(_last(message))) for message in played.messages if not message["direct"]]
    for job in played.jobs:
        ending = f"job {job.id}"
        own = [message for message, text in texts if text.endswith(ending)]
        reports = [message for message, text in texts if text.endswith(f"{ending} failed")]
        if len(own) != 1:
            yield f"{_name(job)} has {len(own)} messages"
        elif any(
            (part.get("custom_id") or "").startswith("job:abort") for part in components_of(_last(own[0]))
        ):
            yield f"the message of {_name(job)} still offers Abort"
        if len(reports) != (job.ending is JobEnding.FAILED):
            yield f"{_name(job)} ended {job.ending}, and was reported {len(reports)} times"


def _last(message: Json) -> Json:
    last: Json = message["edits"][-1]["message"] if message["edits"] else message["first"]
    return last


def _text(message: Json) -> str:
    footers = ((embed.get("footer") or {}).get("text") or "" for embed in message["embeds"])
    contents = (part.get("content") or "" for part in components_of(message))
    return "\n".join(_filled([*contents, *footers]))


def _filled(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text]


def _is_unknown_command(job: Job) -> bool:
    """Whether a command may have been sent: it is not sent again, and the report says so."""
    is_command = isinstance(job.plan, BulkPlan) and job.plan.action is BulkAction.COMMAND
    return is_command and any(step.outcome is StepOutcome.UNKNOWN for step in job.steps)


def _name(job: Job) -> str:
    names = job.server.name if len(job.servers) == 1 else f"{len(job.servers)} servers"
    return f"job {job.id} ({job.kind} of {names})"
