"""Events of a live connection that were not read yet."""

import asyncio
from collections.abc import AsyncIterator
from functools import cache

from bot.panel.bounded_queue import BoundedQueue
from bot.panel.errors import PanelError
from bot.panel.events import ConsoleLine, DaemonMessage, Event, InstallEvent, Stats, TransferLog, Unknown

_BRIEF = (ConsoleLine, DaemonMessage, InstallEvent, Stats, TransferLog, Unknown)
"""Lines and samples, which a slow reader may lose."""
_EVENT_BYTES = 200
_BYTES_A_TURN = 16 * 1024
"""After so many bytes, some 60 lines, other tasks get a turn: readers take up to 0.1 ms a line."""
_TEXTS = ("text", "kind", "status", "what", "name", "checksum", "uuid")


class EventQueue:
    """A bounded queue: a slow reader loses the oldest lines and samples, never a change of state."""

    def __init__(self) -> None:
        self._waiting: BoundedQueue[Event] = BoundedQueue()
        self._ended = False
        self._failure: PanelError | None = None

    @property
    def dropped(self) -> int:
        """How many were lost to a slow reader."""
        return self._waiting.dropped

    def waiting(self) -> tuple[Event, ...]:
        """Return the unread events without removing them."""
        return self._waiting.waiting()

    def put(self, event: Event) -> None:
        """Add an event."""
        completed = isinstance(event, InstallEvent) and event.kind != "output"
        self._waiting.put(event, _size(event), lasting=completed or not isinstance(event, _BRIEF))

    def end(self, failure: PanelError | None = None) -> None:
        """End the queue; a reader gets the first failure after the events that still wait."""
        self._failure = self._failure or failure
        self._ended = True
        self._waiting.wake()

    async def __aiter__(self) -> AsyncIterator[Event]:
        taken_bytes = 0
        while True:
            while (event := self._waiting.take()) is not None:
                yield event
                taken_bytes += _size(event)
                if taken_bytes > _BYTES_A_TURN:
                    taken_bytes = 0
                    await asyncio.sleep(0)
            if self._ended:
                if self._failure is not None:
                    raise self._failure
                return
            await self._waiting.news()


def _size(event: Event) -> int:
    kind: type = type(event)
    texts = (getattr(event, name) for name in _texts(kind))
    return _EVENT_BYTES + sum(text.__sizeof__() for text in texts if text and isinstance(text, str))


@cache  # a model of pydantic takes long to say that it has no such attribute
def _texts(kind: type) -> tuple[str, ...]:
    return tuple(name for name in _TEXTS if name in kind.__annotations__)
