"""What can be wrong with the store while the bot runs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.support.world import World


async def pragma(world: World, name: str, value: object) -> object:
    """Change how the one connection that writes works; returns what it was."""
    async with world.services.store._writer._engine.connect() as conn:  # which begins nothing
        connection: Any = (await conn.get_raw_connection()).driver_connection
        (before,) = await (await connection.execute(f"PRAGMA {name}")).fetchone()
        await connection.execute(f"PRAGMA {name} = {value}")
    return before


@asynccontextmanager
async def locked(world: World) -> AsyncIterator[None]:
    """Let another process hold the store's lock for writing."""
    await pragma(world, "busy_timeout", 0)
    path = world.services.settings.data_dir / "quetzal.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
        while not _begun(other):
            await world.services.store.write(_nothing)  # ends after what the bot is writing now
        yield
        other.execute("ROLLBACK")


def _begun(other: sqlite3.Connection) -> bool:
    """Take the lock of another process, unless the bot has it at this moment."""
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


async def _nothing(_: AsyncConnection) -> None:
    """Write nothing."""
