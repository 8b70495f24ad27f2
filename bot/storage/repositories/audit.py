"""The audit: who did what, written before the act and completed after it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Update, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.core.i18n import english
from bot.domain.audit import AuditCursor, AuditEntry, AuditFilter, AuditPage, Facts, Outcome
from bot.storage import row_mapping
from bot.storage.database import Store
from bot.storage.tables import audit

_PRUNED_AT_ONCE = 1000


async def begin(conn: AsyncConnection, act: AuditEntry) -> int:
    """Store an act and return its id.

    It is written with the outcome UNKNOWN before the act, so it is true even if the process dies meanwhile.
    """
    row = row_mapping.of(act) | {"facts": _text(act.facts)}
    del row["id"]
    result = await conn.execute(_insertion(), row)
    act_id: int = result.scalar_one()
    return act_id


async def settle(conn: AsyncConnection, act_id: int, outcome: Outcome, facts: Facts | None = None) -> None:
    """Store how an act ended and, unless None, the facts that replace the earlier ones."""
    values: dict[str, object] = {"outcome": outcome}
    if facts is not None:
        values["facts"] = _text(facts)
    await conn.execute(_settlement(), {**values, "act_id": act_id})


async def page(
    conn: AsyncConnection, wanted: AuditFilter, *, older_than: AuditCursor | None = None, size: int = 25
) -> AuditPage:
    """Read one page, newest first; pages stay stable while acts are added or pruned."""
    rows = (await conn.execute(page_query(wanted, older_than, size + 1))).mappings().all()
    acts = tuple(_act(row) for row in rows[:size])
    more = len(rows) > size
    return AuditPage(acts, AuditCursor(rows[size - 1]["at"], rows[size - 1]["id"]) if more else None)


async def count(conn: AsyncConnection, wanted: AuditFilter) -> int:
    """Count the acts that match."""
    result = await conn.execute(select(func.count()).select_from(audit).where(*_conditions(wanted)))
    number: int = result.scalar_one()
    return number


def page_query(wanted: AuditFilter, older_than: AuditCursor | None, size: int) -> Select[tuple[object, ...]]:
    """Build the query for one page."""
    conditions = _conditions(wanted)
    if older_than is not None:
        conditions.append(tuple_(audit.c.at, audit.c.id) < (older_than.at, older_than.id))
    return select(audit).where(*conditions).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(size)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [audit.c.guild_id == wanted.guild_id]
    exact: Sequence[str] = ("user_id", "server_uuid", "action", "outcome")
    conditions += [audit.c[name] == value for name in exact if (value := getattr(wanted, name)) is not None]
    if wanted.since is not None:
        conditions.append(audit.c.at >= wanted.since)
    return conditions


async def of_server(
    conn: AsyncConnection, panel_id: str, server_uuid: str, kinds: Collection[str], *, since: datetime
) -> tuple[AuditEntry, ...]:
    """Read what was done to a server in all guilds since then, newest first."""
    which = (audit.c.at >= since, audit.c.panel_id == panel_id, audit.c.server_uuid == server_uuid)
    query = select(audit).where(*which, audit.c.action.in_(list(kinds))).order_by(audit.c.at.desc())
    return tuple(_act(row) for row in (await conn.execute(query)).mappings())


async def after(
    conn: AsyncConnection, panel_id: str, kinds: Collection[str], *, act_id: int
) -> tuple[AuditEntry, ...]:
    """Read what was done on a panel after an act, oldest first."""
    result = await conn.execute(_after(), {"act_id": act_id, "panel_id": panel_id, "kinds": list(kinds)})
    return tuple(_act(row) for row in result.mappings())


async def last_id(conn: AsyncConnection) -> int:
    """Return the id of the latest act; 0 without one."""
    number: int = (await conn.execute(select(func.coalesce(func.max(audit.c.id), 0)))).scalar_one()
    return number


async def actions(conn: AsyncConnection, guild_id: int) -> list[str]:
    """List the kinds of acts of a guild, by name."""
    query = select(audit.c.action).where(audit.c.guild_id == guild_id).distinct().order_by(audit.c.action)
    return [*(await conn.execute(query)).scalars()]


async def prune(store: Store, *, before: datetime) -> int:
    """Delete acts older than `before` and return how many; in small transactions, so that no write waits."""
    total = 0
    old = select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(_PRUNED_AT_ONCE)

    async def some(conn: AsyncConnection) -> int:
        return (await conn.execute(audit.delete().where(audit.c.id.in_(old.scalar_subquery())))).rowcount

    while gone := await store.write(some):
        total += gone
    return total


# Built once: two are run for each act, the third every few seconds.


@cache
def _insertion() -> ReturningInsert[Any]:
    return audit.insert().returning(audit.c.id)


@cache
def _settlement() -> Update:
    return audit.update().where(audit.c.id == bindparam("act_id"))


@cache
def _after() -> Select[Any]:
    kind = audit.c.action.in_(bindparam("kinds", expanding=True))
    which = (audit.c.id > bindparam("act_id"), audit.c.panel_id == bindparam("panel_id"), kind)
    return select(audit).where(*which).order_by(audit.c.id)


def _act(row: RowMapping) -> AuditEntry:
    return AuditEntry(**{**row, "facts": json.loads(row["facts"])})


def _text(facts: Facts) -> str:
    stored = {name: english(value) if isinstance(value, str) else value for name, value in facts.items()}
    return json.dumps(stored, separators=(",", ":"))
