"""Default servers: which server is meant when a person names none."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.default_server import DefaultScope, DefaultServer
from bot.storage import row_mapping
from bot.storage.tables import defaults


async def put(conn: AsyncConnection, default: DefaultServer) -> None:
    """Store a default server, replacing the previous one."""
    await row_mapping.put(conn, defaults, row_mapping.of(default))


async def remove(conn: AsyncConnection, *, guild_id: int, scope: DefaultScope, subject_id: int) -> bool:
    """Delete a default server; False when there was none."""
    result = await conn.execute(
        defaults.delete().where(
            and_(
                defaults.c.guild_id == guild_id,
                defaults.c.scope == scope,
                defaults.c.subject_id == subject_id,
            )
        )
    )
    return result.rowcount > 0


async def applicable(
    conn: AsyncConnection, *, guild_id: int, channel_ids: Sequence[int], user_id: int
) -> tuple[DefaultServer, ...]:
    """Read the defaults that apply here, in order of precedence: channel, self, guild.

    `channel_ids` are the channel and what it is in, the nearest first, so that a thread without a default has
    its parent's.
    """
    subjects = [
        *((DefaultScope.CHANNEL, channel_id) for channel_id in channel_ids),
        (DefaultScope.SELF, user_id),
        (DefaultScope.GUILD, guild_id),
    ]
    wanted = or_(
        *(and_(defaults.c.scope == scope, defaults.c.subject_id == subject) for scope, subject in subjects)
    )
    result = await conn.execute(select(defaults).where(defaults.c.guild_id == guild_id, wanted))
    chosen = (DefaultServer(**row) for row in result.mappings())
    return tuple(sorted(chosen, key=lambda default: subjects.index((default.scope, default.subject_id))))
