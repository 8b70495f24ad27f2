"""What a live connection has heard and nobody has read yet."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from bot.panel.errors import PanelError
from bot.panel.events import ConsoleLine, Event, Stats

MOST_WAITING = 10_000
"""A console flood was seen to bring 43,893 lines in 6 s."""


class Inbox:
    """A bounded queue: a slow reader loses the oldest lines and samples, never a change of state."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque()
        self._news = asyncio.Event()
        self._ended = False
        self._failure: PanelError | None = None
        self.dropped = 0

    def put(self, event: Event) -> None:
        """Add an event."""
        if len(self._waiting) >= MOST_WAITING:
            self._make_room()
        self._waiting.append(event)
        self._news.set()

    def end(self, failure: PanelError | None = None) -> None:
        """Say that nothing more comes; a reader gets the first failure after what is still waiting."""
        self._failure = self._failure or failure
        self._ended = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._ended:
                if self._failure is not None:
                    raise self._failure
                return
            self._news.clear()
            await self._news.wait()

    def _make_room(self) -> None:
        for place, event in enumerate(self._waiting):
            if isinstance(event, ConsoleLine | Stats):
                del self._waiting[place]
                break
        else:
            self._waiting.popleft()
        self.dropped += 1
