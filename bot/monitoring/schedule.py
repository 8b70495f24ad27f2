"""When which server is polled: evenly spread, without bursts, slower if the rate budget is too small."""

import logging
import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.formatting import duration
from bot.panel import BudgetView
from bot.panel.budget import LIST_SHARE, RESERVE

log = logging.getLogger(__name__)

SOON_S = 26.0
"""When to poll a server again that stopped unexpectedly, or whose poll left questions open."""
SOON_POLLS = 4
_BUDGET_SHARE = 0.8
"""The share of the background budget for polls; lists, slow facts and stop attribution need the rest."""
_PER_PAGE = 100
_LISTS_PER_MINUTE = 2.0
_CHANGED = 0.1
_PARTS_LATE = 4


def interval_s(wanted_s: float, servers: int, budget: BudgetView, tokens_per_minute: float = 0.0) -> float:
    """Return how often each server can be polled with one request each.

    `tokens_per_minute` is what live connections need of the budget.
    """
    if budget.limit is None or not servers:
        return wanted_s
    lists = min(_LISTS_PER_MINUTE * math.ceil(servers / _PER_PAGE), LIST_SHARE * budget.limit)
    carried = max(1.0, (budget.limit * (1 - RESERVE) - tokens_per_minute) * _BUDGET_SHARE - lists)
    return max(wanted_s, 60.0 * servers / carried)


@dataclass(slots=True)
class _Slot:
    """A server's place in the schedule. `again`: how many early polls it had in a row."""

    due_s: float
    again: int = 0


class PollSchedule:
    """Decides which server is polled when. Times are monotonic seconds."""

    def __init__(self, panel_id: str, wanted_s: float) -> None:
        self._panel_id = panel_id
        self._places: dict[str, _Slot] = {}
        self._covered: set[str] = set()
        self._line: deque[tuple[float, str]] = deque()
        self._soon: list[tuple[float, str]] = []
        self.wanted_s = wanted_s
        self.interval_s = wanted_s
        self._logged_s = wanted_s

    @property
    def servers(self) -> int:
        """How many servers are scheduled."""
        return len(self._places)

    def set_covered(self, uuid: str, now_s: float, *, is_covered: bool) -> None:
        """Remove a server from the schedule while a live source observes it; then it is polled first."""
        if is_covered:
            self._covered.add(uuid)
            self._places.pop(uuid, None)
        else:
            self._covered.discard(uuid)
            self._places[uuid] = _Slot(now_s)
            self._soon.insert(0, (now_s, uuid))

    def set_servers(
        self, uuids: Iterable[str], now_s: float, budget: BudgetView, tokens_per_minute: float = 0.0
    ) -> None:
        """Set the servers: new ones are scheduled within the next interval, removed ones dropped."""
        listed = dict.fromkeys(uuids)
        self._places = {uuid: place for uuid, place in self._places.items() if uuid in listed}
        self._covered &= listed.keys()
        new = [uuid for uuid in listed if uuid not in self._places and uuid not in self._covered]
        count = len(self._places) + len(new)
        first_s = interval_s(self.wanted_s, count, budget, tokens_per_minute)
        for number, uuid in enumerate(new):
            self._enqueue(uuid, now_s + first_s * number / len(listed))
        if new:
            self._line = deque(sorted(self._line))

    def set_budget(self, budget: BudgetView, tokens_per_minute: float = 0.0) -> None:
        """Adapt the interval to the rate budget, and log when it has changed."""
        self.interval_s = interval_s(self.wanted_s, len(self._places), budget, tokens_per_minute)
        if abs(self.interval_s - self._logged_s) <= _CHANGED * self._logged_s:
            return
        self._logged_s = self.interval_s
        if self.interval_s > self.wanted_s:
            log.warning(
                "panel %s: its rate limit of %s requests a minute allows polling each of %d servers every "
                "%s, not every %s",
                self._panel_id,
                budget.limit,
                len(self._places),
                duration(self.interval_s),
                duration(self.wanted_s),
            )
        else:
            log.info(
                "panel %s: each server is polled every %s again", self._panel_id, duration(self.wanted_s)
            )

    def due(self, now_s: float, most: int) -> list[str]:
        """Take the servers that are due; each has to be rescheduled."""
        due_servers: list[str] = []
        while self._soon and len(due_servers) < most and self._soon[0][0] <= now_s:
            _, uuid = self._soon.pop(0)
            if uuid in self._places:
                due_servers.append(uuid)
        while self._line and len(due_servers) < most and self._line[0][0] <= now_s:
            due_s, uuid = self._line.popleft()
            place = self._places.get(uuid)
            if place is not None and place.due_s == due_s:
                due_servers.append(uuid)
        return due_servers

    def reschedule(self, uuid: str, now_s: float, *, soon: bool = False) -> None:
        """Give a server its next place, an early one when it is worth another poll soon."""
        place = self._places.get(uuid)
        if place is None:
            return
        if soon and place.again < SOON_POLLS and self.interval_s > SOON_S:
            place.again += 1
            place.due_s = now_s + SOON_S
            self._soon.append((place.due_s, uuid))
            return
        place.again = place.again if soon else 0
        late = now_s - place.due_s > self.interval_s / _PARTS_LATE
        self._enqueue(uuid, now_s + self.interval_s if late else place.due_s + self.interval_s)

    def spread(self, now_s: float) -> None:
        """Spread all servers over a whole interval again, after a time without polls."""
        waiting = [uuid for _, uuid in self._line if uuid in self._places]
        self._line.clear()
        for number, uuid in enumerate(waiting):
            self._enqueue(uuid, now_s + self.interval_s * number / len(waiting))

    def late_s(self, now_s: float) -> float:
        """How long the first due server has waited."""
        return max(0.0, now_s - self._line[0][0]) if self._line else 0.0

    def next_s(self) -> float:
        """When the next one is due."""
        first = (line[0][0] for line in (self._line, self._soon) if line)
        return min(first, default=math.inf)

    def _enqueue(self, uuid: str, due_s: float) -> None:
        place = self._places.setdefault(uuid, _Slot(due_s))
        place.due_s = due_s
        self._line.append((due_s, uuid))
