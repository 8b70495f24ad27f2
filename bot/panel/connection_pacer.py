"""The order and rate in which live connections are opened in the background, within the rate budget."""

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from bot.core.detached_task import start_detached
from bot.panel.budget import (
    LEAST_LIST_SHARE,
    LIST_SHARE,
    MOST_USES,
    RESERVE,
    USUAL_LIMIT,
    WINDOW_S,
    BudgetView,
    Sleep,
    Use,
)

AT_ONCE = 10
"""How many connections are opened at once; more are opened gradually."""
_SLOWEST_PER_MINUTE = 6.0
MOST_OPENING, _OPENING_PAUSE_S = 64, 0.5
"""So many may be on their way at once: on a slow machine more of them would all come too late."""
_FULL_PAUSE_S = 15.0
"""When it is checked again whether one more connection fits into the rate budget."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How many connections there shall be, and are (or are being opened); what one costs of the budget.

    `opening`: how many of the open ones are not live yet. `most_per_minute`: how many may be opened.
    """

    wanted: int
    open: int
    opening: int
    tokens_per_minute: float
    most_per_minute: float = math.inf


class ConnectionPacer:
    """Lets connections wait their turn; lower priority numbers come first.

    They are opened as fast as they will have to be renewed, so that renewals are spread as evenly, and no
    more of them than can be renewed.
    """

    def __init__(
        self,
        budget: Callable[[], BudgetView],
        demand: Callable[[], Demand],
        monotonic: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self._budget = budget
        self._demand = demand
        self._monotonic = monotonic
        self._sleep = sleep
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._task: asyncio.Task[None] | None = None
        self._at_once = float(AT_ONCE)
        self._paced_at = monotonic()
        self._opened_at: deque[float] = deque(maxlen=MOST_USES)

    async def turn(self, priority: int) -> None:
        """Wait until the rate budget permits one more connection."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), turn))
        if self._task is None or self._task.done():
            self._task = start_detached(self._pace(), name="pace of live connections")
        await turn

    def close(self) -> None:
        """Stop; waiting connections are cancelled by their owners."""
        if self._task is not None:
            self._task.cancel()

    async def _pace(self) -> None:
        await asyncio.sleep(0)  # all that begin together have queued: the most important goes first
        while self._waiting:
            while not (per_minute := self._openings_per_minute()):
                await self._sleep(_FULL_PAUSE_S)
            while self._demand().opening >= MOST_OPENING:
                await self._sleep(_OPENING_PAUSE_S)
            turn = heapq.heappop(self._waiting)[-1]
            if turn.done():
                continue
            gap_s = 60.0 / per_minute
            passed_s = self._monotonic() - self._paced_at
            self._at_once = min(AT_ONCE, self._at_once + passed_s / gap_s)
            self._paced_at = self._monotonic()
            if self._at_once < 1:
                await self._sleep(gap_s)
            self._at_once -= 1
            if not turn.done():
                turn.set_result(None)
                self._opened_at.append(self._monotonic())
                await asyncio.sleep(0)  # it counts as open from now on

    def _openings_per_minute(self) -> float:
        """Leave people their reserve, open connections their renewals, and the server list at least a bit.

        0 while no more connections can be renewed than there are.
        """
        view = self._budget()
        limit = view.limit or USUAL_LIMIT
        most = limit * (1 - RESERVE - LEAST_LIST_SHARE)
        opened = self._opened_lately()
        demand = self._demand()
        if (demand.open + 1) * demand.tokens_per_minute > most:
            return 0.0
        pace = max(limit * (1 - RESERVE - LIST_SHARE), min(demand.wanted * demand.tokens_per_minute, most))
        renewals = max(0, view.used.get(Use.CONNECTIONS, 0) - opened)
        return min(max(_SLOWEST_PER_MINUTE, pace - renewals), demand.most_per_minute)

    def _opened_lately(self) -> int:
        """Count the connections that were opened in the last minute, which took a token each, too."""
        while self._opened_at and self._opened_at[0] <= self._monotonic() - WINDOW_S:
            self._opened_at.popleft()
        return len(self._opened_at)
