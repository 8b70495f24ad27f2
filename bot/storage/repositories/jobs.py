"""Jobs, with their servers and steps."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, RowMapping, Select, and_, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

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
    StepOutcome,
)
from bot.domain.observation import ServerKey
from bot.storage import row_mapping
from bot.storage.tables import job_servers, job_steps, jobs

_OPEN = jobs.c.ending.is_(None)
# Read every few seconds: kept, so that SQLAlchemy finds out once what they compile to.
_ALL_OPEN = select(jobs).where(_OPEN).order_by(jobs.c.id)
_SHOWN = select(jobs).where(or_(_OPEN, jobs.c.reported_at.is_(None))).order_by(jobs.c.id)
_ENDED = select(jobs.c.id).where(jobs.c.ended_at < bindparam("before")).limit(1)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SERVERS = select(job_servers).where(job_servers.c.job_id.in_(_IDS)).order_by(job_servers.c.name)
_STEPS = select(job_steps).where(job_steps.c.job_id.in_(_IDS)).order_by(job_steps.c.begun_at)


async def create(conn: AsyncConnection, job: Job) -> int:
    """Store a new job with its servers, and return its id."""
    row = {name: value for name, value in row_mapping.of(job).items() if name in jobs.c and name != "id"}
    row["plan"] = json.dumps(asdict(job.plan))
    job_id: int = (await conn.execute(jobs.insert().values(row).returning(jobs.c.id))).scalar_one()
    for server in job.servers:
        await conn.execute(
            job_servers.insert().values(**_of(job_id, server.key), name=server.name, node=server.node)
        )
    return job_id


async def get(conn: AsyncConnection, job_id: int) -> Job | None:
    """Read a job; None when there is none with this id."""
    known = await _read(conn, select(jobs).where(jobs.c.id == job_id))
    return known[0] if known else None


async def iter_open(conn: AsyncConnection) -> tuple[Job, ...]:
    """Read the jobs that have not ended, the oldest first."""
    return await _read(conn, _ALL_OPEN)


async def to_show(conn: AsyncConnection) -> tuple[Job, ...]:
    """Read the jobs whose message may change, or whose end people were not notified of."""
    return await _read(conn, _SHOWN)


async def in_the_way(conn: AsyncConnection, servers: Collection[ServerKey]) -> tuple[Job, ...]:
    """Read the open jobs that still have something to do on one of these servers."""
    return tuple(job for job in await iter_open(conn) if not job.remaining.isdisjoint(servers))


async def begin_step(conn: AsyncConnection, job_id: int, step: JobStep) -> bool:
    """Store a step before it begins; False when the job has ended or was called off meanwhile.

    The message to players that it was called off is still sent, and what had begun before goes on.
    """
    query = select(jobs.c.called_off).where(jobs.c.id == job_id, _OPEN)
    row = (await conn.execute(query)).mappings().one_or_none()
    if row is None or (row["called_off"] is not None and step.kind is not StepKind.NOTICE):
        return False
    await conn.execute(
        job_steps.insert().values(
            **_of(job_id, step.server),
            kind=step.kind,
            number=step.number,
            begun_at=step.begun_at,
            detail=step.detail,
        )
    )
    return True


async def note_detail(conn: AsyncConnection, job_id: int, step: JobStep, detail: str) -> None:
    """Store what is known of a step that is under way."""
    await conn.execute(job_steps.update().where(_same(job_id, step)).values(detail=detail))


async def settle_step(  # noqa: PLR0913, PLR0917 - what a result is made of
    conn: AsyncConnection, job_id: int, step: JobStep, outcome: StepOutcome, at: datetime, detail: str
) -> None:
    """Store how a step ended."""
    values = {"outcome": outcome, "settled_at": at, "detail": detail}
    await conn.execute(job_steps.update().where(_same(job_id, step)).values(values))


async def set_due(conn: AsyncConnection, job_id: int, at: datetime) -> None:
    """Store when the server is to be stopped."""
    await conn.execute(jobs.update().where(jobs.c.id == job_id, _OPEN).values(due_at=at))


async def call_off(conn: AsyncConnection, job_id: int, why: CalledOff, by: int | None = None) -> bool:
    """Call a job off; False when it has ended, was called off, or has begun to stop its server."""
    stops = select(job_steps.c.job_id).where(job_steps.c.job_id == job_id, job_steps.c.kind == StepKind.STOP)
    query = jobs.update().where(jobs.c.id == job_id, _OPEN, jobs.c.called_off.is_(None), ~stops.exists())
    return (await conn.execute(query.values(called_off=why, called_off_by=by))).rowcount > 0


async def finish(
    conn: AsyncConnection, job_id: int, ending: JobEnding, at: datetime, detail: str = ""
) -> None:
    """Store how a job ended; what was left in between counts as unknown."""
    left = and_(job_steps.c.job_id == job_id, job_steps.c.outcome.is_(None))
    await conn.execute(job_steps.update().where(left).values(outcome=StepOutcome.UNKNOWN, settled_at=at))
    values = {"ending": ending, "ended_at": at, "detail": detail}
    await conn.execute(jobs.update().where(jobs.c.id == job_id, _OPEN).values(values))


async def note_message(conn: AsyncConnection, job_id: int, values: Mapping[str, object]) -> None:
    """Store what is known of a job's message, by the names of its fields."""
    await conn.execute(jobs.update().where(jobs.c.id == job_id).values(values))


async def has_ended_before(conn: AsyncConnection, before: datetime) -> bool:
    """Return whether there is something to prune."""
    return (await conn.execute(_ENDED, {"before": before})).first() is not None


async def prune(conn: AsyncConnection, before: datetime) -> int:
    """Delete jobs that ended before then, and return how many."""
    old = select(jobs.c.id).where(jobs.c.ended_at < before).scalar_subquery()
    for table in (job_steps, job_servers):
        await conn.execute(delete(table).where(table.c.job_id.in_(old)))
    return (await conn.execute(delete(jobs).where(jobs.c.ended_at < before))).rowcount


async def _read(conn: AsyncConnection, query: Select[Any]) -> tuple[Job, ...]:
    rows = (await conn.execute(query)).mappings().all()
    if not rows:
        return ()
    ids = [row["id"] for row in rows]
    servers: defaultdict[int, list[JobServer]] = defaultdict(list)
    for row in (await conn.execute(_SERVERS, {"ids": ids})).mappings():
        servers[row["job_id"]].append(JobServer(_key(row), row["name"], row["node"]))
    steps: defaultdict[int, list[JobStep]] = defaultdict(list)
    for row in (await conn.execute(_STEPS, {"ids": ids})).mappings():
        steps[row["job_id"]].append(_step(row))
    return tuple(_job(row, servers[row["id"]], steps[row["id"]]) for row in rows)


def _job(row: RowMapping, servers: list[JobServer], steps: list[JobStep]) -> Job:
    values = {**row, "plan": _plan(row["kind"], json.loads(row["plan"]))}
    return Job(**values, servers=tuple(servers), steps=tuple(steps))


def _plan(kind: JobKind, stored: Mapping[str, Any]) -> CountdownPlan | BulkPlan:
    if kind is JobKind.BULK:
        return BulkPlan(BulkAction(stored["action"]), stored["command"], stored["at_once"])
    return CountdownPlan(tuple(stored["marks"]), stored["backup"], stored["when_empty"])


def _step(row: RowMapping) -> JobStep:
    return JobStep(
        _key(row),
        row["kind"],
        row["number"],
        row["begun_at"],
        row["settled_at"],
        row["outcome"],
        row["detail"],
    )


def _key(row: RowMapping) -> ServerKey:
    return ServerKey(row["panel_id"], row["server_uuid"])


def _of(job_id: int, server: ServerKey) -> dict[str, object]:
    return {"job_id": job_id, "panel_id": server.panel_id, "server_uuid": server.uuid}


def _same(job_id: int, step: JobStep) -> ColumnElement[bool]:
    values = {**_of(job_id, step.server), "kind": step.kind, "number": step.number}
    return and_(*(job_steps.c[name] == value for name, value in values.items()))
