"""Startup templates of Discord servers."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.startup_templates import StartupTemplate
from bot.storage import row_mapping
from bot.storage.tables import startup_templates


async def put(conn: AsyncConnection, template: StartupTemplate) -> None:
    """Store a template, replacing the one of the same name."""
    await row_mapping.put(conn, startup_templates, row_mapping.of(template))


async def remove(conn: AsyncConnection, *, guild_id: int, name: str) -> bool:
    """Delete a template; False when there was none."""
    same = and_(startup_templates.c.guild_id == guild_id, startup_templates.c.name == name)
    return (await conn.execute(startup_templates.delete().where(same))).rowcount > 0


async def of_guild(conn: AsyncConnection, guild_id: int) -> Sequence[StartupTemplate]:
    """Read the templates of a Discord server, by name."""
    wanted = select(startup_templates).where(startup_templates.c.guild_id == guild_id)
    result = await conn.execute(wanted.order_by(startup_templates.c.name))
    return [StartupTemplate(**row) for row in result.mappings()]
