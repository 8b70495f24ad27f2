"""Status boards: messages that always show the servers, one per guild, panel and audience."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import Audience, Board
from bot.storage import row_mapping
from bot.storage.tables import boards, public_boards

_TABLES = {Audience.STAFF: boards, Audience.PUBLIC: public_boards}
# Read every few seconds: kept, so that SQLAlchemy finds out once what it compiles to.
_ALL = {
    audience: select(table).order_by(table.c.guild_id, table.c.panel_id)
    for audience, table in _TABLES.items()
}


async def put(conn: AsyncConnection, board: Board) -> None:
    """Store a board, replacing the previous one for the same people."""
    row = row_mapping.of(board)
    await row_mapping.put(conn, _TABLES[row.pop("audience")], row)


async def iter_all(conn: AsyncConnection) -> tuple[Board, ...]:
    """Read all boards."""
    return tuple(
        [
            Board(**row, audience=audience)
            for audience, query in _ALL.items()
            for row in (await conn.execute(query)).mappings()
        ]
    )
