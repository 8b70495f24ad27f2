"""What every resource group works with: one account's way to the panel, and its short caches."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar, cast

from async_lru import alru_cache

from bot.panel import errors
from bot.panel.availability import unavailable_reason
from bot.panel.config import Lane
from bot.panel.errors import ClientClosed
from bot.panel.models.base import ItemList, Page
from bot.panel.node import NodeLink
from bot.panel.request import Request
from bot.panel.server_view import view_request
from bot.panel.transport import Caller, Transport

T = TypeVar("T")

KEPT_S = 4.0
"""Long enough for somebody who types, short enough that nobody acts on an old list."""
MOST_KEPT = 256
MOST_PAGES = 1000
"""A list longer than this is a panel that never ends, not a list."""
EVERYTHING = ""
"""The scope of what belongs to no one server."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One read, equal to another that would give the same answer."""

    target: str
    lane: Lane
    generation: int
    request: Request[Any] = field(compare=False)
    caller: Caller = field(compare=False)


class Caches:
    """Short single-flight caches of one account: equal reads share one request, errors are not kept.

    A caller that is cancelled does not take the others' answer away. A change makes everything read of its
    server stale, also what is still on its way.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._generations: Counter[str] = Counter()
        self._understood: dict[str, tuple[bytes, Any]] = {}
        self._closed = False
        self._fetch = alru_cache(maxsize=MOST_KEPT, ttl=KEPT_S)(self._send)

    async def read(self, request: Request[T], caller: Caller, scope: str) -> T:
        """Take the answer of a moment ago, or a new one. People do not wait for background reads."""
        if self._closed:
            raise ClientClosed
        key = _Read(request.target, caller.lane, self._generations[scope], request, caller)
        try:
            return cast("T", await self._fetch(key))
        except asyncio.CancelledError:
            if self.is_closed and not _is_cancelled():
                raise ClientClosed from None  # the read was ended, not whoever waits for it
            raise

    @property
    def is_closed(self) -> bool:
        """Whether nothing is read any more."""
        return self._closed

    def stale(self, scope: str) -> None:
        """Forget what was read of a server."""
        self._generations[scope] += 1

    def unless_same(self, key: str, parse: Callable[[bytes], T]) -> Callable[[bytes], T]:
        """Say how to read an answer that is mostly the same each time: one like the last gives its objects.

        Reading a hundred servers takes 15 ms, seeing that they are the same takes less than one.
        """

        def read(body: bytes) -> T:
            digest = blake2b(body, digest_size=16).digest()
            kept = self._understood.get(key)
            if kept is None or kept[0] != digest:
                kept = self._understood[key] = (digest, parse(body))
            return cast("T", kept[1])

        return read

    async def close(self) -> None:
        """Forget everything and end what is on its way: the bot stops."""
        self._closed = True
        await self._fetch.cache_close()

    async def _send(self, read: _Read) -> object:
        return await self._transport.send(read.request, read.caller)


@dataclass(frozen=True, slots=True)
class AccountSession:
    """Sends requests with one account's key, in one lane of its rate budget, through its caches."""

    transport: Transport
    node: NodeLink
    caches: Caches
    caller: Caller

    async def send(self, request: Request[T]) -> T:
        """Ask, past the caches."""
        try:
            return await self.transport.send(request, self.caller)
        except errors.ServerStateConflict as error:
            raise await self._explained(error, request) from None

    async def change(self, request: Request[T], scope: str) -> T:
        """Ask for a change of a server; what is cached of it is forgotten whatever comes of it."""
        try:
            return await self.send(request)
        finally:
            self.caches.stale(scope)

    async def read(self, request: Request[T], scope: str, *, fresh: bool = False) -> T:
        """Ask, or take the answer of a moment ago."""
        if fresh:
            self.caches.stale(scope)
        try:
            return await self.caches.read(request, self.caller, scope)
        except errors.ServerStateConflict as error:
            raise await self._explained(error, request) from None

    async def _explained(
        self, error: errors.ServerStateConflict, request: Request[Any]
    ) -> errors.ServerStateConflict:
        """Take the reason from the server's own state: the panel's text is in the panel's language.

        Whoever measures in the background knows the state from the list of servers.
        """
        if request.path.endswith("/resources") and self.caller.lane is Lane.BACKGROUND:
            return error
        try:
            uuid = request.ids["server"]
            server = await self.caches.read(view_request(uuid), self.caller, uuid)
        except errors.PanelError:
            return error
        reason = unavailable_reason(server)
        return error if reason is None else errors.ServerStateConflict(reason, detail=error.detail)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def page_of(answer: ItemList[T]) -> Page[T]:
    """Make a page; a list without pagination is its own only page."""
    seen = answer.meta.pagination
    if seen is None:
        return Page(answer.data, 1, len(answer.data), 1, len(answer.data))
    return Page(answer.data, seen.current_page, seen.per_page, seen.total_pages, seen.total)


async def fetch_all_pages(
    fetch: Callable[[int], Awaitable[Page[T]]], identity: Callable[[T], str]
) -> AsyncIterator[T]:
    """Walk all pages by number (the panel's own links forget the query) and give each thing once."""
    seen: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        page = await fetch(number)
        for item in page.items:
            if identity(item) not in seen:
                seen.add(identity(item))
                yield item
        if number >= page.pages or not page.items:
            return
