"""Read-only connections to the store: whoever is cancelled meanwhile leaves none behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.detached_task import start_detached


class Readers:
    """Hands out connections, each of which a detached task opens and gives back.

    1. The task opens a connection and hands it to the reader.
    2. It waits until the reader is done with it, or was cancelled.
    3. It gives the connection back.

    Nothing that ends a command stops these steps: opening and giving back take a thread's answers, and a task
    that is cancelled before its first step takes none at all.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._holders: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Return a connection for as long as the context is open."""
        opened: asyncio.Future[AsyncConnection] = asyncio.get_running_loop().create_future()
        is_done = asyncio.Event()
        holder = start_detached(self._hold(opened, is_done), name="store-reader")
        self._holders.add(holder)
        # A callback has the context of who adds it, and may end with the command.
        holder.add_done_callback(self._holders.discard, context=Context())
        try:
            yield await opened
        finally:
            is_done.set()
            await asyncio.shield(holder)

    async def close(self) -> None:
        """Wait until all connections are back, then close them."""
        while self._holders:
            await asyncio.wait(self._holders)
        await self._engine.dispose()

    async def _hold(self, opened: "asyncio.Future[AsyncConnection]", is_done: asyncio.Event) -> None:
        try:
            conn = await self._engine.connect()
        except Exception as error:  # noqa: BLE001 - it belongs to the reader
            if not opened.done():
                opened.set_exception(error)
            return
        try:
            if not opened.done():
                opened.set_result(conn)
                await is_done.wait()
        finally:
            await conn.close()
