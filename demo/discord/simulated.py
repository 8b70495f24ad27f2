"""The simulation itself, and its form for tests, in which time stands still."""

import asyncio
import copy
import marshal
from collections.abc import Awaitable, Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import discord
from discord.app_commands import CommandInvokeError
from simcord import Env, _dpy_internals, components, gateway, results
from simcord._clock import Clock as SimcordClock
from simcord._dpy_internals import _REAL_MONOTONIC
from simcord._runtime import _BOT_SCOPE
from simcord.backend import Backend
from simcord.http import router
from typing_extensions import override

from bot.core.errors import QuetzalError
from demo.discord import settling

BOT_NAME = "Quetzal"
_IDLE_S = 0.004
"""How often to look whether the bot is at rest; simcord's 50 ms are long beside a panel that takes two."""
_HANGS_AFTER_S = 300.0
"""Real time, which only reports a hang: on a busy machine a bot may need a while to come to rest."""

T = TypeVar("T")


def _monotonic() -> float:
    """Do what simcord puts in place of `time.monotonic`, without an import statement at each call.

    The event loop reads the time at each of its turns and timers, hundreds of times a command.
    """
    scope = _BOT_SCOPE.get()
    if scope is None:
        return _REAL_MONOTONIC()
    env, generation = scope
    is_current = env._started and env._runtime is not None and generation == env._generation
    return float(env._virtual_time) if is_current else _REAL_MONOTONIC()


def _deepcopy(tree: T) -> T:
    """Copy a tree as `copy.deepcopy` does; one of JSON, which is nearly every one, ten times as fast."""
    try:
        copied: T = marshal.loads(marshal.dumps(tree))  # type: ignore[arg-type]  # noqa: S302 - our own
    except ValueError:  # something else is in it
        copied = copy.deepcopy(tree)
    return copied


_dpy_internals._clock_monotonic = _monotonic
settling.install()
# Every request and every event is copied, at each start the tree of all commands twice.
for module in (router, gateway):
    module.copy = SimpleNamespace(deepcopy=_deepcopy)  # type: ignore[attr-defined]  # no public way
for module in (results, components):
    module.deepcopy = _deepcopy  # type: ignore[attr-defined]  # no public way


class Clock(Protocol):
    """What the simulated Discord lives by."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""

    def seconds(self) -> float:
        """Return monotonic seconds."""


class SimulatedDiscord:
    """An in-memory Discord with a bot on it; `env` is simcord's public handle."""

    def __init__(self, bot: discord.AutoShardedClient, clock: Clock, *, settle_timeout: float) -> None:
        self.env = Env(bot, check_errors=False, shard_count=1, settle_timeout=settle_timeout)
        self.env.backend = Backend(clock=_ReadClock(clock))
        self.env.backend.bot_user.name = BOT_NAME

    async def start(self) -> None:
        """Log the bot in, as far as READY."""
        await self.env.start()

    async def close(self) -> None:
        """Close the bot, which simcord never does, then the simulation."""
        await self.env.bot.close()
        await self.env.shutdown()

    def attachment(self, url: str) -> bytes | None:
        """Give the bytes of something that was attached."""
        held: bytes | None = self.env.backend.cdn.get(url)
        return held

    async def wait(self, awaitable: Awaitable[T], /) -> T:
        """Await what comes from outside the bot: the bot counts as at rest meanwhile."""
        task = asyncio.current_task()
        work = self.env._work
        if task is None or task not in work.tasks or task in work.external_waits:
            return await awaitable
        answer: T = await self.env.external_wait(awaitable, reason="from outside the bot")
        return answer


class SteppedDiscord(SimulatedDiscord):
    """Time stands still until the clock is moved and calls `run_due`."""

    def __init__(
        self, bot: discord.AutoShardedClient, clock: Clock, *, settle_timeout: float = _HANGS_AFTER_S
    ) -> None:
        super().__init__(bot, clock, settle_timeout=settle_timeout)
        # simcord arms each timer on the wall clock too: on a slow machine time-outs would come by themselves.
        replace(self.env, "_schedule_timer", lambda *_: None)
        # It notes every exception of a command, also those that the person was shown, as they should be.
        self._note: Callable[[BaseException], None] = replace(
            self.env, "_record_error", self._note_unexpected
        )
        self._settle: Callable[..., Awaitable[None]] = replace(
            self.env, "_settle_internal", self._settle_soon
        )

    def next_due(self) -> float | None:
        """Return the clock second of the bot's next timer."""
        whens = [
            record.when
            for record in self.env._work.callbacks
            if record.when is not None and record.handle is not None and not record.handle.cancelled()
        ]
        return min(whens, default=None)

    def owns(self, task: "asyncio.Task[object]") -> bool:
        """Return whether `run_due` waits for this task."""
        return task in self.env._work.tasks

    async def run_due(self) -> None:
        """Run the timers whose time has come and all that follows, until the bot is at rest."""
        await self.env.settle(idle=_IDLE_S)

    async def _settle_soon(self, **how: Any) -> None:
        # At the start simcord gives it 5 seconds of real time, too few on a busy machine.
        await self._settle(**{"idle": _IDLE_S, **how, "timeout": None})

    def _note_unexpected(self, error: BaseException) -> None:
        if not is_reported(error):
            self._note(error)


class _ReadClock(SimcordClock):
    """simcord's clock, read from ours: it cannot be moved from there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    @override
    def elapsed(self) -> float:  # type: ignore[override]  # a plain attribute there
        return self._clock.seconds()

    @override
    def now(self) -> datetime:
        return self._clock.now()

    @override
    def advance(self, seconds: float) -> None:
        """Ours moves by itself."""


def replace(owner: object, name: str, new: object) -> Any:  # noqa: ANN401 - whatever was there
    """Put something of ours in place of something of simcord's that has no hook, and return what it was."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    return old


def is_reported(error: BaseException) -> bool:
    """Return whether an exception is one of ours, whose message the person has read."""
    return isinstance(error.original if isinstance(error, CommandInvokeError) else error, QuetzalError)
