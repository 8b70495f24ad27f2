"""Carries jobs out, each in a task of its own, and takes up those of an earlier run of the bot."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from bot.core.detached_task import cancel_all
from bot.core.supervisor import Pulse
from bot.domain.jobs import Job, JobKind
from bot.domain.observation import ServerKey
from bot.services.jobs.bulk import BulkJob
from bot.services.jobs.countdown import CountdownJob
from bot.services.jobs.steps import JobSteps
from bot.services.standing_work import Members
from bot.storage.errors import StoreError
from bot.storage.repositories import jobs

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 60.0
_STORE_S = 5.0
_DEFECT_S = 30.0
_KEPT = timedelta(days=30)
"""For so long after its end a job's message can still be asked about."""


class JobRunner:
    """Runs all open jobs; start `run` under the supervisor.

    1. Read the open jobs from the store, at the start, when `changed` is called, and once a minute.
    2. Start a task for each that has none. After a restart of the bot these are all: what a job does next
       follows from its rows alone.
    3. A job whose store or code fails is tried again after a pause, and delays no other.
    4. When `run` is cancelled, so are the tasks; their rows stay as they are.
    """

    def __init__(self, steps: JobSteps) -> None:
        self._store = steps.store
        self._clock = steps.clock
        self._steps = steps
        self._new = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._wakes: dict[int, asyncio.Event] = {}
        self.news = steps.news
        """Set when a job's message may have to change."""

    def begin(self, members: Members) -> None:
        """Act for members from now on; before that no job does anything."""
        self._steps.authority.begin(members)

    def players_on(self, server: ServerKey) -> int | None:
        """Return how many players are on a server; None when that isn't known."""
        return self._steps.players_on(server)

    def changed(self, job_id: int) -> None:
        """Carry on with a job that is new, or was called off."""
        if (wake := self._wakes.get(job_id)) is not None:
            wake.set()
        self._new.set()
        self.news.set()

    def trouble(self, job_id: int) -> str | None:
        """Return why a job can't go on at the moment, in a sentence."""
        return self._steps.troubles.get(job_id)

    async def run(self, pulse: Pulse) -> None:
        """Carry jobs out forever."""
        try:
            while True:
                self._new.clear()
                await self._take_up()
                pulse.beat()
                with suppress(TimeoutError):
                    await self._clock.wait_external(self._new.wait(), limit_s=_CHECK_EVERY_S)
        finally:
            await cancel_all(self._tasks.values())
            self._tasks.clear()

    async def _take_up(self) -> None:
        """Start a task for each open job that has none, and delete what ended long ago."""
        before = self._clock.now() - _KEPT
        async with self._store.read() as conn:
            open_jobs = await jobs.iter_open(conn)
            is_old = await jobs.has_ended_before(conn, before)
        if is_old:
            await self._store.write(partial(jobs.prune, before=before))
        for job in open_jobs:
            if job.id not in self._tasks:
                self._wakes[job.id] = asyncio.Event()
                task = self._clock.spawn_detached(self._carry_out(job), name=f"job {job.id}")
                self._tasks[job.id] = task
                task.add_done_callback(partial(self._forget, job.id))

    def _forget(self, job_id: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(job_id, None)
        self._wakes.pop(job_id, None)
        self.news.set()

    async def _carry_out(self, job: Job) -> None:
        """Carry a job out to its end; a defect in it delays this job alone."""
        work = _WORK[job.kind](job.id, self._steps, self._wakes[job.id])
        while True:
            try:
                await work.run()
            except StoreError as error:
                log.warning("job %d goes on when the store does: %s", job.id, error)
                await self._clock.sleep(_STORE_S)
            except Exception:
                log.exception("job %d has a defect and is tried again", job.id)
                await self._clock.sleep(_DEFECT_S)
            else:
                return


_WORK: dict[JobKind, type[CountdownJob] | type[BulkJob]] = {
    JobKind.RESTART: CountdownJob,
    JobKind.IDLE: CountdownJob,
    JobKind.BULK: BulkJob,
}
