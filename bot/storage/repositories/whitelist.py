"""Servers whose whitelist people may ask for, and their requests."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.whitelist import RequestState, WhitelistForm, WhitelistRequest
from bot.storage import row_mapping
from bot.storage.tables import whitelist_forms, whitelist_requests

_UNDECIDED = whitelist_requests.c.state.in_((RequestState.OPEN, RequestState.DECIDING))
_IN_ORDER = select(whitelist_requests).order_by(whitelist_requests.c.id)
# Read every few seconds: kept, so that SQLAlchemy finds out once what they compile to.
_SHOWN = _IN_ORDER.where(or_(_UNDECIDED, whitelist_requests.c.closed_at.is_(None)))


async def put_form(conn: AsyncConnection, form: WhitelistForm) -> None:
    """Store a form, replacing the previous one of its server."""
    await row_mapping.put(conn, whitelist_forms, row_mapping.of(form))


async def remove_form(conn: AsyncConnection, form: WhitelistForm) -> bool:
    """Delete a form; False when there was none."""
    same = and_(
        whitelist_forms.c.guild_id == form.guild_id,
        whitelist_forms.c.panel_id == form.panel_id,
        whitelist_forms.c.server_uuid == form.server_uuid,
    )
    return (await conn.execute(whitelist_forms.delete().where(same))).rowcount > 0


async def forms_of(conn: AsyncConnection, guild_id: int) -> tuple[WhitelistForm, ...]:
    """Read the forms of a guild."""
    query = select(whitelist_forms).where(whitelist_forms.c.guild_id == guild_id)
    rows = await conn.execute(query.order_by(whitelist_forms.c.server_name))
    return tuple(WhitelistForm(**row) for row in rows.mappings())


async def create(conn: AsyncConnection, request: WhitelistRequest) -> int:
    """Store a new request, and return its id."""
    row = {name: value for name, value in row_mapping.of(request).items() if name != "id"}
    query = whitelist_requests.insert().values(row).returning(whitelist_requests.c.id)
    request_id: int = (await conn.execute(query)).scalar_one()
    return request_id


async def get(conn: AsyncConnection, request_id: int) -> WhitelistRequest | None:
    """Read a request; None when there is none with this id."""
    requests = await _read(conn, _IN_ORDER.where(whitelist_requests.c.id == request_id))
    return requests[0] if requests else None


async def undecided(conn: AsyncConnection, guild_id: int) -> tuple[WhitelistRequest, ...]:
    """Read the requests of a guild that nobody has decided."""
    return await _read(conn, _IN_ORDER.where(whitelist_requests.c.guild_id == guild_id, _UNDECIDED))


async def to_show(conn: AsyncConnection) -> tuple[WhitelistRequest, ...]:
    """Read the requests whose message may change, or whose decision wasn't sent to whoever asked."""
    return await _read(conn, _SHOWN)


async def asked_at(conn: AsyncConnection, guild_id: int, user_id: int, since: datetime) -> list[datetime]:
    """Read when a person asked for servers of a guild."""
    table = whitelist_requests.c
    own = and_(table.guild_id == guild_id, table.user_id == user_id, table.requested_at > since)
    return list((await conn.execute(select(table.requested_at).where(own))).scalars())


async def move(
    conn: AsyncConnection, request_id: int, before: RequestState, values: Mapping[str, object]
) -> bool:
    """Change a request that is in this state, by the names of its fields; False when it isn't any more."""
    same = and_(whitelist_requests.c.id == request_id, whitelist_requests.c.state == before)
    return (await conn.execute(whitelist_requests.update().where(same).values(values))).rowcount > 0


async def note(conn: AsyncConnection, request_id: int, values: Mapping[str, object]) -> None:
    """Store what is known of a request's messages, by the names of its fields."""
    same = whitelist_requests.c.id == request_id
    await conn.execute(whitelist_requests.update().where(same).values(values))


async def prune(conn: AsyncConnection, before: datetime) -> None:
    """Delete requests that were closed before then."""
    await conn.execute(whitelist_requests.delete().where(whitelist_requests.c.closed_at < before))


async def _read(conn: AsyncConnection, query: Select[Any]) -> tuple[WhitelistRequest, ...]:
    return tuple(WhitelistRequest(**row) for row in (await conn.execute(query)).mappings())
