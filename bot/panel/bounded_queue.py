"""A queue that is bounded in number and in bytes, for what a node says faster than anybody reads."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_WAITING = 10_000
"""A console flood was seen to bring 43,893 lines in 6 s."""
MOST_BYTES = 4 * 1024 * 1024
"""A node may send lines of a mebibyte each."""


class BoundedQueue(Generic[T]):
    """Keeps what came last: the oldest lines go first, and what is `lasting` only when there are none left.

    Every step takes the same short time, however much waits.
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
        """Take the oldest; None when nothing waits."""
        if not (self._brief or self._lasting):
            return None
        brief_first = not self._lasting or (self._brief and self._brief[0][0] < self._lasting[0][0])
        _, size, item = (self._brief if brief_first else self._lasting).popleft()
        self._bytes -= size
        return item

    def waiting(self) -> tuple[T, ...]:
        """Give what waits, without taking it; the lasting items come last."""
        return tuple(item for _, _, item in (*self._brief, *self._lasting))

    def wake(self) -> None:
        """Let whoever waits look around."""
        self._news.set()

    async def get(self) -> T:
        """Take the oldest, or wait for one."""
        while (item := self.take()) is None:
            await self.news()
        return item

    async def news(self) -> None:
        """Wait until something was put, or `wake` called, since the last wait."""
        await self._news.wait()
        self._news.clear()
