"""The clock, which tests and the demo replace by one that they move."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from bot.core.detached_task import start_detached

T = TypeVar("T")


class Wait(Protocol):
    """How to await external events that may take long (a pause, a console line)."""

    async def __call__(self, awaitable: Awaitable[T], /) -> T:
        """Await it."""


class Clock:
    """The system clock, unless other functions are passed."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        wait: Wait | None = None,
    ) -> None:
        self.monotonic = monotonic
        self.now = now
        self._wait: Wait = wait or _plainly

    async def sleep(self, seconds: float) -> None:
        """Pause."""
        await self._wait(asyncio.sleep(seconds))

    async def wait_external(self, awaitable: Awaitable[T], *, limit_s: float | None = None) -> T:
        """Await an external event that may take long; raises TimeoutError at the limit."""
        return await self._wait(awaitable if limit_s is None else _limited(limit_s, awaitable))

    def spawn_detached(self, coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Start a task that waits for external events, detached from the running command."""
        return start_detached(coroutine, name=name)

    async def timeout(self, seconds: float, awaitable: Awaitable[T]) -> T:
        """Await a response for at most so many seconds; then cancel it and raise TimeoutError."""
        return await _limited(seconds, awaitable)


async def _plainly(awaitable: Awaitable[T], /) -> T:
    return await awaitable


async def _limited(seconds: float, awaitable: Awaitable[T]) -> T:
    # Not wait_for: it would await in a task of its own, which the simulator takes for work under way.
    async with asyncio.timeout(seconds):
        return await awaitable
