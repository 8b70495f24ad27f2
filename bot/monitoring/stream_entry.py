"""What the stream of observations holds of each server: its last observation, and the reports to read."""

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field

from bot.domain.observation import Missing, Observation, began_later
from bot.domain.process_end import ProcessEnd
from bot.monitoring.batch import ServerCheck
from bot.monitoring.interval_usage import IntervalUsage
from bot.panel.errors import ConflictReason
from bot.panel.models import Server

_Report = Observation | Missing | ConflictReason


@dataclass(slots=True)
class WaitingReport:
    """A report to read. `is_urgent`: its check is stored at once. `reader` waits for its check.

    `before` is what was observed last, at `before_s`, which is newer than what was stored last. `is_new`: it
    is another process, although its uptime did not go back.
    """

    report: _Report
    end: ProcessEnd | None = None
    before: Observation | None = None
    is_new: bool = False
    is_urgent: bool = False
    reader: "asyncio.Future[ServerCheck | None] | None" = None
    before_s: float = -math.inf


@dataclass(slots=True)
class ServerEntry:
    """One server. `known` was observed last, at `known_s`.

    `doubted_s`: since when its process seems to be another one. `item` is being read, or read and not stored
    yet.
    """

    server: Server
    known: Observation | None = None
    known_s: float = -math.inf
    doubted_s: float | None = None
    usage: IntervalUsage | None = None
    sample_due_s: float = -math.inf
    changed_s: float = -math.inf
    item: WaitingReport | None = None
    waiting: deque[WaitingReport] = field(default_factory=deque)

    def know(self, observation: Observation | None, now_s: float) -> None:
        """Note what was observed last."""
        self.known, self.known_s, self.doubted_s = observation, now_s, None

    def has_begun_later(self, observation: Observation, now_s: float) -> bool:
        """Whether an observation is of a later process, by when it began."""
        return self.known is not None and began_later(self.known, observation, now_s - self.known_s)

    def doubt(self, now_s: float) -> float:
        """Return for how many seconds its process has seemed to be another one, counted from now on."""
        self.doubted_s = now_s if self.doubted_s is None else self.doubted_s
        return now_s - self.doubted_s
