"""Status boards: messages that always show the servers, one per guild and panel."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import Board
from bot.storage import row_mapping
from bot.storage.tables import boards


async def put(conn: AsyncConnection, board: Board) -> None:
    """Store a board, replacing the previous one."""
    await row_mapping.put(conn, boards, row_mapping.of(board))


async def iter_all(conn: AsyncConnection) -> tuple[Board, ...]:
    """Read all boards."""
    result = await conn.execute(select(boards).order_by(boards.c.guild_id, boards.c.panel_id))
    return tuple(Board(**row) for row in result.mappings())
