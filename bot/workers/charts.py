"""Charts as PNG, drawn in a process of their own that runs only while charts are requested."""

import logging
from collections.abc import Callable
from typing import ParamSpec

from bot.core.clock import Clock
from bot.workers.limits import Limits
from bot.workers.pool import WorkerPool

log = logging.getLogger(__name__)

P = ParamSpec("P")
IDLE_S = 300.0
"""After this time without a chart the process ends, which frees about 90 MB."""
# The drawing code is ours, so memory has no limit: matplotlib reserves address space that it never uses.
_LIMITS = Limits(cpu_s=20.0, wall_s=20.0, memory_bytes=None, keep_up_to_bytes=256 * 1024 * 1024)


class Charts:
    """A pool of one worker. Creating it starts no process; its creator closes it.

    It is separate from the workers for untrusted content, since it holds matplotlib, which is slow to start.
    """

    def __init__(self, clock: Clock, limits: Limits = _LIMITS) -> None:
        self._worker = WorkerPool(clock, size=1, limits=limits, idle_s=IDLE_S, name="chart worker")

    @property
    def pids(self) -> list[int]:
        """The processes that run now: none or one."""
        return self._worker.pids

    async def draw(self, drawing: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes | None:
        """Run a drawing function in the worker; None when it fails: the message has the same in words."""
        try:
            return await self._worker.run(drawing, *args, **kwargs)
        except Exception:  # also when no process can be started: an alert must not wait for its chart
            log.exception("a chart could not be drawn")
        return None

    async def close(self) -> None:
        """End the worker."""
        await self._worker.close()
