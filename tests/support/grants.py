"""Levels for people, as `/quetzal access grant` gives them."""

from bot.domain.grants import Grant, SubjectKind
from bot.domain.levels import Level
from bot.storage.repositories import grants
from tests.support.world import GUILD_ID, World


async def grant(world: World, user_id: int, level: Level, server_uuid: str | None = None) -> None:
    """Give a person a level, on one server or on all."""
    now = world.services.clock.now()
    given = Grant(GUILD_ID, SubjectKind.PERSON, user_id, "main", server_uuid, level, world.admin.id, now)
    await world.services.access.granted.change(GUILD_ID, lambda conn: grants.put(conn, given))
