"""A queue bounded in number and bytes, for events that arrive faster than they are read."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_WAITING = 10_000
"""A console flood of 43,893 lines in 6 s was observed."""
MOST_BYTES = 4 * 1024 * 1024
"""A node may send lines of a mebibyte each."""


class BoundedQueue(Generic[T]):
    """Keeps the newest items: the oldest lines are dropped first, `lasting` items only when no line is left.

    Every operation takes constant time.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._brief: deque[tuple[int, int, T]] = deque()
        self._lasting: deque[tuple[int, int, T]] = deque()
        self._bytes = 0
        self._number = 0
        self._news = asyncio.Event()

    def put(self, item: T, size: int, *, lasting: bool) -> None:
        """Add something of that many bytes."""
        self._number += 1
        (self._lasting if lasting else self._brief).append((self._number, size, item))
        self._bytes += size
        while len(self._brief) + len(self._lasting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self._bytes -= (self._brief or self._lasting).popleft()[1]
            self.dropped += 1
        self._news.set()

    def take(self) -> T | None:
        """Remove and return the oldest item; None when the queue is empty."""
        if not (self._brief or self._lasting):
            return None
        brief_first = not self._lasting or (self._brief and self._brief[0][0] < self._lasting[0][0])
        _, size, item = (self._brief if brief_first else self._lasting).popleft()
        self._bytes -= size
        return item

    def waiting(self) -> tuple[T, ...]:
        """Return the items without removing them; the lasting ones come last."""
        return tuple(item for _, _, item in (*self._brief, *self._lasting))

    def wake(self) -> None:
        """Wake up all waiters."""
        self._news.set()

    async def get(self) -> T:
        """Remove and return the oldest item, waiting for one if needed."""
        while (item := self.take()) is None:
            await self.news()
        return item

    async def news(self) -> None:
        """Wait until something was put, or `wake` called, since the last wait."""
        await self._news.wait()
        self._news.clear()
