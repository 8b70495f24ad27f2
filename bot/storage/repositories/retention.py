"""Retention policies: which backups of which server are kept."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.retention_policy import Policy
from bot.storage import row_mapping
from bot.storage.tables import retention

# Read every few seconds: kept, so that SQLAlchemy finds out once what it compiles to.
_ALL = select(retention).order_by(retention.c.panel_id, retention.c.server_uuid)


async def put(conn: AsyncConnection, policy: Policy) -> None:
    """Store a policy, replacing the previous one."""
    await row_mapping.put(conn, retention, row_mapping.of(policy))


async def applied(conn: AsyncConnection, *, panel_id: str, server_uuid: str, backup: str) -> None:
    """Record the backup after which a policy was applied."""
    await conn.execute(retention.update().where(_one(panel_id, server_uuid)).values(applied_to=backup))


async def of_server(conn: AsyncConnection, *, panel_id: str, server_uuid: str) -> Policy | None:
    """Read the policy of a server."""
    result = await conn.execute(select(retention).where(_one(panel_id, server_uuid)))
    row = result.mappings().one_or_none()
    return Policy(**row) if row else None


async def iter_all(conn: AsyncConnection) -> tuple[Policy, ...]:
    """Read all policies."""
    return tuple(Policy(**row) for row in (await conn.execute(_ALL)).mappings())


def _one(panel_id: str, server_uuid: str) -> ColumnElement[bool]:
    return and_(retention.c.panel_id == panel_id, retention.c.server_uuid == server_uuid)
