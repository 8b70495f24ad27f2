"""How fast live connections are opened: with the real rate budget, in time that skips idle time."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest

from benchmarks.realtime.skipping_loop import run_skipping
from bot.panel import Lane
from bot.panel.budget import Budget, Use
from bot.panel.connection_pacer import MOST_OPENING, ConnectionPacer, Demand
from bot.panel.socket_hub import TOKENS_PER_MINUTE

LIMIT = 256
RENEWED_S = 60 / TOKENS_PER_MINUTE


@dataclass
class Account:
    """Connections of one account: each takes a token when it is opened, and again as long as it is open."""

    wanted: int
    hangs: bool = False
    """Whether no connection is ever live, as with nodes that are too slow."""
    open: int = 0
    connected: int = 0
    requests: Counter[int] = field(default_factory=Counter)
    latest_s: float = 0.0
    """The longest that a renewal had to wait."""

    async def play(self, minutes: float) -> None:
        loop = asyncio.get_running_loop()
        self._budget = Budget(loop.time)
        await self._request()
        pacer = ConnectionPacer(
            lambda: self._budget.view,
            lambda: Demand(self.wanted, self.open, self.open - self.connected, TOKENS_PER_MINUTE),
            loop.time,
            asyncio.sleep,
        )
        opening = [asyncio.create_task(self._connection(pacer)) for _ in range(self.wanted)]
        await asyncio.sleep(60 * minutes)
        pacer.close()
        for task in opening:
            task.cancel()
        await asyncio.wait(opening)

    async def _connection(self, pacer: ConnectionPacer) -> None:
        time_s = asyncio.get_running_loop().time
        await pacer.turn(1)
        self.open += 1
        if self.hangs:
            await asyncio.Event().wait()
        await self._request()
        self.connected += 1
        while True:
            await asyncio.sleep(RENEWED_S)
            asked_s = time_s()
            await self._request()
            self.latest_s = max(self.latest_s, time_s() - asked_s)

    async def _request(self) -> None:
        await self._budget.enter(Lane.BACKGROUND, Use.CONNECTIONS)
        minute = int(asyncio.get_running_loop().time() // 60)
        self.requests[minute] += 1
        remaining = LIMIT - sum(self._budget.view.used.values())
        headers = {"X-RateLimit-Limit": str(LIMIT), "X-RateLimit-Remaining": str(max(0, remaining))}
        self._budget.leave(headers)


def play(wanted: int, minutes: float, *, hangs: bool = False) -> Account:
    account = Account(wanted, hangs)
    run_skipping(account.play(minutes))
    return account


def test_as_many_as_the_limit_carries_are_open_within_ten_minutes() -> None:
    assert play(1600, 11).connected == 1600


@pytest.mark.sweep
def test_renewals_of_all_that_are_open_fit_into_the_budget() -> None:
    account = play(1600, 40)
    assert account.connected == 1600
    assert max(account.requests.values()) <= LIMIT * 0.75
    assert account.latest_s < 30, "a token has another half minute then"


@pytest.mark.sweep
def test_no_more_are_opened_than_can_be_renewed() -> None:
    account = play(5000, 60)
    assert account.connected <= LIMIT * 0.7 * RENEWED_S / 60
    assert account.connected >= LIMIT * 0.6 * RENEWED_S / 60
    assert account.latest_s < 30


def test_only_some_are_on_their_way_at_once() -> None:
    assert play(100, 5, hangs=True).open == MOST_OPENING


def test_few_connections_leave_the_server_list_its_share() -> None:
    account = play(300, 2)
    assert max(account.requests.values()) <= LIMIT * 0.66
