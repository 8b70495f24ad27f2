"""The only task that writes: each change whole, in order of request, even if its caller is cancelled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.errors import StoreClosed, database_faults

log = logging.getLogger(__name__)

T = TypeVar("T")


class Writer:
    """Runs changes one after another, in the order of the calls, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine, check: Callable[[], None]) -> None:
        """`check` is called before each change, and raises when nothing may be written any more."""
        self._engine = engine
        self._check = check
        self._jobs: asyncio.Queue[_Job | asyncio.Future[None] | None] = asyncio.Queue()
        self.closed = False
        self._task = asyncio.create_task(self._serve(), name="store-writer")

    async def run(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Hand over a change and wait for its commit.

        A change that was handed over is done even when the caller is cancelled while it waits.
        """
        if self.closed:
            raise StoreClosed(state="Nothing was changed.")
        if asyncio.current_task() is self._task:
            raise RuntimeError("A write inside a write would wait for itself: use the connection at hand")
        job = _Job(change, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        result: T = await job.done
        return result

    async def drained(self) -> None:
        """Wait until all changes handed over so far are done; doesn't touch the file itself."""
        if self.closed:
            raise StoreClosed(state="Nothing was changed.")
        here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._jobs.put_nowait(here)
        await here

    async def close(self) -> None:
        """Accept no more changes, and finish those handed over."""
        self.closed = True
        self._jobs.put_nowait(None)
        await asyncio.wait({self._task})

    async def _serve(self) -> None:
        try:
            while (job := await self._jobs.get()) is not None:
                if isinstance(job, _Job):
                    await self._do(job)
                elif not job.done():
                    job.set_result(None)
        finally:
            self.closed = True
            while not self._jobs.empty():
                job = self._jobs.get_nowait()
                if isinstance(job, _Job):
                    job.fail(StoreClosed())
                elif job is not None and not job.done():
                    job.set_exception(StoreClosed())

    async def _do(self, job: "_Job") -> None:
        try:
            with database_faults():
                self._check()
                async with self._engine.begin() as conn:
                    result = await job.change(conn)
        except asyncio.CancelledError:
            job.fail(StoreClosed())
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to the caller of the change
            job.fail(error)
        else:
            job.succeed(result)


@dataclass(frozen=True, slots=True)
class _Job:
    change: Callable[[AsyncConnection], Awaitable[Any]]
    done: "asyncio.Future[Any]"

    def succeed(self, result: object) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        if self.done.done():
            log.error("A change whose caller was cancelled could not be stored", exc_info=error)
        else:
            self.done.set_exception(error)
