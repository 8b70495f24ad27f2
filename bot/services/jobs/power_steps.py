"""Stops a server and starts it again, as steps that may have begun before the bot was stopped."""

from collections.abc import Collection
from datetime import timedelta

from bot.core.i18n import N_, Message
from bot.core.stored_text import stored
from bot.domain.formatting import duration
from bot.domain.jobs import JobStep, StepOutcome
from bot.domain.power_progress import Ending
from bot.panel.errors import NodeFault
from bot.panel.models import PowerSignal, PowerState
from bot.services.access import Permit
from bot.services.jobs.steps import JobSteps, StepResult
from bot.services.servers import PowerOutcome, PowerView

_STOP_TAKES = timedelta(minutes=11)
"""Wings waits ten minutes for a process to end (docs/reference/servers.md#power-signals)."""
_START_TAKES = timedelta(minutes=20)
_CHECK_S = 5.0
_START_SHOWS_S = 15.0
_LINES_KEPT = 12
_NEW_PROCESS = timedelta(seconds=2)
_DONE = StepResult(StepOutcome.DONE)


async def stop_server(steps: JobSteps, permit: Permit, step: JobStep, *, resumes: bool) -> StepResult:
    """Stop the server and wait until it is offline. A signal that arrived is not sent again."""
    if resumes:
        seen = await _view(steps, permit, step)
        if seen.state is PowerState.OFFLINE or _began_since(steps, seen, step):
            return _DONE
        if seen.state is PowerState.STOPPING:
            return await _await_offline(steps, permit, step)
    outcome = await steps.power.run(permit, PowerSignal.STOP)
    if outcome.is_at_goal:
        return _DONE
    if outcome.ending is Ending.UNKNOWN:
        raise _unsure(outcome)
    return await _await_offline(steps, permit, step)


async def start_server(steps: JobSteps, permit: Permit, step: JobStep, *, resumes: bool) -> StepResult:
    """Start the server and wait until it runs. A server that was started by another person is left alone."""
    if resumes:
        seen = await _view_after_a_start(steps, permit, step)
        if seen.state in (PowerState.RUNNING, PowerState.STARTING):
            return await _await_running(steps, permit, step)
        if seen.state is PowerState.STOPPING:
            await _await_offline(steps, permit, step)
    outcome = await steps.power.run(permit, PowerSignal.START)
    if outcome.over_disk is not None:
        return _failed(
            N_(
                "It is over its disk limit, and a node doesn't start servers over their limit. Delete what "
                "you don't need, then start it."
            ),
            (),
        )
    match outcome.ending:
        case Ending.REACHED | Ending.ALREADY:
            return _DONE
        case Ending.FELL_BACK:
            return _fell_back(outcome)
        case Ending.UNKNOWN:
            raise _unsure(outcome)
        case Ending.NOT_YET:
            return await _await_running(steps, permit, step, outcome.lines)


def _fell_back(outcome: PowerOutcome) -> StepResult:
    """Say that the start failed, with the cause and the line that proves it, or the last lines."""
    known, took = outcome.known, duration(outcome.took_s)
    if known.diagnosis is None:
        return _failed(N_("It went offline again {took} after the start.", took=took), outcome.lines)
    why = N_("It went offline again {took} after the start. {cause}", took=took, cause=known.diagnosis)
    return _failed(why, [known.proof] if known.is_proven and known.proof else outcome.lines)


async def _await_offline(steps: JobSteps, permit: Permit, step: JobStep) -> StepResult:
    """Wait until it is offline, or a new process shows that it was."""
    until = steps.clock.now() + _STOP_TAKES  # not since the step began: Quetzal may have been off meanwhile
    while steps.clock.now() < until:
        seen = await _view(steps, permit, step)
        if seen.state is PowerState.OFFLINE or _began_since(steps, seen, step):
            return _DONE
        await steps.clock.sleep(_CHECK_S)
    took = duration(_STOP_TAKES.total_seconds())
    return _failed(
        N_("It still wasn't offline after {took}. Kill it with `/server power`, then start it.", took=took),
        (),
    )


async def _await_running(
    steps: JobSteps, permit: Permit, step: JobStep, lines: Collection[str] = ()
) -> StepResult:
    """Wait until it runs; a long start is not a failure, an end is."""
    until = steps.clock.now() + _START_TAKES
    while steps.clock.now() < until:
        seen = await _view(steps, permit, step)
        if seen.state is PowerState.RUNNING:
            return _DONE
        if seen.state is PowerState.OFFLINE:
            return _failed(N_("It is offline again."), lines)
        await steps.clock.sleep(_CHECK_S)
    return _failed(
        N_("It still isn't running after {start_takes}.", start_takes=duration(_START_TAKES.total_seconds())),
        lines,
    )


async def _view_after_a_start(steps: JobSteps, permit: Permit, step: JobStep) -> PowerView:
    """Return the state once a start that may have been sent just now would show.

    A node checks files and disk, and stays offline meanwhile, before the process begins.
    """
    began = steps.clock.monotonic()
    while True:
        seen = await _view(steps, permit, step)
        if seen.state is not PowerState.OFFLINE or steps.clock.monotonic() - began >= _START_SHOWS_S:
            return seen
        await steps.clock.sleep(_CHECK_S)


async def _view(steps: JobSteps, permit: Permit, step: JobStep) -> PowerView:
    """Return the state as it is after the step began; raises NodeFault while that is unknown."""
    return await steps.power.view(permit, since=step.begun_at)


def _began_since(steps: JobSteps, seen: PowerView, step: JobStep) -> bool:
    """Whether the process began after the step: so the one before it was stopped."""
    if seen.state not in (PowerState.STARTING, PowerState.RUNNING) or not seen.uptime_ms:
        return False
    return steps.clock.now() - timedelta(milliseconds=seen.uptime_ms) > step.begun_at + _NEW_PROCESS


def _failed(why: Message, lines: Collection[str]) -> StepResult:
    last = list(lines)[-_LINES_KEPT:]
    return StepResult(StepOutcome.FAILED, "\n".join([stored(why), *last]))


def _unsure(outcome: PowerOutcome) -> NodeFault:
    return NodeFault(
        N_("The panel didn't confirm the {signal}, and nothing has changed since.", signal=outcome.signal)
    )
