"""A connection to Discord that is cut: before a response was taken, or after."""

from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from simcord import Env
from typing_extensions import override

from bot.core.clock import Clock
from demo.discord.simulated import replace


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes of one request of the interaction endpoints, and of those in the seconds after it.

    `taken`: Discord does what was asked before the fault. `status`: it answers this instead of breaking the
    connection.
    """

    taken: bool
    status: int | None = None
    lasts_s: float = 0.0

    @override
    def __str__(self) -> str:
        cause = "cut" if self.status is None else str(self.status)
        lasts = f" for {self.lasts_s:g} s" if self.lasts_s else ""
        return f"{cause} {'after' if self.taken else 'before'}{lasts}"

    def fault(self) -> Exception:
        """Make what discord.py raises, or lets through from aiohttp."""
        if self.status is None:
            return aiohttp.ServerDisconnectedError()
        return discord.DiscordServerError(_Answer(self.status), "Internal Server Error")  # type: ignore[arg-type]  # it reads these two alone


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    reason: str = "Internal Server Error"


class ResponseTrouble:
    """Stands between the bot and the interaction endpoints."""

    def __init__(self, env: Env, clock: Clock) -> None:
        self._clock = clock
        self._at: int | None = None
        self._cut = Cut(taken=False)
        self._until: float | None = None
        self.requests: list[str] = []
        """What was asked since the last call of `arm`, by method and path."""
        self._pass_on = replace(env._webhook_adapter, "request", self._request)

    def arm(self, at: int | None = None, cut: Cut | None = None) -> None:
        """Restart the count; let the request of this number, from 0, meet a cut."""
        self.requests = []
        self._at, self._cut, self._until = at, cut or self._cut, None

    async def _request(self, route: Any, *args: Any, **how: Any) -> Any:  # noqa: ANN401 - as discord.py has it
        number = len(self.requests)
        self.requests.append(f"{route.method} {route.path}")
        now = self._clock.monotonic()
        if number == self._at:
            self._until = now + self._cut.lasts_s
            if self._cut.taken:
                await self._pass_on(route, *args, **how)
            raise self._cut.fault()
        if self._until is not None and now < self._until:
            raise self._cut.fault()
        return await self._pass_on(route, *args, **how)
