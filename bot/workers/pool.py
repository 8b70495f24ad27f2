"""A few worker processes: started when there is work, ended when there is none, replaced when killed."""

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, ParamSpec, TypeVar

from bot.core.clock import Clock
from bot.core.i18n import _, carried
from bot.workers import process
from bot.workers.errors import TooDeep, TooLarge, TooSlow, WorkerLost, WorkersBusy, WorkFailed
from bot.workers.limits import Limits
from bot.workers.worker import AnswerTooLong, Worker, WorkerGone

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

SIZE = 2
IDLE_S = 300.0
"""After this time without work the processes end, which frees their memory."""
INLINE_UP_TO = 8 * 1024
"""Linear work on this many characters takes under 5 ms: cheaper here than in a worker."""
_TRIES = 2


class WorkerPool:
    """A pool of worker processes. Creating it starts none; its creator closes it."""

    def __init__(
        self,
        clock: Clock,
        *,
        size: int = SIZE,
        limits: Limits | None = None,
        idle_s: float = IDLE_S,
        name: str = "worker",
    ) -> None:
        self._clock = clock
        self._limits = limits or Limits()
        self._idle_s = idle_s
        self._name = name
        self._slots = asyncio.Semaphore(size)
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._changing: set[asyncio.Task[Any]] = set()
        """Processes that are starting or ending."""
        self._used_at = 0.0
        self._leaving: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [worker.pid for worker in (*self._idle, *self._busy)]

    @property
    def is_working(self) -> bool:
        """Whether a call is under way."""
        return bool(self._busy or self._changing)

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function of a module in a worker. Arguments and result are plain data, which is copied.

        Raises the function's own QuetzalError, TooSlow, TooLarge, TooDeep, WorkerLost, WorkersBusy, and
        WorkFailed for a defect. Large results should consist of few objects: unpickling each takes time of
        the event loop. When the caller is cancelled, the process is killed and replaced.
        """
        call = pickle.dumps((carried(work), args, kwargs), pickle.HIGHEST_PROTOCOL)
        async with self._slot():
            for _ in range(_TRIES):
                try:
                    kind, answer = await self._call(call)
                except WorkerGone as gone:
                    if gone.by_cpu_limit:
                        log.warning("the %s was killed: over %g s of CPU", self._name, self._limits.cpu_s)
                        raise TooSlow from None
                    log.warning("the %s died: %s", self._name, gone)
                    continue
                return _understood(kind, answer)
        raise WorkerLost

    async def run_linear(
        self, characters: int, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run work that takes time in proportion to `characters`: a little of it here, more in a worker.

        Not for parsers: a few hundred characters can keep them busy forever.
        """
        if characters <= INLINE_UP_TO:
            return work(*args, **kwargs)
        return await self.run(work, *args, **kwargs)

    async def close(self) -> None:
        """End all processes; calls under way fail."""
        self._is_closed = True
        if self._leaving is not None:
            self._leaving.cancel()
            with suppress(asyncio.CancelledError):
                await self._leaving
        for worker in (*self._idle, *self._busy):
            self._end(worker)
        while self._changing:
            await asyncio.wait(self._changing)

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Hold a slot for one process."""
        try:
            await self._clock.timeout(self._limits.queue_s, self._slots.acquire())
        except TimeoutError:
            raise WorkersBusy from None
        try:
            yield
        finally:
            self._used_at = self._clock.monotonic()
            self._slots.release()

    async def _call(self, call: bytes) -> tuple[int, bytes]:
        """Let one process run a call; afterwards it is idle or killed."""
        worker = await self._take()
        keep = False
        try:
            kind, is_spent, answer = await self._clock.timeout(self._limits.wall_s, worker.call(call))
            keep = not is_spent
        except TimeoutError:
            log.warning("the %s was killed: no answer in %g s", self._name, self._limits.wall_s)
            raise TooSlow from None
        except AnswerTooLong:
            log.warning("the %s was killed: its result is too large", self._name)
            raise TooLarge from None
        finally:
            self._busy.discard(worker)
            if keep and not self._is_closed:
                self._idle.append(worker)
            else:
                self._end(worker)
        if kind == process.TOO_LARGE:
            log.warning("the %s was killed: over its memory limit", self._name)
        return kind, answer

    async def _take(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_running:
                self._busy.add(worker)
                return worker
            log.warning("the idle %s was ended by another process", self._name)
        if self._is_closed:
            raise WorkersBusy(_("Quetzal is stopping."), next_step=_("Try again when it is back."))
        # In a task of its own: a caller that is cancelled meanwhile leaves no untracked process.
        starting = self._beside(self._start(), f"start of a {self._name}")
        try:
            worker = await asyncio.shield(starting)
        except OSError as error:
            log.exception("no %s can be started", self._name)
            raise WorkersBusy(
                "Quetzal cannot start a process to read this content.",
                next_step="Try again in a minute; if it happens again, tell whoever runs this bot.",
            ) from error
        except asyncio.CancelledError:
            starting.add_done_callback(self._started_in_vain)
            raise
        return worker

    async def _start(self) -> Worker:
        worker = await Worker.start(self._limits)
        self._busy.add(worker)
        if self._is_closed:
            self._end(worker)
        elif self._leaving is None or self._leaving.done():
            self._used_at = self._clock.monotonic()
            self._leaving = self._clock.spawn_detached(self._leave(), name=f"end of the idle {self._name}")
        return worker

    def _started_in_vain(self, starting: asyncio.Task[Worker]) -> None:
        if not starting.cancelled() and starting.exception() is None:
            self._end(starting.result())

    async def _leave(self) -> None:
        """Sleep until there has been no work for a while, then end all processes."""
        while self._idle or self._busy:
            left_s = self._used_at + self._idle_s - self._clock.monotonic()
            if left_s > 0 or self._busy:
                await self._clock.sleep(left_s if left_s > 0 else self._idle_s)
                continue
            log.debug("the %s is idle and is ended", self._name)
            for worker in (*self._idle,):
                self._end(worker)

    def _end(self, worker: Worker) -> None:
        """Kill a process, and wait for its end in a task."""
        self._busy.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.kill()
        self._beside(worker.wait(), f"end of a {self._name}")

    def _beside(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        task = self._clock.spawn_detached(work, name=name)
        self._changing.add(task)
        task.add_done_callback(self._changing.discard)
        return task


def _understood(kind: int, answer: bytes) -> T:  # type: ignore[type-var] # what the work gives
    """Return the result, or raise what the work raised."""
    match kind:
        case process.DONE:
            result: T = pickle.loads(answer)  # noqa: S301 - from our own process
            return result
        case process.RAISED:
            raise pickle.loads(answer)  # noqa: S301 - from our own process
        case process.TOO_DEEP:
            raise TooDeep
        case process.TOO_LARGE:
            raise TooLarge
        case _:
            raise WorkFailed(pickle.loads(answer))  # noqa: S301 - from our own process
