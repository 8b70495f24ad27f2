"""Status boards: messages that always show the servers, one per guild and panel."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import Board
from bot.storage import row_mapping
from bot.storage.tables import boards

# Read every few seconds: kept, so that SQLAlchemy finds out once what it compiles to.
_ALL = select(boards).order_by(boards.c.guild_id, boards.c.panel_id)


async def put(conn: AsyncConnection, board: Board) -> None:
    """Store a board, replacing the previous one."""
    await row_mapping.put(conn, boards, row_mapping.of(board))


async def iter_all(conn: AsyncConnection) -> tuple[Board, ...]:
    """Read all boards."""
    return tuple(Board(**row) for row in (await conn.execute(_ALL)).mappings())
