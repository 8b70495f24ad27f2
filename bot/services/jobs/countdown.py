"""Carries out a restart or an idle stop: `next_move` decides, and each step is stored before it begins."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from bot.core.detached_task import cancel_all
from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.core.stored_text import reason_of, stored
from bot.domain.formatting import counted
from bot.domain.game_commands import commands_of
from bot.domain.jobs import (
    CalledOff,
    CallOff,
    Finish,
    Job,
    JobEnding,
    JobKind,
    JobStep,
    Move,
    Perform,
    SetDue,
    StepKind,
    StepOutcome,
    Wait,
    next_move,
)
from bot.panel.models import BackupState
from bot.services.access import Permit
from bot.services.backups import BackupEnd, BackupRequest
from bot.services.jobs.power_steps import start_server, stop_server
from bot.services.jobs.steps import PASSING, JobSteps, StepResult
from bot.storage.repositories import jobs

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 15.0
"""How often players are counted again while a job waits."""
_RETRY_S = 10.0
_IN_FLIGHT = timedelta(seconds=30)
"""A request from before the bot was stopped may take so long to show."""
_GIVES_UP_AFTER = timedelta(hours=1)
_MINUTE_S = 60
_MESSAGES = (StepKind.WARNING, StepKind.NOTICE)


class CountdownJob:
    """One restart or idle stop, in a task of its own.

    1. Read the job's rows; `next_move()` says what is next.
    2. Check access again: as the person who asked, or as the guild for what must be put right.
    3. Store that the step begins. That is refused when the job was called off meanwhile.
    4. Perform the step. One that had begun before a restart of the bot is checked first, and a message to
       players counts as sent.
    5. Store how the step ended, and start over.
    """

    def __init__(self, job_id: int, steps: JobSteps, wake: asyncio.Event) -> None:
        """`wake` is set when the job was called off."""
        self._job_id = job_id
        self._steps = steps
        self._clock = steps.clock
        self._since = steps.clock.now()
        self._wake = wake

    async def run(self) -> None:
        """Carry it out to its end."""
        while (job := await self._steps.read(self._job_id)) is not None:
            self._wake.clear()
            move = next_move(job, self._clock.now(), self._steps.players_on(job.server.key))
            try:
                await self._make(job, move)
            except PASSING as error:
                self._steps.note_trouble(job.id, error)
                log.info("job %d is tried again: %s", job.id, error)
                await self._pause(_RETRY_S)
            except QuetzalError as error:  # whoever asked may not do it any more
                await self._steps.finish(job, JobEnding.FAILED, reason_of(error))
            else:
                self._steps.note_trouble(job.id, None)

    async def _make(self, job: Job, move: Move) -> None:
        match move:
            case Wait(until=until):
                await self._pause(min(_CHECK_EVERY_S, max(0.0, (until - self._clock.now()).total_seconds())))
            case SetDue(at=at):
                await self._steps.store.write(partial(jobs.set_due, job_id=job.id, at=at))
                self._steps.news.set()
            case CallOff(why=why):
                await self._call_off(job, why)
            case Perform():
                await self._perform(job, move)
            case Finish(ending=ending, step=step):
                await self._steps.finish(job, ending, "" if step is None else step.detail)

    async def _perform(self, job: Job, move: Perform) -> None:
        step = job.step(move.kind, move.number)
        if step is not None and move.kind in _MESSAGES:
            # It may have been sent, and players don't get a message twice.
            await self._steps.settle(job, step, StepResult(StepOutcome.UNKNOWN))
            return
        permit = await self._permit(job, move)
        if step is None:
            if move.kind is StepKind.STOP and await self._steps.power.is_offline(permit):
                await self._call_off(job, CalledOff.OFFLINE)
                return
            now = self._clock.now()
            detail = f"restart_{now:%Y%m%d_%H%M%S}" if move.kind is StepKind.BACKUP else ""
            step = JobStep(job.server.key, move.kind, move.number, now, detail=detail)
            if not await self._steps.begin(job, step):
                return
        result = await self._result(job, step, permit, resumes=move.resumes)
        if result is not None:
            await self._steps.settle(job, step, result)

    async def _result(self, job: Job, step: JobStep, permit: Permit, *, resumes: bool) -> StepResult | None:
        """Take a step, or find out how it ended; None when the job was called off meanwhile.

        Raises what may pass, for so long.
        """
        try:
            match step.kind:
                case StepKind.WARNING | StepKind.NOTICE:
                    return await self._announce(permit, _words(job, step, self._left_s(job)))
                case StepKind.BACKUP:
                    return await self._unless_called_off(self._back_up(permit, step, resumes=resumes))
                case StepKind.STOP:
                    return await stop_server(self._steps, permit, step, resumes=resumes)
                case _:
                    return await start_server(self._steps, permit, step, resumes=resumes)
        except QuetzalError as error:
            since = max(step.begun_at, self._since)  # Quetzal may have been off for longer than that
            if isinstance(error, PASSING) and self._clock.now() - since < _GIVES_UP_AFTER:
                raise
            return StepResult(StepOutcome.FAILED, reason_of(error))

    async def _permit(self, job: Job, move: Perform) -> Permit:
        """Act as the person who asked; what the job began is put right whatever they may do by now.

        So is a stop that may have been sent: it was allowed when it began, and the server has to come back.
        """
        is_begun_stop = move.kind is StepKind.STOP and move.resumes
        if is_begun_stop or move.kind in (StepKind.START, StepKind.NOTICE):
            return await self._steps.authority.own(job, job.server)
        return await self._steps.authority.permit(job, job.server)

    async def _announce(self, permit: Permit, text: str) -> StepResult:
        """Send a message to the players; the job goes on when that fails."""
        commands = commands_of(permit.server)
        if commands is None:
            return StepResult(StepOutcome.SKIPPED)
        try:
            unanswered = await self._steps.console.type(permit, commands.announcement(text))
        except QuetzalError as error:
            return StepResult(StepOutcome.FAILED, stored(error.to_store("happened")))
        return StepResult(StepOutcome.DONE if unanswered is None else StepOutcome.UNKNOWN)

    async def _back_up(self, permit: Permit, step: JobStep, *, resumes: bool) -> StepResult:
        """Make the backup, or find the one that was begun, and follow it to its end."""
        backups, name = self._steps.backups, step.detail
        backup = None
        if resumes:
            inventory = await backups.fetch_inventory(permit)
            backup = next((backup for backup in inventory.backups if backup.name == name), None)
            if backup is None and (left := _IN_FLIGHT - (self._clock.now() - step.begun_at)) > timedelta():
                await self._pause(left.total_seconds())
                return await self._back_up(permit, step, resumes=True)
        if backup is None:
            backup = await backups.begin(permit, BackupRequest(name))
        made = await backups.follow(permit, backup)
        await backups.note_end(permit, made)
        if made.end is not BackupEnd.DONE:
            state = made.backup.state
            why = N_("It is empty (0 bytes).") if state is BackupState.EMPTY else _BACKUP_ENDS[made.end]
            return StepResult(StepOutcome.FAILED, stored(why))
        await self._steps.retention.after_backup(permit)
        return StepResult(StepOutcome.DONE, name)

    async def _unless_called_off(self, work: Coroutine[Any, Any, StepResult]) -> StepResult | None:
        """Await what takes long; stop waiting when the job is called off, and give None."""
        task = self._clock.spawn_detached(work, name=f"step of job {self._job_id}")
        try:
            while not task.done():
                woken = asyncio.ensure_future(self._wake.wait())
                try:
                    await self._clock.wait_external(
                        asyncio.wait({task, woken}, return_when=asyncio.FIRST_COMPLETED)
                    )
                finally:
                    woken.cancel()
                self._wake.clear()
                job = await self._steps.read(self._job_id)
                if not task.done() and (job is None or job.called_off is not None):
                    return None
        finally:
            await cancel_all([task])
        return task.result()

    async def _call_off(self, job: Job, why: CalledOff) -> None:
        await self._steps.store.write(partial(jobs.call_off, job_id=job.id, why=why))
        self._steps.news.set()

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until the job was called off."""
        with suppress(TimeoutError):
            await self._clock.wait_external(self._wake.wait(), limit_s=seconds)

    def _left_s(self, job: Job) -> float:
        return 0.0 if job.due_at is None else (job.due_at - self._clock.now()).total_seconds()


_BACKUP_ENDS = {
    BackupEnd.FAILED: N_("It ended without an archive. Usually the disk of the node is full."),
    BackupEnd.GONE: N_("Somebody deleted it while it was being made."),
    BackupEnd.STILL_RUNNING: N_("It still wasn't done after two hours."),
    BackupEnd.NO_TRACE: N_("The panel didn't say how it ended."),
}


def _words(job: Job, step: JobStep, left_s: float) -> str:
    """Return what players read."""
    is_restart = job.kind is JobKind.RESTART
    if step.kind is StepKind.NOTICE:
        return _("The restart was cancelled.") if is_restart else _("This server stays online.")
    left = _span(left_s)
    if is_restart:
        return _("This server restarts in {left}.", left=left)
    return _("This server stops in {left} because nobody is playing.", left=left)


def _span(seconds: float) -> str:
    """Return a time as players read it: `5 minutes`, `10 seconds`."""
    rounded = max(1, round(seconds))
    if rounded >= _MINUTE_S:
        return counted(round(rounded / _MINUTE_S), "minute", "minutes")
    return counted(rounded, "second", "seconds")
