"""Read-only connections to the store: whoever is cancelled meanwhile leaves none behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.detached_task import start_detached

T = TypeVar("T")


class Readers:
    """Opens connections and gives them back in tasks of their own, so that cancelling a reader stops neither.

    Those that give back are detached from the command: one that is cancelled before its first step would
    never give back at all.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._under_way: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Return a connection for as long as the context is open."""
        opening = self._note(asyncio.create_task(self._open(), name="store-reader"))
        try:
            conn = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._give_back)
            raise
        try:
            yield conn
        finally:
            await asyncio.shield(self._close(conn))

    async def close(self) -> None:
        """Wait until all connections are back, then close them."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._engine.dispose()

    async def _open(self) -> AsyncConnection:
        return await self._engine.connect()

    def _give_back(self, opening: asyncio.Task[AsyncConnection]) -> None:
        if not opening.cancelled() and opening.exception() is None:
            self._close(opening.result())

    def _close(self, conn: AsyncConnection) -> asyncio.Task[None]:
        return self._note(start_detached(conn.close(), name="store-reader"))

    def _note(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
