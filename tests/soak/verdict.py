"""What the watcher stored, and what the judge found in it."""

import math
import statistics
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoredObservation:
    """An observation that the watcher stored. Times are seconds of the day on the wall."""

    server: str
    at: float
    stored_at: float
    state: str
    source: str
    uptime_s: float
    crashes: int = 0
    gave_up: bool = False
    exit_code: int | None = None
    asked_by: str | None = None
    is_unexpected: bool = False
    """Whether it is offline, and nobody requested that."""


@dataclass(slots=True)
class Row:
    """What became of the changes that were said by one source, or by nobody."""

    changes: int = 0
    excused: int = 0
    delays: list[float] = field(default_factory=list)

    def delay(self, part: float) -> float:
        """Give the delay that a part of the changes does not exceed."""
        delays = sorted(self.delays)
        return delays[math.ceil(part * len(delays)) - 1] if delays else 0.0

    @property
    def median(self) -> float:
        """Give the usual delay."""
        return statistics.median(self.delays) if self.delays else 0.0


@dataclass(slots=True)
class Verdict:
    """What was found. `ends` counts processes that ended, by reason.

    `merged` counts those that were not sent to anybody and were seen as one with the next, `young` those that
    had just begun when their unsent end came, so that their successor could be mistaken for them.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    ends: Counter[str] = field(default_factory=Counter)
    merged: int = 0
    young: int = 0
    wrong: list[str] = field(default_factory=list)
