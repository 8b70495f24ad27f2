"""The messages that always show the servers, one a guild and panel."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.messages import Board
from bot.store import rows
from bot.store.schema import boards


async def put(conn: AsyncConnection, board: Board) -> None:
    """Keep a board in place of the one before."""
    await rows.put(conn, boards, rows.of(board))


async def every(conn: AsyncConnection) -> tuple[Board, ...]:
    """Read all boards."""
    found = await conn.execute(select(boards).order_by(boards.c.guild_id, boards.c.panel_id))
    return tuple(Board(**row) for row in found.mappings())
