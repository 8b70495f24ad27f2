"""Charts as PNG, drawn in one process of their own, which is there only while charts are asked for."""

import logging
from collections.abc import Callable
from typing import ParamSpec

from bot.core.clock import Clock
from bot.workers.limits import Limits
from bot.workers.pool import WorkerPool

log = logging.getLogger(__name__)

P = ParamSpec("P")
IDLE_S = 300.0
"""After so long without a chart the process ends and gives its memory back (about 90 MB)."""
# What is drawn is ours, so memory has no limit: matplotlib takes address space that it never uses.
_LIMITS = Limits(cpu_s=20.0, wall_s=20.0, memory_bytes=None, keep_up_to_bytes=256 * 1024 * 1024)


class Charts:
    """A pool of one worker. Made without starting it; whoever makes it closes it.

    It is not one of those that read untrusted content: it holds matplotlib, which is slow to start.
    """

    def __init__(self, clock: Clock, limits: Limits = _LIMITS) -> None:
        self._worker = WorkerPool(clock, size=1, limits=limits, idle_s=IDLE_S, name="chart worker")

    @property
    def pids(self) -> list[int]:
        """The processes that run now: none or one."""
        return self._worker.pids

    async def draw(self, drawing: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes | None:
        """Run a drawing function in the worker; None when it fails: the message says the same in words."""
        try:
            return await self._worker.run(drawing, *args, **kwargs)
        except Exception:  # also that no process can be started: an alert must not wait for its picture
            log.exception("a chart could not be drawn")
        return None

    async def close(self) -> None:
        """End the worker."""
        await self._worker.close()
