"""Addresses that guilds give to players instead of the panel's."""

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.public_address import PublicAddress
from bot.storage import row_mapping
from bot.storage.tables import public_addresses


async def put(conn: AsyncConnection, address: PublicAddress) -> None:
    """Store an address, replacing the previous one."""
    await row_mapping.put(conn, public_addresses, row_mapping.of(address))


async def remove(conn: AsyncConnection, guild_id: int, panel_id: str, server_uuid: str) -> None:
    """Delete an address, if there is one."""
    table = public_addresses.c
    same = and_(table.guild_id == guild_id, table.panel_id == panel_id, table.server_uuid == server_uuid)
    await conn.execute(public_addresses.delete().where(same))


async def of_panel(conn: AsyncConnection, guild_id: int, panel_id: str) -> dict[str, PublicAddress]:
    """Read those of a guild on a panel, by the uuid of their server."""
    table = public_addresses.c
    query = select(public_addresses).where(table.guild_id == guild_id, table.panel_id == panel_id)
    rows = (await conn.execute(query)).mappings()
    return {row["server_uuid"]: PublicAddress(**row) for row in rows}
