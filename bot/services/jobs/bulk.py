"""Carries out a bulk action: so many servers of each node at once, each in a task of its own."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from bot.core.detached_task import cancel_all
from bot.core.errors import QuetzalError
from bot.core.i18n import N_
from bot.core.stored_text import reason_of, stored
from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    Job,
    JobEnding,
    JobServer,
    JobStep,
    StepKind,
    StepOutcome,
    next_items,
)
from bot.domain.observation import ServerKey
from bot.services.jobs.power_steps import start_server, stop_server
from bot.services.jobs.steps import PASSING, JobSteps, StepResult
from bot.storage.errors import StoreError

log = logging.getLogger(__name__)

_RETRY_S = 10.0
_CHECK_EVERY_S = 30.0
_GIVES_UP_AFTER = timedelta(minutes=5)
_STOPPING, _STARTING = "stopping", "starting"
"""The detail of a restart: its server is to be stopped, or is offline and to be started."""


class BulkJob:
    """One bulk action.

    1. Read the job's rows; `next_items()` chooses the servers to begin, a few on each node.
    2. Each has a task, which stores that its step begins, performs it and stores how it ended.
    3. What may pass is tried again for some minutes. After a restart of the bot a power signal is checked
       first; a command isn't sent twice.
    4. When no server is left, store how the job ended. An abort begins no further server.
    """

    def __init__(self, job_id: int, steps: JobSteps, wake: asyncio.Event) -> None:
        """`wake` is set when the job was called off."""
        self._job_id = job_id
        self._steps = steps
        self._wake = wake
        self._since = steps.clock.now()
        self._items: dict[ServerKey, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Carry it out to its end."""
        try:
            while True:
                self._wake.clear()
                # Before the rows are read: what ends meanwhile is not settled in them, and not begun again.
                busy = frozenset(self._items)
                job = await self._steps.read(self._job_id)
                if job is None:
                    return
                for server in next_items(job, busy):
                    self._begin(job, server)
                if not busy and not self._items:
                    await self._steps.finish(job, _ending(job))
                    return
                with suppress(TimeoutError):
                    await self._steps.clock.wait_external(self._wake.wait(), limit_s=_CHECK_EVERY_S)
        finally:
            await cancel_all(self._items.values())

    def _begin(self, job: Job, server: JobServer) -> None:
        task = self._steps.clock.spawn_detached(
            self._item(job, server), name=f"step of job {job.id} on {server.key.uuid}"
        )
        self._items[server.key] = task
        task.add_done_callback(lambda _: self._end(server))

    def _end(self, server: JobServer) -> None:
        self._items.pop(server.key, None)
        self._wake.set()

    async def _item(self, job: Job, server: JobServer) -> None:
        """Do it with one server; what may pass is tried again for some minutes."""
        step = job.step(StepKind.ACT, server=server.key)
        resumes = step is not None
        if step is None:
            step = JobStep(server.key, StepKind.ACT, 0, self._steps.clock.now())
            if not await self._steps.begin(job, step):
                return
        while (result := await self._try(job, server, step, resumes=resumes)) is None:
            await self._steps.clock.sleep(_RETRY_S)
            resumes = True
        await self._steps.settle(job, step, result)

    async def _try(self, job: Job, server: JobServer, step: JobStep, *, resumes: bool) -> StepResult | None:
        """Do it, or find out whether it was done; None to try again."""
        try:
            if resumes:
                step = await self._steps.read_step(job, step)
            return await self._act(job, server, step, resumes=resumes)
        except StoreError as error:
            log.warning("job %d goes on when the store does: %s", job.id, error)
            return None
        except QuetzalError as error:
            since = max(step.begun_at, self._since)  # Quetzal may have been off for longer than that
            if isinstance(error, PASSING) and self._steps.clock.now() - since < _GIVES_UP_AFTER:
                return None
            return StepResult(StepOutcome.FAILED, reason_of(error))
        except Exception:
            log.exception("job %d has a defect on %s", job.id, server.key.uuid)
            return StepResult(StepOutcome.FAILED, stored(N_("Quetzal hit an internal error.")))

    async def _act(self, job: Job, server: JobServer, step: JobStep, *, resumes: bool) -> StepResult:
        assert isinstance(job.plan, BulkPlan)  # noqa: S101 - the runner chose this class by it
        action = job.plan.action
        if action is BulkAction.COMMAND and resumes:
            return StepResult(StepOutcome.UNKNOWN)  # it may have been sent, and is not sent twice
        if action is BulkAction.RESTART:
            return await self._restart(job, server, step, resumes=resumes)
        permit = await self._steps.authority.permit(job, server)
        match action:
            case BulkAction.COMMAND:
                unanswered = await self._steps.console.type(permit, job.plan.command)
                return StepResult(StepOutcome.DONE if unanswered is None else StepOutcome.UNKNOWN)
            case BulkAction.START:
                return await start_server(self._steps, permit, step, resumes=resumes)
            case BulkAction.STOP:
                return await stop_server(self._steps, permit, step, resumes=resumes)

    async def _restart(self, job: Job, server: JobServer, step: JobStep, *, resumes: bool) -> StepResult:
        """Stop it and start it again; the step's detail says which of the two it is at.

        What it has begun to stop comes back, whatever the person who asked for it may do by then.
        """
        is_starting = step.detail == _STARTING
        own = await self._steps.authority.own(job, server)
        if not is_starting:
            permit = own
            if step.detail != _STOPPING:
                permit = await self._steps.authority.permit(job, server)
                await self._steps.note(job, step, _STOPPING)
            stopped = await stop_server(self._steps, permit, step, resumes=resumes)
            if stopped.outcome is not StepOutcome.DONE:
                return stopped
            await self._steps.note(job, step, _STARTING)
        return await start_server(self._steps, own, step, resumes=is_starting)


def _ending(job: Job) -> JobEnding:
    acts = [step for step in job.steps if step.kind is StepKind.ACT]
    if any(step.outcome is not StepOutcome.DONE for step in acts):
        return JobEnding.FAILED
    return JobEnding.DONE if job.called_off is None else JobEnding.CALLED_OFF
