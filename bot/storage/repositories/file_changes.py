"""File changes: who changed which file, and what was saved before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.audit import Outcome
from bot.domain.file_changes import Change, ChangeKind, new_id
from bot.domain.observation import ServerKey
from bot.storage import row_mapping
from bot.storage.tables import changes

_AT_ONCE = 500
# An undo itself can be reverted from the history, not by another undo.
_NOT_UNDONE = (ChangeKind.UNDO, ChangeKind.PURGE)


async def begin(conn: AsyncConnection, change: Change) -> None:
    """Store a change before it is made."""
    await conn.execute(changes.insert().values(row_mapping.of(change)))


async def settle(conn: AsyncConnection, change_id: str, outcome: Outcome) -> None:
    """Store how a change ended."""
    await conn.execute(changes.update().where(changes.c.id == change_id).values(outcome=outcome))


async def mark_undone(conn: AsyncConnection, change_id: str) -> None:
    """Record that a change was undone."""
    await conn.execute(changes.update().where(changes.c.id == change_id).values(undone=True))


async def of_ids(
    conn: AsyncConnection, *, panel_id: str, server_uuid: str, ids: Iterable[str]
) -> dict[str, Change]:
    """Read these changes of a server, by id."""
    wanted, read = list(ids), {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = changes.c.id.in_(wanted[first : first + _AT_ONCE])
        for row in (await conn.execute(_query(panel_id, server_uuid, some))).mappings():
            read[row["id"]] = Change(**row)
    return read


async def last_of(
    conn: AsyncConnection, *, panel_id: str, server_uuid: str, guild_id: int, user_id: int
) -> Change | None:
    """Find a person's latest change of a server that may have been made and was not undone."""
    theirs = and_(
        changes.c.guild_id == guild_id,
        changes.c.user_id == user_id,
        changes.c.outcome != Outcome.FAILED,
        changes.c.undone.is_(False),
        changes.c.kind.not_in(_NOT_UNDONE),
    )
    result = await conn.execute(_query(panel_id, server_uuid, theirs).limit(1))
    row = result.mappings().one_or_none()
    return Change(**row) if row else None


async def last_before(
    conn: AsyncConnection, server: ServerKey, *, guild_id: int, since: datetime, until: datetime
) -> Change | None:
    """Find a guild's latest change of a server in that time that was made and not undone."""
    theirs = and_(
        changes.c.guild_id == guild_id,
        changes.c.outcome == Outcome.DONE,
        changes.c.undone.is_(False),
        changes.c.kind.not_in(_NOT_UNDONE),
        changes.c.id >= new_id(since, ""),
        changes.c.id < new_id(until, ""),
    )
    result = await conn.execute(_query(server.panel_id, server.uuid, theirs).limit(1))
    row = result.mappings().one_or_none()
    return Change(**row) if row else None


async def forget(
    conn: AsyncConnection, *, panel_id: str, server_uuid: str, ids: Iterable[str] = (), before_id: str = ""
) -> None:
    """Delete these changes of a server, and all with an earlier id."""
    gone = or_(changes.c.id.in_(list(ids)), changes.c.id < before_id)
    await conn.execute(
        changes.delete().where(changes.c.panel_id == panel_id, changes.c.server_uuid == server_uuid, gone)
    )


def _query(panel_id: str, server_uuid: str, which: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a Select
    return (
        select(changes)
        .where(changes.c.panel_id == panel_id, changes.c.server_uuid == server_uuid, which)
        .order_by(changes.c.id.desc())
    )
