"""Follows one server for a while: by its websocket if possible, else by polling."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.detached_task import cancel_all
from bot.panel import PanelClient
from bot.panel.bounded_queue import BoundedQueue
from bot.panel.errors import PanelError
from bot.panel.events import ConsoleLine, DaemonError, DaemonMessage, Event, Stats, Status
from bot.panel.models import PowerState
from bot.services.servers.console_mask import ConsoleMask
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

POLL_S = 5.0
_EVENT_BYTES = 200
GREETING_S = 4.0
"""How long the websocket may take to report a state: a person is waiting for it."""


OnState = Callable[[PowerState, int | None], None]
"""Called with a state, and the uptime in milliseconds where it is known."""


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event: a state (with the uptime if known), or a console line without secrets.

    `is_from_node`: the line is a message of the node beside the console.
    """

    state: PowerState | None = None
    uptime_ms: int | None = None
    line: str | None = None
    is_from_node: bool = False


class LiveFeed:
    """Events of a server from now on; `live` while they come from the websocket."""

    def __init__(  # noqa: PLR0913 - what it reads with
        self,
        panel: PanelClient,
        uuid: str,
        clock: Clock,
        workers: WorkerPool,
        *,
        poll: bool,
        on_state: OnState | None = None,
    ) -> None:
        self.live = False
        self.trouble: PanelError | None = None
        """Why the websocket cannot be read."""
        self._panel = panel
        self._uuid = uuid
        self._clock = clock
        self._workers = workers
        self._poll = poll
        self._on_state = on_state
        self._mask = ConsoleMask(panel, uuid)
        self._events: BoundedQueue[FeedEvent] = BoundedQueue()
        self._lost = 0
        self._settled = asyncio.Event()
        self._has_read = asyncio.Event()
        self._has_read.set()

    @property
    def dropped(self) -> int:
        """How many events came faster than they were read, and were dropped."""
        return self._lost + self._events.dropped

    async def next(self, within_s: float) -> FeedEvent | None:
        """Wait for the next event; None when none comes in that time.

        Waits for a long line that came in time but is still searched for secrets.
        """
        if within_s <= 0:
            return None
        try:
            return await self._clock.wait_external(self._events.get(), limit_s=within_s)
        except TimeoutError:
            await self._has_read.wait()
            return self._events.take()

    def skip(self) -> None:
        """Drop the events so far. Reading until nothing comes would never end on a busy console."""
        while self._events.take() is not None:
            pass

    async def greeted(self) -> None:
        """Wait until the websocket reported a state, or failed."""
        await self._settled.wait()

    async def run(self) -> None:
        """Read the websocket until it ends, then poll if requested."""
        try:
            await self._read_socket()
        except PanelError as error:
            log.debug("no live view of %s: %s", self._uuid, error)
            self.trouble = error
        self.live = False
        self._settled.set()
        while self._poll:
            await self._poll_state()
            await self._clock.sleep(POLL_S)

    async def _read_socket(self) -> None:
        await self._mask.learn()
        async with self._panel.sockets.follow(self._uuid) as socket:
            async for event in socket:
                feed_event = await self._read_event(event)
                if feed_event is None:
                    continue
                self._lost = socket.dropped
                self._put(feed_event)
                if feed_event.state is not None:
                    if self._on_state is not None:
                        self._on_state(feed_event.state, feed_event.uptime_ms)
                    self.live = True
                    self._settled.set()

    async def _read_event(self, event: Event) -> FeedEvent | None:
        match event:
            case Status(state=state):
                return FeedEvent(state)
            case Stats(state=state, uptime_ms=uptime_ms):
                return FeedEvent(state, uptime_ms)
            case ConsoleLine(text=text) | DaemonMessage(text=text) | DaemonError(text=text):
                self._has_read.clear()
                try:
                    line = await self._mask.whole(text, self._workers)
                finally:
                    self._has_read.set()
                if line is None:
                    return None
                return FeedEvent(line=line, is_from_node=not isinstance(event, ConsoleLine))
        return None

    async def _poll_state(self) -> None:
        try:
            seen = await self._panel.servers.resources(self._uuid)
        except PanelError as error:
            log.debug("no state of %s: %s", self._uuid, error)
            return
        self._put(FeedEvent(seen.state, seen.uptime_ms))

    def _put(self, feed_event: FeedEvent) -> None:
        size = _EVENT_BYTES + (feed_event.line or "").__sizeof__()
        self._events.put(feed_event, size, lasting=feed_event.line is None and feed_event.uptime_ms is None)


@asynccontextmanager
async def open_live_feed(  # noqa: PLR0913 - what it reads with
    panel: PanelClient,
    uuid: str,
    clock: Clock,
    workers: WorkerPool,
    *,
    poll: bool,
    on_state: OnState | None = None,
) -> AsyncIterator[LiveFeed]:
    """Follow a server; waits a moment for the websocket. `poll`: poll the state if there is none.

    `on_state` is called with each state that the node itself reports.
    """
    feed = LiveFeed(panel, uuid, clock, workers, poll=poll, on_state=on_state)
    task = clock.spawn_detached(feed.run(), name=f"live feed of {uuid}")
    try:
        try:
            await clock.wait_external(feed.greeted(), limit_s=GREETING_S)
        except TimeoutError:
            log.debug("the websocket of %s is slow to greet", uuid)
        yield feed
    finally:
        await cancel_all([task])
