"""Charts as PNG, drawn in one process of their own that starts with the first chart."""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from functools import partial
from typing import ParamSpec

from bot.actions.clock import Clock

log = logging.getLogger(__name__)

P = ParamSpec("P")
PATIENCE_S = 20.0


class Charts:
    """The worker. Made without starting it; whoever makes it closes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._worker: ProcessPoolExecutor | None = None

    async def draw(self, drawing: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes | None:
        """Run a function of `bot.ui.drawing` over there; None when it fails, since words say it too."""
        if self._worker is None:
            # Spawned, not forked: this process has threads, sockets and secrets that are not the worker's.
            self._worker = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        future = asyncio.wrap_future(self._worker.submit(partial(drawing, *args, **kwargs)))
        try:
            return await self._clock.within(PATIENCE_S, future)
        except (BrokenExecutor, TimeoutError) as error:
            log.warning("the chart worker is started anew: %r", error)
            self._end()
        except (ArithmeticError, LookupError, TypeError, ValueError, ImportError):
            log.exception("a chart could not be drawn")
        return None

    async def close(self) -> None:
        """End the worker."""
        self._end()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        processes = list((worker._processes or {}).values())  # noqa: SLF001 - nothing public ends one that hangs
        worker.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
