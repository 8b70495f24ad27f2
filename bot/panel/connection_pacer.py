"""The order and rate in which live connections are opened in the background, within the rate budget."""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from bot.core.detached_task import start_detached
from bot.panel.budget import LIST_SHARE, RESERVE, BudgetView, Sleep

AT_ONCE = 10
"""So many connections are opened at once; more of them gradually."""
_USUAL_LIMIT = 240
"""Requests a minute that a panel is assumed to allow before it has named its limit."""
_SLOWEST_PER_MINUTE = 6.0


class ConnectionPacer:
    """Lets connections wait their turn; those of lower priority come first.

    `renewals_per_minute` says what the open connections cost of the rate budget.
    """

    def __init__(
        self,
        budget: Callable[[], BudgetView],
        renewals_per_minute: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self._budget = budget
        self._renewals_per_minute = renewals_per_minute
        self._monotonic = monotonic
        self._sleep = sleep
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._task: asyncio.Task[None] | None = None
        self._at_once = float(AT_ONCE)
        self._paced_at = monotonic()

    async def turn(self, priority: int) -> None:
        """Wait until the rate budget permits one more connection."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), turn))
        if self._task is None or self._task.done():
            self._task = start_detached(self._pace(), name="pace of live connections")
        await turn

    def close(self) -> None:
        """Stop; whoever still waits is cancelled by its owner."""
        if self._task is not None:
            self._task.cancel()

    async def _pace(self) -> None:
        await asyncio.sleep(0)  # all that begin together are there: the most important goes first
        while self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if turn.done():
                continue
            gap_s = 60.0 / self._openings_per_minute()
            passed_s = self._monotonic() - self._paced_at
            self._at_once = min(AT_ONCE, self._at_once + passed_s / gap_s)
            self._paced_at = self._monotonic()
            if self._at_once < 1:
                await self._sleep(gap_s)
            self._at_once -= 1
            if not turn.done():
                turn.set_result(None)

    def _openings_per_minute(self) -> float:
        """Leave people their reserve, the list its share, and open connections their renewals."""
        limit = self._budget().limit or _USUAL_LIMIT
        openings = limit * (1 - RESERVE - LIST_SHARE) - self._renewals_per_minute()
        return max(_SLOWEST_PER_MINUTE, openings)
