"""What the watch knows of each server over a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import Observation, ServerKey
from bot.storage.tables import sights

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server: its last sight, and whether its being offline is wanted, as far as anybody knows.

    `asked_by` says in a few words who or what wanted it, `asked_at` when; both stay after it came up again,
    so that one wish explains one stop. `offline_since` is when it was first seen offline; `crashed` says that
    its node said so of this end, and that the crash is counted.
    """

    last: Observation | None = None
    asked: bool = True
    asked_by: str | None = None
    asked_at: datetime | None = None
    offline_since: datetime | None = None
    crashed: bool = False


_FORM = TypeAdapter(ServerState)


async def get(conn: AsyncConnection, server: ServerKey) -> ServerState | None:
    """Read one server's; None when it was never seen."""
    return (await of(conn, server.panel_id, [server.uuid])).get(server.uuid)


async def of(
    conn: AsyncConnection, panel_id: str, uuids: Collection[str] | None = None
) -> dict[str, ServerState]:
    """Read what is known of these servers of a panel (None: of all), by uuid."""
    states: dict[str, ServerState] = {}
    every = select(sights.c.server_uuid, sights.c.memory).where(sights.c.panel_id == panel_id)
    wanted = list(uuids) if uuids is not None else None
    parts = (
        [every]
        if wanted is None
        else [
            every.where(sights.c.server_uuid.in_(wanted[first : first + _AT_ONCE]))
            for first in range(0, len(wanted), _AT_ONCE)
        ]
    )
    for query in parts:
        for row in await conn.execute(query):
            states[row.server_uuid] = _FORM.validate_json(row.memory)
    return states


async def put(conn: AsyncConnection, panel_id: str, known: Mapping[str, ServerState]) -> None:
    """Keep what is known of these servers, by uuid."""
    if not known:
        return
    statement = insert(sights)
    statement = statement.on_conflict_do_update(
        index_elements=[sights.c.panel_id, sights.c.server_uuid], set_={"memory": statement.excluded.memory}
    )
    rows = [
        {"panel_id": panel_id, "server_uuid": uuid, "memory": _FORM.dump_json(memory).decode()}
        for uuid, memory in known.items()
    ]
    await conn.execute(statement, rows)


async def forget(conn: AsyncConnection, panel_id: str, uuids: Collection[str]) -> None:
    """Forget servers that are not there any more."""
    gone = sights.c.server_uuid.in_(list(uuids))
    await conn.execute(sights.delete().where(sights.c.panel_id == panel_id, gone))
