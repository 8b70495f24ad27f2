"""Begins, reads and aborts jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.i18n import N_, _
from bot.core.nonce import new_nonce
from bot.core.secret_masking import mask_line
from bot.domain.audit import Facts, of_text
from bot.domain.idle import IdleRule
from bot.domain.jobs import BulkPlan, CalledOff, CountdownPlan, Job, JobKind, JobServer
from bot.domain.levels import Actor
from bot.domain.observation import ServerKey
from bot.domain.quoting import quoted, visible
from bot.domain.target import Target
from bot.services.access import Authorizer, OneServer, Permit
from bot.services.audit import Audit, Site
from bot.services.jobs.errors import CannotCountPlayers, JobInTheWay, NoSuchJob, TooLateToAbort
from bot.services.jobs.runner import JobRunner
from bot.storage import Store
from bot.storage.repositories import jobs

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_IDLE_MARKS = (60, 10)
_TEXT_KEPT = 200
_WORDS = {JobKind.RESTART: N_("A restart"), JobKind.IDLE: N_("A stop"), JobKind.BULK: N_("A bulk action")}


@dataclass(frozen=True, slots=True)
class RestartRequest:
    """A request for a restart; its message is posted in the channel. `due_at` None: as soon as possible."""

    plan: CountdownPlan
    channel_id: int
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A request for a bulk action; its message is posted in the channel."""

    plan: BulkPlan
    channel_id: int


class JobService:
    """Begins, reads and aborts jobs. The runner carries them out."""

    def __init__(
        self, store: Store, access: Authorizer, audit: Audit, clock: Clock, runner: JobRunner
    ) -> None:
        self._store = store
        self._access = access
        self._audit = audit
        self._clock = clock
        self._runner = runner

    async def restart(self, permit: Permit, request: RestartRequest) -> Job:
        """Begin a restart. Raises JobInTheWay, CannotCountPlayers."""
        plan = request.plan
        if plan.when_empty and self._runner.players_on(permit.key) is None:
            raise CannotCountPlayers
        actor = permit.actor
        job = Job(
            0,
            JobKind.RESTART,
            actor.guild_id or 0,
            actor.user_id,
            request.channel_id,
            self._clock.now(),
            plan,
            new_nonce(),
            request.due_at,
            actor.interaction_id,
            servers=(as_server(permit.target),),
        )
        facts = {
            "due_at": None if request.due_at is None else request.due_at.isoformat(timespec="seconds"),
            "backup": plan.backup,
            "when_empty": plan.when_empty,
        }
        async with self._audit.act(permit, "server.restart", facts):
            return await self._begin(job)

    async def idle_stop(self, target: Target, rule: IdleRule, due_at: datetime) -> Job:
        """Begin the stop of an empty server. Raises JobInTheWay."""
        plan = CountdownPlan(tuple(mark for mark in _IDLE_MARKS if mark <= rule.warned.total_seconds()))
        job = Job(
            0,
            JobKind.IDLE,
            rule.guild_id,
            rule.set_by,
            rule.channel_id,
            self._clock.now(),
            plan,
            new_nonce(),
            due_at,
            servers=(as_server(target),),
        )
        return await self._begin(job)

    async def bulk(self, actor: Actor, targets: Sequence[Target], request: BulkRequest) -> Job:
        """Begin a bulk action on these servers. Raises AccessDenied, JobInTheWay."""
        plan, rights = request.plan, await self._access.rights(actor)
        for target in targets:
            rights.check(target, JobKind.BULK.level)
        job = Job(
            0,
            JobKind.BULK,
            actor.guild_id or 0,
            actor.user_id,
            request.channel_id,
            self._clock.now(),
            plan,
            new_nonce(),
            interaction_id=actor.interaction_id,
            servers=tuple(as_server(target) for target in targets),
        )
        facts: Facts = {"what": plan.action.value, "servers": len(targets)}
        if plan.command:
            facts = {**facts, **of_text(plan.command), "text": mask_line(plan.command)[:_TEXT_KEPT]}
        async with self._audit.act(actor, "server.bulk", facts):
            return await self._begin(job)

    async def busy(self, servers: Collection[ServerKey]) -> frozenset[ServerKey]:
        """Return which of these servers another job works on, or waits for."""
        async with self._store.read() as conn:
            others = await jobs.in_the_way(conn, servers)
        return frozenset(servers) & {key for other in others for key in other.remaining}

    async def check_free(self, servers: Sequence[ServerKey]) -> None:
        """Raise JobInTheWay when another job works on one of the servers."""
        async with self._store.read() as conn:
            _refuse(await jobs.in_the_way(conn, servers), servers)

    async def get(self, job_id: int, guild_id: int | None) -> Job:
        """Read a job of a guild; raises NoSuchJob."""
        async with self._store.read() as conn:
            job = await jobs.get(conn, job_id)
        if job is None or job.guild_id != guild_id:
            raise NoSuchJob
        return job

    async def abort(self, actor: Actor, job_id: int) -> Job:
        """Call a job off. Raises AccessDenied, NoSuchJob, TooLateToAbort."""
        job = await self.get(job_id, actor.guild_id)
        rights = await self._access.rights(actor)
        for server in job.servers:
            rights.check(OneServer(*server.key), job.kind.level)
        site = Site(*job.server.key)
        async with self._audit.act(actor, "server.abort", {"job": job.kind.value}, site=site):
            is_called_off = await self._store.write(
                partial(jobs.call_off, job_id=job_id, why=CalledOff.PERSON, by=actor.user_id)
            )
            if not is_called_off:
                raise TooLateToAbort(_why_too_late(await self.get(job_id, actor.guild_id)))
        self._runner.changed(job_id)
        return await self.get(job_id, actor.guild_id)

    async def to_show(self) -> tuple[Job, ...]:
        """List the jobs whose message may change, or whose end people were not notified of."""
        async with self._store.read() as conn:
            return await jobs.to_show(conn)

    async def note_message(self, job: Job, values: Mapping[str, object]) -> Job:
        """Store what is known of a job's message, by the names of its fields; return the job so."""
        await self._store.write(partial(jobs.note_message, job_id=job.id, values=values))
        return replace(job, **values)  # type: ignore[arg-type]  # by name

    async def _begin(self, job: Job) -> Job:
        servers = [server.key for server in job.servers]

        async def create(conn: "AsyncConnection") -> Job:
            _refuse(await jobs.in_the_way(conn, servers), servers)
            created = await jobs.get(conn, await jobs.create(conn, job))
            assert created is not None  # noqa: S101 - it was created in this transaction
            return created

        begun = await self._store.write(create)
        self._runner.changed(begun.id)
        return begun


def as_server(target: Target) -> JobServer:
    """Return a server as a job stores it."""
    return JobServer(target.key, target.server.name, target.server.node)


def _refuse(others: Sequence[Job], servers: Sequence[ServerKey]) -> None:
    if not others:
        return
    other = others[0]
    busy = other.remaining.intersection(servers)
    name = next(server.name for server in other.servers if server.key in busy)
    raise JobInTheWay(
        N_(
            "{words} of {visible} is under way already, begun by <@{user_id}>.",
            words=_WORDS[other.kind],
            visible=quoted(visible(name)),
            user_id=other.user_id,
        ),
        next_step=N_("Wait until it has ended, or abort it in <#{channel_id}>.", channel_id=other.channel_id),
    )


def _why_too_late(job: Job) -> str:
    if not job.is_open:
        return _("That has ended already.")
    if job.called_off is not None:
        return _("That was aborted already.")
    return _("It's too late to abort: the server is being stopped, and starts again by itself.")
