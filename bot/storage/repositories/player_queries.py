"""How each server's game is asked for its players."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerQuery
from bot.domain.players import GameProtocol
from bot.storage import row_mapping
from bot.storage.tables import player_queries


async def of(conn: AsyncConnection, panel_id: str) -> dict[str, PlayerQuery]:
    """Read those of a panel, by uuid; a protocol that this version doesn't know is found again."""
    rows = await conn.execute(select(player_queries).where(player_queries.c.panel_id == panel_id))
    known = {protocol.value for protocol in GameProtocol}
    return {
        row["server_uuid"]: PlayerQuery(
            GameProtocol(row["protocol"]),
            row["port"],
            row["game"],
            row["chosen_by"],
            row["answered_at"],
            row["silent_since"],
        )
        for row in rows.mappings()
        if row["protocol"] in known
    }


async def put(conn: AsyncConnection, queries: Mapping[ServerKey, PlayerQuery | None]) -> None:
    """Store these; None: delete what is stored."""
    rows = [
        {"panel_id": key.panel_id, "server_uuid": key.uuid, **row_mapping.of(query)}
        for key, query in queries.items()
        if query is not None
    ]
    if rows:
        await conn.execute(row_mapping.inserting_or_replacing(player_queries), rows)
    for key in queries:
        if queries[key] is None:
            own = (player_queries.c.panel_id == key.panel_id, player_queries.c.server_uuid == key.uuid)
            await conn.execute(player_queries.delete().where(*own))
