"""Grants: who was given which level."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Level
from bot.storage import row_mapping
from bot.storage.tables import grants

_ALL_SERVERS = ""


async def put(conn: AsyncConnection, grant: Grant) -> None:
    """Store a grant, replacing this subject's for the same server (or for all servers)."""
    if grant.level is Level.NONE:
        raise ValueError("Nothing is not granted, it is what is left after a revocation")
    await row_mapping.put(
        conn, grants, row_mapping.of(grant) | {"server_uuid": grant.server_uuid or _ALL_SERVERS}
    )


async def remove(  # noqa: PLR0913 - a grant's key has five parts
    conn: AsyncConnection,
    *,
    guild_id: int,
    subject_kind: SubjectKind,
    subject_id: int,
    panel_id: str,
    server_uuid: str | None,
) -> bool:
    """Delete a grant; False when there was none."""
    result = await conn.execute(
        grants.delete().where(
            and_(
                grants.c.guild_id == guild_id,
                grants.c.subject_kind == subject_kind,
                grants.c.subject_id == subject_id,
                grants.c.panel_id == panel_id,
                grants.c.server_uuid == (server_uuid or _ALL_SERVERS),
            )
        )
    )
    return result.rowcount > 0


async def of_guild(conn: AsyncConnection, guild_id: int) -> tuple[Grant, ...]:
    """Read all grants of a guild, ordered by panel, server (all first), roles, people."""
    result = await conn.execute(_of_guild(), {"guild_id": guild_id})
    return tuple(Grant(**{**row, "server_uuid": row["server_uuid"] or None}) for row in result.mappings())


@cache
def _of_guild() -> Select[Any]:
    order = grants.c.panel_id, grants.c.server_uuid, grants.c.subject_kind.desc(), grants.c.subject_id
    return select(grants).where(grants.c.guild_id == bindparam("guild_id")).order_by(*order)
