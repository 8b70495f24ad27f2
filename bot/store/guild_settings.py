"""What guilds chose in their set-up."""

import json

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.store import rows
from bot.store.schema import guild_settings


async def put(conn: AsyncConnection, settings: GuildSettings) -> None:
    """Keep a guild's choices for one panel, in place of the earlier ones."""
    row = rows.of(settings)
    del row["steps"]
    await rows.put(conn, guild_settings, row | {"setup_steps": json.dumps(sorted(settings.steps))})


async def get(conn: AsyncConnection, *, guild_id: int, panel_id: str) -> GuildSettings | None:
    """Read a guild's choices for one panel; None when the set-up was never begun."""
    found = await conn.execute(
        select(guild_settings).where(
            guild_settings.c.guild_id == guild_id, guild_settings.c.panel_id == panel_id
        )
    )
    if (row := found.mappings().one_or_none()) is None:
        return None
    values = dict(row)
    steps = frozenset(map(SetupStep, json.loads(values.pop("setup_steps"))))
    return GuildSettings(**values, steps=steps)
