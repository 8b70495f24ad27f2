"""What the store says, kept in memory until it is changed: nobody waits for a disk to press a button."""

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.storage import Store

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class CachedRows(Generic[K, V]):
    """A part of the store by key. Whoever changes that part does it through here."""

    def __init__(self, store: Store, read: "Callable[[AsyncConnection, K], Awaitable[V]]") -> None:
        self._store = store
        self._read = read
        self._known: dict[K, V] = {}
        self._changes = 0

    async def get(self, key: K) -> V:
        """Give what is kept for a key, from memory when it was asked for before."""
        if key in self._known:
            return self._known[key]
        changes = self._changes
        await self._store.drained()  # a change whose asker was cancelled is done all the same
        async with self._store.read() as conn:
            value = await self._read(conn, key)
        if changes == self._changes:
            self._known[key] = value
        return value

    async def change(self, key: K, change: "Callable[[AsyncConnection], Awaitable[T]]") -> T:
        """Change what is kept for a key; nobody is answered from before this once it was asked for."""
        self._changes += 1
        self._known.pop(key, None)
        return await self._store.write(change)
