"""An event loop whose time skips whatever nobody has anything to do in.

Work takes its CPU time, however busy others keep the machine; a pause of an hour takes none. Everything
that takes part has to run on this loop, in this process: it would not wait for anybody else.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class _SkippingSelector(selectors.DefaultSelector):
    """Selects without waiting; what it would have waited is skipped."""

    skipped_s = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Give what is ready. A packet on loopback is there as soon as it was sent."""
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:  # only something from outside could wake it
            return super().select(None)
        self.skipped_s += timeout
        return []


class SkippingLoop(asyncio.SelectorEventLoop):
    """The loop, and the clock on its wall."""

    def __init__(self) -> None:
        self._skipping = _SkippingSelector()
        self._began_s = time.process_time()
        self._began = datetime.now(UTC)
        super().__init__(self._skipping)

    @override
    def time(self) -> float:
        """Give the seconds of work since this loop was made, and those that were skipped."""
        return time.process_time() - self._began_s + self._skipping.skipped_s

    def now(self) -> datetime:
        """Give the time of day, in UTC."""
        return self._began + timedelta(seconds=self.time())


def run_skipping(main: Coroutine[Any, Any, T]) -> T:
    """Run something on such a loop to its end."""
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        return runner.run(main)
