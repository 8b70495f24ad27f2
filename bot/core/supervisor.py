"""Supervises long-lived tasks: named, restarted when they fail, logged once, closed in order."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tenacity import AsyncRetrying

from bot.core.errors import QuetzalError

log = logging.getLogger(__name__)

# After the first failure in a row, the second, and so on; the last one for all that follow.
_WAITS_S = (1, 2, 4, 8, 15, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True)
class Status:
    """What is known about one task; times are seconds of the supervisor's monotonic clock."""

    name: str
    failing: bool
    failures: int
    last_error: str | None
    last_success_at: float | None

    def success_age_s(self, now: float) -> float | None:
        """Seconds since the last success, None before the first."""
        return None if self.last_success_at is None else now - self.last_success_at


class Pulse:
    """Passed to a supervised task, which calls `beat()` after each successful round."""

    def __init__(self, name: str, monotonic: Callable[[], float]) -> None:
        self.name = name
        self._monotonic = monotonic
        self._failures_in_a_row = 0
        self._failures = 0
        self._last_error: str | None = None
        self._last_success_at: float | None = None

    def beat(self) -> None:
        """Record a success; logs once when a failing state ends."""
        self._last_success_at = self._monotonic()
        if self._failures_in_a_row:
            log.info("%s works again after %d failures", self.name, self._failures_in_a_row)
        self._failures_in_a_row = 0

    def miss(self, error: BaseException | None) -> None:
        """Record a failure; the first in a row is logged in full, later ones at DEBUG."""
        self._failures += 1
        self._failures_in_a_row += 1
        self._last_error = type(error).__name__
        level = logging.ERROR if self._failures_in_a_row == 1 else logging.DEBUG
        # An error of ours is a state of the world, described by its message; anything else is a defect.
        trace = None if isinstance(error, QuetzalError) else error
        log.log(level, "%s failed and is tried again: %s", self.name, error, exc_info=trace)

    @property
    def failures_in_a_row(self) -> int:
        """How often it failed since the last success."""
        return self._failures_in_a_row

    @property
    def status(self) -> Status:
        """A snapshot for people."""
        return Status(
            self.name, self._failures_in_a_row > 0, self._failures, self._last_error, self._last_success_at
        )


class Supervisor:
    """Supervises every long-lived task of the process.

    1. `start` runs the task, which calls `beat()` after each successful round.
    2. When it raises, the first error in a row is logged, and the task is run again after a growing wait.
    3. The next beat ends the failing state, and is logged once.
    4. `close` stops the tasks, the newest first.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pulses: dict[str, Pulse] = {}

    def start(self, name: str, factory: Callable[[Pulse], Awaitable[None]]) -> None:
        """Run `factory(pulse)` until it returns; when it raises, run it again after a growing wait."""
        if name in self._tasks:
            raise ValueError(f"a task named {name!r} is running already")
        pulse = self._pulses[name] = Pulse(name, self._monotonic)
        self._tasks[name] = asyncio.create_task(self._keep_running(pulse, factory), name=name)

    def status(self) -> tuple[Status, ...]:
        """Return the status of every task, in the order of their start."""
        return tuple(pulse.status for pulse in self._pulses.values())

    async def stop(self, name: str) -> None:
        """Cancel one task and wait until it has ended."""
        task = self._tasks.pop(name)
        task.cancel()
        await asyncio.wait({task})

    async def close(self) -> None:
        """Stop every task, the newest first, because it may depend on an older one."""
        for name in reversed([*self._tasks]):
            await self.stop(name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _keep_running(self, pulse: Pulse, factory: Callable[[Pulse], Awaitable[None]]) -> None:
        # Never stops trying: any Exception is one more attempt, a cancellation is none.
        retrying = AsyncRetrying(
            wait=lambda _: _WAITS_S[min(pulse.failures_in_a_row, len(_WAITS_S)) - 1],
            sleep=self._sleep,
            after=lambda attempt: pulse.miss(attempt.outcome.exception() if attempt.outcome else None),
        )

        async def once() -> None:  # tenacity awaits nothing but a real coroutine function
            await factory(pulse)

        await retrying(once)
        pulse.beat()
