"""Rows cached in memory until they change, so that access checks don't wait for the disk."""

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.storage import Store

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class CachedRows(Generic[K, V]):
    """Cached rows by key. All changes of these rows must go through `change`."""

    def __init__(self, store: Store, read: "Callable[[AsyncConnection, K], Awaitable[V]]") -> None:
        self._store = store
        self._read = read
        self._known: dict[K, V] = {}
        self._changes = 0

    async def get(self, key: K) -> V:
        """Return the rows of a key, from memory if they were read before."""
        if key in self._known:
            return self._known[key]
        changes = self._changes
        await self._store.drained()  # a change whose caller was cancelled is still done
        async with self._store.read() as conn:
            value = await self._read(conn, key)
        if changes == self._changes:
            self._known[key] = value
        return value

    async def change(self, key: K, change: "Callable[[AsyncConnection], Awaitable[T]]") -> T:
        """Change the rows of a key; reads that begin after this call see the change."""
        self._changes += 1
        self._known.pop(key, None)
        return await self._store.write(change)
