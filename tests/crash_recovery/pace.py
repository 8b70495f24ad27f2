"""One time for all processes of an hour, some dozen times faster than that on the wall."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar

from typing_extensions import override

from bot.core.clock import Clock

T = TypeVar("T")
EPOCH = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """When the hour began, in seconds of the machine's monotonic clock, and how fast it goes."""

    started: float
    factor: float

    @classmethod
    def begin_in(cls, seconds: float, factor: float) -> Self:
        """Let an hour begin in so many of its own seconds."""
        return cls(time.monotonic() + seconds / factor, factor)

    @classmethod
    def loads(cls, text: str) -> Self:
        """Read what `dumps` wrote."""
        started, factor = text.split(":")
        return cls(float(started), float(factor))

    def dumps(self) -> str:
        """Write it for another process."""
        return f"{self.started!r}:{self.factor!r}"

    def seconds(self) -> float:
        """Return how much of the hour has passed."""
        return (time.monotonic() - self.started) * self.factor

    def now(self) -> datetime:
        """Return the time of day."""
        return EPOCH + timedelta(seconds=self.seconds())

    def real(self, seconds: float) -> float:
        """Return how long so many seconds take on the wall."""
        return seconds / self.factor

    async def until(self, second: float) -> None:
        """Wait for a second of the hour."""
        await asyncio.sleep(max(0.0, self.real(second - self.seconds())))


class PacedClock(Clock):
    """The bot's clock at that pace."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(monotonic=pace.seconds, now=pace.now)
        self._pace = pace

    @override
    async def sleep(self, seconds: float) -> None:
        """Pause."""
        await super().sleep(self._pace.real(seconds))

    @override
    async def wait_external(self, awaitable: Awaitable[T], *, limit_s: float | None = None) -> T:
        """Await something from outside."""
        return await super().wait_external(
            awaitable, limit_s=None if limit_s is None else self._pace.real(limit_s)
        )

    @override
    async def timeout(self, seconds: float, awaitable: Awaitable[T]) -> T:
        """Await an answer that is due soon."""
        return await super().timeout(self._pace.real(seconds), awaitable)
