"""The time on the wall, as the simulated Discord of the demo lives by it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class WallClock:
    """The time on the wall; its seconds are those of the event loop."""

    def __init__(self) -> None:
        # Taken now: while a simulation runs, `time.monotonic` is simcord's.
        self._monotonic: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return monotonic seconds."""
        return self._monotonic()
