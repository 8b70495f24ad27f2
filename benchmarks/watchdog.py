"""How long the event loop's steps take: CPU time of its thread, which a busy machine does not lengthen."""

import time
from asyncio import events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

ASIDE = ContextVar("ASIDE", default=False)
"""Set in the context of work that is not the bot's: its steps are not counted."""


@dataclass
class Watchdog:
    """The longest step so far, in milliseconds of CPU time and, of any step, by the wall clock."""

    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    slowest: str = ""

    def step(self, run: Callable[[], None], handle: object) -> None:
        """Time one step."""
        wall, cpu = time.perf_counter(), time.thread_time()
        run()
        took = (time.thread_time() - cpu) * 1000
        self.wall_ms = max(self.wall_ms, (time.perf_counter() - wall) * 1000)
        if took > self.cpu_ms:
            self.cpu_ms, self.slowest = took, repr(handle)[:160]


@contextmanager
def watched() -> Iterator[Watchdog]:
    """Time every step of the loop inside."""
    handles: Any = events.Handle
    dog, run = Watchdog(), handles._run

    def timed(handle: Any) -> None:  # noqa: ANN401 - its class declares no `_context`
        if handle._context.get(ASIDE, False):
            run(handle)
        else:
            dog.step(partial(run, handle), handle)

    handles._run = timed
    try:
        yield dog
    finally:
        handles._run = run
