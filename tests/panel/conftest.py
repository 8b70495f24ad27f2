"""A clock that only moves when somebody sleeps, an origin, and the real client on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from bot.panel.models import base
from tests.support.origin import Origin

KEY = "ptlc_CANARYCANARYxxsecretsecretsecretsecretsecr"
UUID = "1a7ce997-259b-452e-8b4e-cecc464142ca"


class Clock:
    """Time that passes only by sleeping; `slept` says how long each sleep was.

    `crowd`: many sleep at once, and time passes only when the test calls `pass_time`.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.crowd = False
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.crowd:
            woken = asyncio.get_running_loop().create_future()
            self._sleepers.append((self.now + seconds, woken))
            await woken
            return
        self.now += seconds
        await asyncio.sleep(0)

    def pass_time(self) -> None:
        """Go on to the moment when the next sleepers wake."""
        if self._sleepers:
            self.now = max(self.now, min(until for until, _ in self._sleepers))
        for _, woken in [one for one in self._sleepers if one[0] <= self.now]:
            if not woken.done():
                woken.set_result(None)
        self._sleepers = [one for one in self._sleepers if one[0] > self.now]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as origin:
        yield origin


@pytest.fixture
async def client(origin: Origin, clock: Clock) -> AsyncIterator[PanelClient]:
    config = PanelConfig(origin.url, SecretStr(KEY))
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        yield client


@pytest.fixture(autouse=True)
def _nothing_strange_seen_yet() -> Iterator[None]:
    base.strange_values.clear()
    yield
    base.strange_values.clear()
