"""Settings that guilds chose in their set-up."""

import json
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.storage import row_mapping
from bot.storage.tables import guild_settings


async def put(conn: AsyncConnection, settings: GuildSettings) -> None:
    """Store a guild's settings for one panel, replacing the previous ones."""
    row = row_mapping.of(settings)
    del row["steps"]
    await row_mapping.put(conn, guild_settings, row | {"setup_steps": json.dumps(sorted(settings.steps))})


async def get(conn: AsyncConnection, *, guild_id: int, panel_id: str) -> GuildSettings | None:
    """Read a guild's settings for one panel; None when the set-up was never begun."""
    result = await conn.execute(_of_guild(), {"guild_id": guild_id, "panel_id": panel_id})
    row = result.mappings().one_or_none()
    return None if row is None else _settings(row)


async def of_panel(conn: AsyncConnection, panel_id: str) -> tuple[GuildSettings, ...]:
    """Read the settings of every guild for a panel."""
    result = await conn.execute(_of_panel(), {"panel_id": panel_id})
    return tuple(_settings(row) for row in result.mappings())


@cache
def _of_guild() -> Select[Any]:
    columns = guild_settings.c.guild_id, guild_settings.c.panel_id
    return select(guild_settings).where(*(column == bindparam(column.name) for column in columns))


@cache
def _of_panel() -> Select[Any]:
    of_panel = guild_settings.c.panel_id == bindparam("panel_id")
    return select(guild_settings).where(of_panel).order_by(guild_settings.c.guild_id)


def _settings(row: RowMapping) -> GuildSettings:
    values = dict(row)
    steps = frozenset(map(SetupStep, json.loads(values.pop("setup_steps"))))
    return GuildSettings(**values, steps=steps)
