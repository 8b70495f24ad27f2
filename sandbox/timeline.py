"""What happens when: an event queue keyed by the clock."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sandbox.clock import Clock


@dataclass(order=True, slots=True)
class Event:
    """Something that will happen at a clock second."""

    due: float
    order: int
    action: Callable[[], None] = field(compare=False)


class Timeline:
    """A clock and what will happen by it. Nothing runs by itself: somebody calls `run_due`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.on_schedule: Callable[[], None] = lambda: None  # called when something was put into the queue
        self._events: list[Event] = []
        self._order = count()
        self._moment: float | None = None

    def seconds(self) -> float:
        """Return the clock's monotonic seconds; inside an event, those at which it was due."""
        return self.clock.seconds() if self._moment is None else self._moment

    def now(self) -> datetime:
        """Return the time of day; inside an event, that at which it was due."""
        return self.at(self.seconds())

    def at(self, seconds: float) -> datetime:
        """Return the time of day at a clock second."""
        return self.clock.now() - timedelta(seconds=self.clock.seconds() - seconds)

    def later(self, delay: float, action: Callable[[], None]) -> None:
        """Let something happen in `delay` seconds."""
        heapq.heappush(self._events, Event(self.seconds() + delay, next(self._order), action))
        self.on_schedule()

    def next_due(self) -> float | None:
        """Return the clock second of the next event."""
        return self._events[0].due if self._events else None

    def run_due(self) -> None:
        """Run what is due by now, in order, each at its own moment."""
        while self._events and self._events[0].due <= self.clock.seconds():
            event = heapq.heappop(self._events)
            self._moment = event.due
            try:
                event.action()
            finally:
                self._moment = None

    def forget(self) -> None:
        """Let nothing happen any more."""
        self._events.clear()
