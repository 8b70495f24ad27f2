"""Copies of backups outside of the panel, with the parts of those that are being made."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.backup_copies import OPEN, BackupCopy, CopyState, SentPart
from bot.domain.observation import ServerKey
from bot.storage import row_mapping
from bot.storage.tables import backup_copies, backup_copy_parts

_COLUMNS = backup_copies.c
_ENDED = (CopyState.FAILED, CopyState.CANCELLED, CopyState.GONE)


async def create(conn: AsyncConnection, copy: BackupCopy) -> int:
    """Store a new copy before it begins, and return its id."""
    row = {name: value for name, value in row_mapping.of(copy).items() if name != "id"}
    query = backup_copies.insert().values(row).returning(_COLUMNS.id)
    copy_id: int = (await conn.execute(query)).scalar_one()
    return copy_id


async def get(conn: AsyncConnection, copy_id: int) -> BackupCopy | None:
    """Read a copy; None when there is none with this id."""
    copies = await _read(conn, _COLUMNS.id == copy_id)
    return copies[0] if copies else None


async def iter_open(conn: AsyncConnection) -> tuple[BackupCopy, ...]:
    """Read the copies that Quetzal still has to do something about, the oldest first."""
    return await _read(conn, _COLUMNS.state.in_(OPEN))


async def iter_ended_uploads(conn: AsyncConnection, before: datetime) -> tuple[BackupCopy, ...]:
    """Read the copies that failed before then, and whose upload is still at the target."""
    return await _read(
        conn,
        _COLUMNS.state == CopyState.FAILED,
        _COLUMNS.upload_id.is_not(None),
        _COLUMNS.ended_at < before,
    )


async def iter_unchecked(conn: AsyncConnection, before: datetime, state: CopyState) -> tuple[BackupCopy, ...]:
    """Read the copies, good or gone, that were last looked for before then, the longest ago first."""
    copies = await _read(
        conn,
        _COLUMNS.state == state,
        _COLUMNS.sha256.is_not(None),
        or_(_COLUMNS.checked_at.is_(None), _COLUMNS.checked_at < before),
    )
    return tuple(sorted(copies, key=lambda copy: copy.checked_at or copy.created_at))


async def of_server(conn: AsyncConnection, server: ServerKey) -> tuple[BackupCopy, ...]:
    """Read the copies of a server's backups, the newest first."""
    copies = await _read(conn, _COLUMNS.panel_id == server.panel_id, _COLUMNS.server_uuid == server.uuid)
    return copies[::-1]


async def to_report(conn: AsyncConnection) -> tuple[BackupCopy, ...]:
    """Read the copies that ended, while whoever asked was not notified."""
    ended = _COLUMNS.state.in_((CopyState.COPIED, CopyState.FAILED))
    return await _read(conn, ended, _COLUMNS.reported_at.is_(None))


async def change(
    conn: AsyncConnection,
    copy_id: int,
    values: Mapping[str, object],
    *,
    only_in: Sequence[CopyState],
) -> bool:
    """Store what is new about a copy; False when it isn't in one of these states."""
    which = and_(_COLUMNS.id == copy_id, _COLUMNS.state.in_(only_in))
    return (await conn.execute(backup_copies.update().where(which).values(values))).rowcount > 0


async def note_reported(conn: AsyncConnection, copy_id: int, at: datetime) -> None:
    """Store that whoever asked knows how it ended."""
    await conn.execute(backup_copies.update().where(_COLUMNS.id == copy_id).values(reported_at=at))


async def parts(conn: AsyncConnection, copy_id: int) -> dict[int, SentPart]:
    """Read the parts that the target has of a copy, by number."""
    query = select(backup_copy_parts).where(backup_copy_parts.c.copy_id == copy_id)
    return {
        row["number"]: SentPart(row["number"], row["size_bytes"], row["receipt"], row["sha256"])
        for row in (await conn.execute(query)).mappings()
    }


async def put_part(conn: AsyncConnection, copy_id: int, part: SentPart) -> None:
    """Store a part that the target has, replacing the one with its number."""
    await row_mapping.put(conn, backup_copy_parts, {"copy_id": copy_id, **row_mapping.of(part)})


async def forget_parts(conn: AsyncConnection, copy_id: int) -> None:
    """Delete what is known of a copy's parts: it is complete, or starts over."""
    await conn.execute(delete(backup_copy_parts).where(backup_copy_parts.c.copy_id == copy_id))


async def prune(conn: AsyncConnection, before: datetime) -> None:
    """Delete copies that ended before then and of which nothing is at the target."""
    old = and_(_COLUMNS.state.in_(_ENDED), _COLUMNS.upload_id.is_(None), _COLUMNS.ended_at < before)
    ids = select(_COLUMNS.id).where(old).scalar_subquery()
    await conn.execute(delete(backup_copy_parts).where(backup_copy_parts.c.copy_id.in_(ids)))
    await conn.execute(delete(backup_copies).where(old))


async def _read(conn: AsyncConnection, *which: ColumnElement[bool]) -> tuple[BackupCopy, ...]:
    query = select(backup_copies).where(*which).order_by(_COLUMNS.id)
    return tuple(BackupCopy(**row) for row in (await conn.execute(query)).mappings())
