"""A clock that only moves when somebody sleeps, an origin, and the real client on it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from bot.panel.models import base
from tests.panel.origin import Origin

KEY = "ptlc_CANARYCANARYxxsecretsecretsecretsecretsecr"
UUID = "1a7ce997-259b-452e-8b4e-cecc464142ca"


class Clock:
    """Time that passes only by sleeping; `slept` says how long each sleep was."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


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
