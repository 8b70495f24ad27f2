"""The session of one account, which all resource groups use, and its short caches."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeVar, cast

from async_lru import alru_cache

from bot.panel import errors
from bot.panel.availability import unavailable_reason
from bot.panel.config import Lane
from bot.panel.errors import ClientClosed
from bot.panel.models.base import ItemList, Page
from bot.panel.models.entries import Entries, Unreadable
from bot.panel.node import NodeLink
from bot.panel.request import Request
from bot.panel.server_view import view_request
from bot.panel.transport import Caller, Transport

T = TypeVar("T")

KEPT_S = 4.0
"""How long reads are cached: long enough while a person types, too short to act on an old list."""
MOST_KEPT = 256
MOST_PAGES = 1000
"""A list with more pages than this is taken for endless."""
EVERYTHING = ""
"""The cache scope of reads that concern no single server."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The key of a read: equal keys have the same response."""

    target: str
    lane: Lane
    generation: int
    request: Request[Any] = field(compare=False)
    caller: Caller = field(compare=False)


class Caches:
    """Short single-flight caches of one account: equal reads share a request, errors are not cached.

    A cancelled caller doesn't cancel the read for the others. A change invalidates everything read about its
    server, including requests under way.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._generations: Counter[str] = Counter()
        self._understood: dict[str, tuple[bytes, Any]] = {}
        self._closed = False
        self._fetch = alru_cache(maxsize=MOST_KEPT, ttl=KEPT_S)(self._send)

    async def read(self, request: Request[T], caller: Caller, scope: str) -> T:
        """Return the cached response, or fetch it. Interactive reads don't wait for background ones."""
        if self._closed:
            raise ClientClosed
        key = _Read(request.target, caller.lane, self._generations[scope], request, caller)
        try:
            return cast("T", await self._fetch(key))
        except asyncio.CancelledError:
            if self.is_closed and not _is_cancelled():
                raise ClientClosed from None  # the read was cancelled, not its caller
            raise

    @property
    def is_closed(self) -> bool:
        """Whether the caches are closed."""
        return self._closed

    def stale(self, scope: str) -> None:
        """Invalidate what was read about a server."""
        self._generations[scope] += 1

    def unless_same(self, key: str, parse: Callable[[bytes], T]) -> Callable[[bytes], T]:
        """Return a parser that returns the previous objects when the body is the same as before.

        Parsing a hundred servers takes 15 ms, comparing the bodies less than one.
        """

        def read(body: bytes) -> T:
            digest = blake2b(body, digest_size=16).digest()
            kept = self._understood.get(key)
            if kept is None or kept[0] != digest:
                kept = self._understood[key] = (digest, parse(body))
            return cast("T", kept[1])

        return read

    async def close(self) -> None:
        """Clear the caches and cancel reads under way: the bot stops."""
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
        """Send a request without the caches."""
        try:
            return await self.transport.send(request, self.caller)
        except errors.ServerStateConflict as error:
            raise await self._explained(error, request) from None

    async def change(self, request: Request[T], scope: str) -> T:
        """Send a change of a server, and invalidate its caches whatever the result."""
        try:
            return await self.send(request)
        finally:
            self.caches.stale(scope)

    async def read(self, request: Request[T], scope: str, *, fresh: bool = False) -> T:
        """Send a read, or return its cached response."""
        if fresh:
            self.caches.stale(scope)
        try:
            return await self.caches.read(request, self.caller, scope)
        except errors.ServerStateConflict as error:
            raise await self._explained(error, request) from None

    async def fetch(self, request: Request[T], scope: str, *, cached: bool) -> T:
        """Send a read; `cached` may return its cached response."""
        return await (self.read(request, scope) if cached else self.send(request))

    async def _explained(
        self, error: errors.ServerStateConflict, request: Request[Any]
    ) -> errors.ServerStateConflict:
        """Add the reason from the server's state, since the panel's text is in the panel's language.

        Background callers know the state from the list of servers.
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
    """Make a page; a list without pagination is a single page."""
    seen = answer.meta.pagination
    if seen is None:
        return Page(answer.data, 1, len(answer.data), 1, len(answer.data))
    return Page(answer.data, seen.current_page, seen.per_page, seen.total_pages, seen.total)


async def fetch_all_pages(
    fetch: Callable[[int], Awaitable[Page[T]]], identity: Callable[[T], str]
) -> Entries[T]:
    """Fetch all pages by number (the panel's links lack the query), and return each object once."""
    found: dict[str, T] = {}
    unreadable: list[Unreadable] = []
    for number in range(1, MOST_PAGES + 1):
        page = await fetch(number)
        for item in page.items:
            found.setdefault(identity(item), item)
        unreadable += page.items.unreadable
        if number >= page.pages or not (page.items or page.items.unreadable):
            break
    return Entries(found.values(), unreadable)
