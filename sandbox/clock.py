"""The clock a sandbox lives by: the real one, or one that tests move by hand."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock(Protocol):
    """What the sandbox asks of a clock. `seconds` never goes back and keys the event queue."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""

    def seconds(self) -> float:
        """Return monotonic seconds from an arbitrary start."""


class RealClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = EPOCH) -> None:
        self._start = start
        self._passed = 0.0

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return self._start + timedelta(seconds=self._passed)

    def seconds(self) -> float:
        """Return the seconds this clock was moved by since it was made."""
        return self._passed

    def advance(self, seconds: float) -> None:
        """Move on. Nothing runs by itself: `Sandbox.advance` moves the clock and runs what fell due."""
        if seconds < 0:
            raise ValueError("A clock does not go back.")
        self._passed += seconds
