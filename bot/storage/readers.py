"""Read-only connections to the store: whoever is cancelled meanwhile leaves none behind."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


class Readers:
    """Opens connections and gives them back in tasks of their own, which cannot be cancelled from outside."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._under_way: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Return a connection for as long as the context is open."""
        opening = self._start(self._open())
        try:
            conn = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(self._give_back)
            raise
        try:
            yield conn
        finally:
            await asyncio.shield(self._start(conn.close()))

    async def close(self) -> None:
        """Wait until all connections are back, then close them."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        await self._engine.dispose()

    async def _open(self) -> AsyncConnection:
        return await self._engine.connect()

    def _give_back(self, opening: asyncio.Task[AsyncConnection]) -> None:
        if not opening.cancelled() and opening.exception() is None:
            self._start(opening.result().close())

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work, name="store-reader")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
