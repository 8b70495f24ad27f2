"""Time that stands still until it is moved: for the sandbox, the bot and the work beside the bot at once."""

import asyncio
import math
import time
from collections.abc import Awaitable, Collection, Iterator, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simcord._runtime import _BOT_SCOPE
from typing_extensions import override

from bot.core.clock import Clock
from demo.discord.simulated import SteppedDiscord
from demo.harness import Outside
from sandbox import ManualClock, Sandbox

T = TypeVar("T")
Task = asyncio.Task[object]
Future = asyncio.Future[object]

# A packet on loopback and the wakes it causes need a few turns of the event loop, no time.
_IDLE_TURNS = 3
_MOST_TURNS = 200
_SMALLEST_STEP_S = 1e-6
_CHECK_EVERY_S = 0.05
_IDLE_FOR_S = 2.0
_WORKING_S = 0.004
"""Of CPU time within a check: a loop that only waits and asks again takes less."""


@dataclass(eq=False)
class _Sleeper:
    due: float
    task: Task | None
    woken: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Patience:
    """Ends when this process has done nothing for a while, however long it takes on a busy machine.

    To be asked every now and then. What runs in threads counts as work, too; other processes do not. Time in
    which the machine did not let this process run is no idleness: between two checks only a little counts.
    """

    def __init__(self, idle_for_s: float = _IDLE_FOR_S) -> None:
        self._idle_for_s = idle_for_s
        self._idle_s = 0.0
        self._cpu_s = -math.inf  # not read before the first check: most are never asked, and it takes a while
        self._checked_s = time.monotonic()

    def is_over(self) -> bool:
        """Return whether nothing was done for so long; this check does not count as work."""
        now_s = time.monotonic()
        waited_s = now_s - self._checked_s
        if waited_s < _CHECK_EVERY_S:
            return False
        cpu_s = time.process_time()
        has_worked = cpu_s - self._cpu_s > _WORKING_S
        self._idle_s = 0.0 if has_worked else self._idle_s + min(waited_s, _CHECK_EVERY_S * 2)
        self._cpu_s, self._checked_s = cpu_s, now_s
        return self._idle_s > self._idle_for_s


class SteppedClock(Clock):
    """The bot's clock: whoever sleeps by it wakes when it is moved."""

    def __init__(self, manual: ManualClock, outside: Outside) -> None:
        super().__init__(monotonic=manual.seconds, now=manual.now, wait=outside)
        self._outside = outside
        self._sleepers: list[_Sleeper] = []
        self._something_changed = asyncio.Event()

    @override
    async def sleep(self, seconds: float) -> None:
        """Pause until the clock was moved so far."""
        sleeper = _Sleeper(self.monotonic() + seconds, asyncio.current_task())
        self._sleepers.append(sleeper)
        self._something_changed.set()
        try:
            await self._outside(sleeper.woken)
        finally:
            self._sleepers.remove(sleeper)

    @override
    async def wait_external(self, awaitable: Awaitable[T], *, limit_s: float | None = None) -> T:
        """Await it. Work that simcord doesn't know reaches the limit when the clock was moved so far, too."""
        if limit_s is None or _BOT_SCOPE.get() is not None:
            return await super().wait_external(awaitable, limit_s=limit_s)
        awaited = asyncio.ensure_future(awaitable)
        sleeper = _Sleeper(self.monotonic() + limit_s, asyncio.current_task())
        self._sleepers.append(sleeper)
        self._something_changed.set()
        try:
            waits: set[asyncio.Future[Any]] = {awaited, sleeper.woken}
            await asyncio.wait(waits, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if awaited.done():
                return awaited.result()
            raise TimeoutError
        finally:
            self._sleepers.remove(sleeper)
            awaited.cancel()

    def next_due(self) -> float | None:
        """Return the clock second at which the next sleeper wakes."""
        return min((sleeper.due for sleeper in self._asleep()), default=None)

    async def until_asleep(self, names: set[str]) -> None:
        """Wait until tasks of these names sleep by it: what they begin with needs no time of this clock."""
        while not names <= {sleeper.task.get_name() for sleeper in self._asleep() if sleeper.task}:
            self._something_changed.clear()
            await self._something_changed.wait()

    def wake_due(self) -> list[Task]:
        """Wake whoever is due, and return their tasks."""
        due = [sleeper for sleeper in self._asleep() if sleeper.due <= self.monotonic()]
        for sleeper in sorted(due, key=lambda sleeper: sleeper.due):
            sleeper.woken.set_result(None)
        return [sleeper.task for sleeper in due if sleeper.task is not None]

    async def rest(self, tasks: list[Task]) -> None:
        """Wait until each of them sleeps again, itself or in what it awaits, or is done.

        What waits for something else is left alone once the process has been idle for a while.
        """
        if not self._awake(tasks):
            return
        patience = Patience()
        for task in tasks:
            task.add_done_callback(self._note_change)
        try:
            while self._awake(tasks) and not patience.is_over():
                self._something_changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CHECK_EVERY_S * 2):
                        await self._something_changed.wait()
        finally:
            for task in tasks:  # most of them go on for ever
                task.remove_done_callback(self._note_change)

    def _note_change(self, _: Task) -> None:
        self._something_changed.set()

    def awake(self) -> list[Task]:
        """Return the tasks of the event loop that don't sleep by it."""
        asleep = {sleeper.task for sleeper in self._asleep()}
        return [task for task in asyncio.all_tasks() if task not in asleep]

    def _asleep(self) -> list[_Sleeper]:
        return [sleeper for sleeper in self._sleepers if not sleeper.woken.done()]

    def _awake(self, tasks: Sequence[asyncio.Task[Any]]) -> bool:
        asleep = {sleeper.task for sleeper in self._asleep()}
        return not all(task.done() or _sleeps(task, asleep) for task in tasks)


def _sleeps(future: Future, asleep: Collection[Task | None]) -> bool:
    """Return whether something cannot go on before the clock moves: it, or all that it awaits, sleeps."""
    if future.done():  # whoever awaits it goes on at once
        return False
    awaited = list(_awaited(future))
    return future in asleep or (bool(awaited) and all(_sleeps(inner, asleep) for inner in awaited))


def _awaited(future: Future) -> Iterator[Future]:
    """Find what a task, a gathering or a shield of asyncio waits for; nothing public gives it."""
    if (waits_for := getattr(future, "_fut_waiter", None)) is not None:
        yield waits_for
    yield from (child for child in getattr(future, "_children", ()) if not child.done())
    for callback, _ in getattr(future, "_callbacks", None) or ():
        if getattr(callback, "__qualname__", "") == "shield.<locals>._outer_done_callback":
            yield callback.__closure__[callback.__code__.co_freevars.index("inner")].cell_contents


async def packets_handled() -> None:
    """Wait until the event loop has been idle for a few turns, or never is; nothing public says so."""
    ready: Sized = getattr(asyncio.get_running_loop(), "_ready")  # noqa: B009 - private to asyncio
    idle = 0
    for _ in range(_MOST_TURNS):
        await asyncio.sleep(0)
        idle = 0 if ready else idle + 1
        if idle == _IDLE_TURNS:
            return


async def advance(
    seconds: float, sandbox: Sandbox, clock: SteppedClock, discord: SteppedDiscord, *, at_once: bool = False
) -> None:
    """Move everybody's time on, stopping wherever something of the bot falls due.

    With `at_once` it does not stop in between, as when the machine was suspended.
    """
    end = clock.monotonic() + seconds
    await discord.run_due()
    while True:
        now = clock.monotonic()
        dues = (end,) if at_once else (discord.next_due(), clock.next_due(), end)
        due = min(moment for moment in dues if moment is not None)
        if now < end:
            await sandbox.advance(max(due - now, _SMALLEST_STEP_S))
        await packets_handled()
        woken = clock.wake_due()
        await clock.rest([task for task in woken if not discord.owns(task)])
        await discord.run_due()
        if clock.monotonic() >= end:
            return
