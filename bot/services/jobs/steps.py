"""What all kinds of jobs share: their rows, their permits, and what they act with."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.domain.jobs import Job, JobEnding, JobKind, JobStep, StepOutcome
from bot.domain.observation import ServerKey
from bot.panel.errors import (
    BrokenAnswer,
    NodeDown,
    NodeFault,
    OutcomeUnknown,
    PanelFault,
    PanelUnreachable,
    RateLimited,
)
from bot.services.backups import BackupCreation, RetentionService
from bot.services.jobs.authority import JobAuthority
from bot.services.jobs.errors import ServerUnlisted
from bot.services.players import PlayerService
from bot.services.servers import ConsoleService, PowerService
from bot.services.standing_work import MemberUnknown
from bot.storage import Store
from bot.storage.repositories import idle_rules, jobs

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

PASSING = (
    PanelUnreachable,
    BrokenAnswer,
    PanelFault,
    RateLimited,
    NodeDown,
    NodeFault,
    OutcomeUnknown,
    MemberUnknown,
    ServerUnlisted,
)
"""What may be over when it is tried again."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended; `detail` is for people, as in `JobStep`."""

    outcome: StepOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class JobSteps:
    """The store of jobs, and the services that carry out their steps."""

    store: Store
    clock: Clock
    authority: JobAuthority
    power: PowerService
    console: ConsoleService
    backups: BackupCreation
    retention: RetentionService
    players: PlayerService
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a job's message may have to change."""
    troubles: dict[int, str] = field(default_factory=dict)
    """By job, why it can't go on at the moment."""

    def players_on(self, server: ServerKey) -> int | None:
        """Return how many players are on a server; None when that isn't known."""
        answer = self.players.latest(server)
        return None if answer is None else answer.online

    async def read(self, job_id: int) -> Job | None:
        """Read a job; None when it has ended."""
        async with self.store.read() as conn:
            job = await jobs.get(conn, job_id)
        return job if job is not None and job.is_open else None

    async def read_step(self, job: Job, step: JobStep) -> JobStep:
        """Read what is stored of a step by now."""
        current = await self.read(job.id)
        stored = None if current is None else current.step(step.kind, step.number, step.server)
        return step if stored is None else stored

    async def begin(self, job: Job, step: JobStep) -> bool:
        """Store a step before it begins; False when the job was called off meanwhile."""
        begun = await self.store.write(partial(jobs.begin_step, job_id=job.id, step=step))
        self.news.set()
        return begun

    async def note(self, job: Job, step: JobStep, detail: str) -> None:
        """Store what is known of a step that is under way."""
        await self.store.write(partial(jobs.note_detail, job_id=job.id, step=step, detail=detail))

    async def settle(self, job: Job, step: JobStep, result: StepResult) -> None:
        """Store how a step ended."""
        now = self.clock.now()
        settle = partial(
            jobs.settle_step,
            job_id=job.id,
            step=step,
            outcome=result.outcome,
            at=now,
            detail=result.detail,
        )
        await self.store.write(settle)
        self.news.set()

    async def finish(self, job: Job, ending: JobEnding, detail: str = "") -> None:
        """Store how the job ended."""
        now = self.clock.now()

        async def change(conn: "AsyncConnection") -> None:
            await jobs.finish(conn, job.id, ending, now, detail)
            if job.kind is JobKind.IDLE and ending is JobEnding.DONE:
                await idle_rules.note_stopped(conn, job.server.key, now)

        await self.store.write(change)
        self.troubles.pop(job.id, None)
        self.news.set()

    def note_trouble(self, job_id: int, error: QuetzalError | None) -> None:
        """Show why a job can't go on, or (None) that it can again."""
        before = self.troubles.get(job_id)
        if error is None:
            self.troubles.pop(job_id, None)
        else:
            self.troubles[job_id] = error.happened
        if self.troubles.get(job_id) != before:
            self.news.set()
