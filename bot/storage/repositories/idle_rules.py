"""Which servers stop when they are empty."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.idle import IdleRule
from bot.domain.observation import ServerKey
from bot.storage import row_mapping
from bot.storage.tables import idle_rules

# Read every few seconds: kept, so that SQLAlchemy finds out once what it compiles to.
_ALL = select(idle_rules).order_by(idle_rules.c.panel_id, idle_rules.c.server_uuid)


async def put(conn: AsyncConnection, rule: IdleRule) -> None:
    """Store a rule, replacing the previous one of its server."""
    await row_mapping.put(conn, idle_rules, row_mapping.of(rule))


async def get(conn: AsyncConnection, server: ServerKey) -> IdleRule | None:
    """Read the rule of a server."""
    row = (await conn.execute(select(idle_rules).where(_of(server)))).mappings().one_or_none()
    return IdleRule(**row) if row else None


async def iter_all(conn: AsyncConnection) -> tuple[IdleRule, ...]:
    """Read all rules."""
    return tuple(IdleRule(**row) for row in (await conn.execute(_ALL)).mappings())


async def stopped(
    conn: AsyncConnection, servers: Collection[ServerKey], guild_id: int
) -> dict[ServerKey, datetime]:
    """Read which of these servers were stopped by a guild's rule because they were empty, and when."""
    wanted = frozenset(servers)
    return {
        rule.key: rule.stopped_at
        for rule in await iter_all(conn)
        if rule.stopped_at is not None and rule.guild_id == guild_id and rule.key in wanted
    }


async def note_stopped(conn: AsyncConnection, server: ServerKey, at: datetime | None) -> None:
    """Record that a server was stopped because it was empty, or (None) that it runs again."""
    await conn.execute(idle_rules.update().where(_of(server)).values(stopped_at=at))


def _of(server: ServerKey) -> ColumnElement[bool]:
    return and_(idle_rules.c.panel_id == server.panel_id, idle_rules.c.server_uuid == server.uuid)
