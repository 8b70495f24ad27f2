"""Charts as PNG, drawn in one process of their own, which is there only while charts are asked for."""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec

from bot.actions.clock import Clock
from bot.ui.drawing.worker import begin

log = logging.getLogger(__name__)

P = ParamSpec("P")
PATIENCE_S = 20.0
IDLE_S = 300.0
"""After so long without a chart the process ends and gives its memory back (about 90 MB)."""
_TRIES = 2


class Charts:
    """The worker. Made without starting it; whoever makes it closes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._worker: ProcessPoolExecutor | None = None
        self._drawing = 0
        self._used_at = 0.0
        self._leaving: asyncio.Task[None] | None = None

    @property
    def pids(self) -> list[int]:
        """The processes that run now: none or one."""
        return [*(self._worker._processes or {})] if self._worker else []  # noqa: SLF001 - nothing public names them

    async def draw(self, drawing: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes | None:
        """Run a function of `bot.ui.drawing` over there; None when it fails, since words say it too.

        A worker that died, whether before or meanwhile, is replaced once.
        """
        self._drawing += 1
        try:
            for _ in range(_TRIES):
                worker = self._started()
                try:
                    future = asyncio.wrap_future(worker.submit(partial(drawing, *args, **kwargs)))
                    return await self._clock.within(PATIENCE_S, future)
                except BrokenExecutor as error:
                    log.warning("the chart worker died: %r", error)
                    self._end(worker)
        except TimeoutError:
            log.warning("the chart worker hangs and is ended")
            self._end(worker)
        except Exception:  # also that no process can be started: an alert must not wait for its picture
            log.exception("a chart could not be drawn")
        finally:
            self._drawing -= 1
            self._used_at = self._clock.monotonic()
        return None

    async def close(self) -> None:
        """End the worker."""
        if self._leaving is not None:
            self._leaving.cancel()
            with suppress(asyncio.CancelledError):
                await self._leaving
        self._end(self._worker)

    def _started(self) -> ProcessPoolExecutor:
        if self._worker is None:
            # Spawned, not forked: this process has threads, sockets and secrets that are not the worker's.
            spawn = multiprocessing.get_context("spawn")
            self._worker = ProcessPoolExecutor(1, mp_context=spawn, initializer=begin)
            self._used_at = self._clock.monotonic()
            if self._leaving is None or self._leaving.done():
                self._leaving = self._clock.beside(self._leave(), name="end of the idle chart worker")
        return self._worker

    async def _leave(self) -> None:
        """Sleep until nobody has asked for a chart for a while, then end the worker."""
        while self._worker is not None:
            left_s = self._used_at + IDLE_S - self._clock.monotonic()
            if left_s > 0 or self._drawing:
                await self._clock.sleep(left_s if left_s > 0 else IDLE_S)
            else:
                log.debug("the chart worker is idle and is ended")
                self._end(self._worker)

    def _end(self, worker: ProcessPoolExecutor | None) -> None:
        """Let go of a worker at once; whoever asks from now on starts the next one."""
        if worker is None:
            return
        if self._worker is worker:
            self._worker = None
        processes = list((worker._processes or {}).values())  # noqa: SLF001 - nothing public ends one that hangs
        worker.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
