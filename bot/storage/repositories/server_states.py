"""The last state of each server, which monitoring goes on from after a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import Observation, ServerKey
from bot.storage import row_mapping
from bot.storage.tables import server_states

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server: its last observation, and whether its stop was requested, as far as is known.

    `stop_requested_by` says in a few words who or what requested it, `stop_requested_at` when; both stay
    after it started again, so that one request explains one stop. `offline_since` is when it was first
    observed offline; `crashed` says that its node reported this end as a crash, which is counted.
    `restart_requested` says that it is offline on its way through a restart.
    """

    last: Observation | None = None
    stop_requested: bool = True
    stop_requested_by: str | None = None
    stop_requested_at: datetime | None = None
    offline_since: datetime | None = None
    crashed: bool = False
    restart_requested: bool = False


_FORM = TypeAdapter(ServerState)


async def get(conn: AsyncConnection, server: ServerKey) -> ServerState | None:
    """Read the state of one server; None when it was never observed."""
    return (await of(conn, server.panel_id, [server.uuid])).get(server.uuid)


async def of(
    conn: AsyncConnection, panel_id: str, uuids: Collection[str] | None = None
) -> dict[str, ServerState]:
    """Read the states of these servers of a panel (None: of all), by uuid."""
    states: dict[str, ServerState] = {}
    query = select(server_states.c.server_uuid, server_states.c.state).where(
        server_states.c.panel_id == panel_id
    )
    wanted = list(uuids) if uuids is not None else None
    parts = (
        [query]
        if wanted is None
        else [
            query.where(server_states.c.server_uuid.in_(wanted[first : first + _AT_ONCE]))
            for first in range(0, len(wanted), _AT_ONCE)
        ]
    )
    for part in parts:
        for row in await conn.execute(part):
            states[row.server_uuid] = _FORM.validate_json(row.state)
    return states


async def put(conn: AsyncConnection, panel_id: str, known: Mapping[str, ServerState]) -> None:
    """Store the states of these servers, by uuid."""
    if not known:
        return
    rows = [
        {"panel_id": panel_id, "server_uuid": uuid, "state": _FORM.dump_json(state).decode()}
        for uuid, state in known.items()
    ]
    await conn.execute(row_mapping.inserting_or_replacing(server_states), rows)


async def forget(conn: AsyncConnection, panel_id: str, uuids: Collection[str]) -> None:
    """Delete the states of servers that do not exist any more."""
    gone = server_states.c.server_uuid.in_(list(uuids))
    await conn.execute(server_states.delete().where(server_states.c.panel_id == panel_id, gone))
