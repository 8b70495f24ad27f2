"""The messages that always show the servers, one a guild and panel."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.messages import Board
from bot.store import rows
from bot.store.schema import boards


async def put(conn: AsyncConnection, board: Board) -> None:
    """Keep a board in place of the one before."""
    await rows.put(conn, boards, rows.of(board))


async def remove(conn: AsyncConnection, *, guild_id: int, panel_id: str) -> bool:
    """Take a board down; False when there is none."""
    same = (boards.c.guild_id == guild_id, boards.c.panel_id == panel_id)
    return (await conn.execute(boards.delete().where(*same))).rowcount > 0


async def every(conn: AsyncConnection) -> tuple[Board, ...]:
    """Read all boards."""
    found = await conn.execute(select(boards).order_by(boards.c.guild_id, boards.c.panel_id))
    return tuple(Board(**row) for row in found.mappings())
