"""The live connections of one account: one a server, shared by everybody who follows that server.

Connections for monitoring are opened gradually, inside the rate budget, and made anew with growing pauses.
What a person waits for is opened at once.
"""

import asyncio
import heapq
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextvars import Context
from itertools import count
from types import TracebackType
from typing import Protocol, Self

from bot.panel import errors
from bot.panel.budget import LIST_SHARE, RESERVE, BudgetView, Sleep
from bot.panel.config import Lane
from bot.panel.event_queue import EventQueue
from bot.panel.events import AuthSuccess, Deleted, Event, Reconnected, Stats, Status
from bot.panel.models.servers import PowerSignal
from bot.panel.models.sockets import SocketToken
from bot.panel.node import NodeLink
from bot.panel.socket import PASSING, WingsSocket

log = logging.getLogger(__name__)

RENEW_AFTER_S, RENEW_SPREAD_S = 9 * 60.0, 25.0
"""A token lives ten minutes; renewals are spread, so that they do not come all at once for ever."""
TOKENS_PER_MINUTE = 60.0 / (RENEW_AFTER_S + RENEW_SPREAD_S / 2)
"""What one connection costs of the rate budget."""
AT_ONCE = 10
"""So many connections are opened at once; more of them gradually."""
TOKENS_AT_ONCE = 8
"""Token requests under way in the background; people need the other places of the client."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
REFUSED_PAUSE_S, CONFLICT_PAUSE_S = 600.0, 60.0
"""How soon to try again after a refusal that people have to end, and after one that ends by itself."""
STEADY_S = 60.0
_USUAL_LIMIT = 240
"""Of a panel's requests a minute, before it has named its limit."""
_SLOWEST_PER_MINUTE = 6.0

TokenFetcher = Callable[[bool], Awaitable[SocketToken]]


class SocketListener(Protocol):
    """Follows a server in the background. Every method returns at once."""

    def heard(self, event: Event) -> None:
        """Take an event of the live connection."""

    def lost(self, error: errors.PanelError) -> None:
        """Take note that there is no live connection; it is made anew by itself."""


class SocketHub:
    """Opens, shares and renews the live connections of one account."""

    def __init__(  # noqa: PLR0913 - what it leans on
        self,
        fetch: Callable[[str, bool, Lane], Awaitable[SocketToken]],
        node: NodeLink,
        budget: Callable[[], BudgetView],
        monotonic: Callable[[], float],
        sleep: Sleep,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`jitter` gives numbers from 0 to 1."""
        self.node = node
        self.monotonic = monotonic
        self.sleep = sleep
        self.jitter = jitter
        self._fetch = fetch
        self._budget = budget
        self._shared: dict[str, SharedSocket] = {}
        self._tokens = asyncio.Semaphore(TOKENS_AT_ONCE)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._pacer: asyncio.Task[None] | None = None
        self._at_once = float(AT_ONCE)
        self._paced_at = monotonic()

    @property
    def connected(self) -> int:
        """How many live connections there are."""
        return sum(shared.is_live for shared in self._shared.values())

    @property
    def tokens_per_minute(self) -> float:
        """What the connections cost of the rate budget."""
        return len(self._shared) * TOKENS_PER_MINUTE

    def is_followed(self, uuid: str) -> bool:
        """Whether a person follows a server now."""
        shared = self._shared.get(uuid)
        return shared is not None and bool(shared.people)

    def follow(self, uuid: str, *, reconnect: bool = False, hint: str | None = None) -> "SocketFollower":
        """Prepare to follow a server for a person: `async with hub.follow(uuid) as live`.

        `reconnect`: go on when the connection was lost and made anew, with an event that says so. `hint` is
        the next step for a person whose key may not.
        """
        return SocketFollower(self, uuid, reconnect=reconnect, hint=hint)

    def listen(self, uuid: str, listener: SocketListener, *, priority: int = 1) -> None:
        """Let a listener follow a server until `unlisten`; connections of lower priority are opened first."""
        self.share(uuid).listen(listener, priority)

    def unlisten(self, uuid: str) -> None:
        """Let the listener of a server go."""
        if (shared := self._shared.get(uuid)) is not None:
            shared.unlisten()

    def reconnect(self, uuid: str, why: str) -> None:
        """Drop a connection that seems dead, and make it anew."""
        if (shared := self._shared.get(uuid)) is not None:
            shared.restart(errors.SocketSilent(detail=why))

    async def close(self) -> None:
        """End every connection."""
        tasks = [shared.close() for shared in [*self._shared.values()]]
        if self._pacer is not None:
            self._pacer.cancel()
        await asyncio.gather(*tasks)

    # --- for the connections ---

    def share(self, uuid: str) -> "SharedSocket":
        """Find a server's connection, or begin to make it."""
        shared = self._shared.get(uuid)
        if shared is None:
            shared = self._shared[uuid] = SharedSocket(self, uuid)
        return shared

    def drop(self, shared: "SharedSocket") -> None:
        """Forget a connection that nobody follows."""
        if self._shared.get(shared.uuid) is shared:
            del self._shared[shared.uuid]

    async def token(self, uuid: str, *, fresh: bool, lane: Lane) -> SocketToken:
        """Get a token, a few at a time in the background."""
        if lane is Lane.INTERACTIVE:
            return await self._fetch(uuid, fresh, lane)
        async with self._tokens:
            return await self._fetch(uuid, fresh, lane)

    async def turn(self, priority: int) -> None:
        """Wait until the rate budget permits one more connection."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), turn))
        if self._pacer is None or self._pacer.done():
            self._pacer = apart(self._pace(), "pace of live connections")
        await turn

    async def _pace(self) -> None:
        await asyncio.sleep(0)  # all that begin together are there: the most important goes first
        while self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if turn.done():
                continue
            gap_s = 60.0 / self._openings_per_minute()
            passed_s = self.monotonic() - self._paced_at
            self._at_once = min(AT_ONCE, self._at_once + passed_s / gap_s)
            self._paced_at = self.monotonic()
            if self._at_once < 1:
                await self.sleep(gap_s)
            self._at_once -= 1
            if not turn.done():
                turn.set_result(None)

    def _openings_per_minute(self) -> float:
        """Leave people their reserve, the list its share, and those that are open their renewals."""
        limit = self._budget().limit or _USUAL_LIMIT
        renewals = self.connected * TOKENS_PER_MINUTE
        return max(_SLOWEST_PER_MINUTE, limit * (1 - RESERVE - LIST_SHARE) - renewals)


class SharedSocket:
    """One server's connection, while anybody follows the server."""

    def __init__(self, hub: SocketHub, uuid: str) -> None:
        self.uuid = uuid
        self.is_live = False
        self.people: list[SocketFollower] = []
        self._hub = hub
        self._listener: SocketListener | None = None
        self._priority = 1
        self._status: Status | None = None
        self._stats: Stats | None = None
        self._pause: asyncio.Task[None] | None = None
        self._pause_s = FIRST_PAUSE_S
        self._live_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self.socket = WingsSocket(
            self._token,
            hub.node,
            hub.monotonic,
            reconnect=False,
            sleep=hub.sleep,
            put=self._heard,
            renew_after_s=RENEW_AFTER_S + RENEW_SPREAD_S * hub.jitter(),
        )

    def listen(self, listener: SocketListener, priority: int) -> None:
        """Let the listener follow, too."""
        self._listener, self._priority = listener, priority
        if self.is_live:
            for event in self._greeting():
                listener.heard(event)
        self._run_soon()

    def unlisten(self) -> None:
        """Let the listener go."""
        self._listener = None
        self._end_if_alone()

    def join(self, follower: "SocketFollower") -> None:
        """Let a person follow, too; a pause before the next attempt ends."""
        self.people.append(follower)
        if self.is_live:
            follower.connected(self._greeting())
        elif self._pause is not None:
            self._pause.cancel()
        elif self._task is not None and self._listener is not None and len(self.people) == 1:
            self.restart(None)  # it may be waiting for its turn
        self._run_soon()

    def leave(self, follower: "SocketFollower") -> None:
        """Let a person go."""
        if follower in self.people:
            self.people.remove(follower)
        self._end_if_alone()

    def restart(self, error: errors.PanelError | None) -> None:
        """Make the connection anew, at once."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        if error is not None:
            self._lost(error)
        self._run_soon(after=task)

    async def close(self) -> None:
        """End the connection and whoever reads it."""
        self._listener = None
        for follower in [*self.people]:
            follower.lost(errors.ClientClosed())
        self.people.clear()
        task = self._task
        self._end_if_alone()
        if task is not None:
            await asyncio.wait({task})

    # --- the connection ---

    def _run_soon(self, after: "asyncio.Task[None] | None" = None) -> None:
        if self._task is None or self._task.done():
            self._task = apart(self._run(after), f"live connection to {self.uuid}")

    def _end_if_alone(self) -> None:
        if self.people or self._listener is not None:
            return
        self._hub.drop(self)
        if self._task is not None:
            self._task.cancel()

    async def _run(self, after: "asyncio.Task[None] | None") -> None:
        if after is not None:
            await asyncio.wait({after})  # it hangs up first
        while True:
            try:
                if not self.people:
                    await self._hub.turn(self._priority)
                await self.socket.serve()
            except errors.PanelError as error:
                wait_s = self._pause_after(error)
                self._lost(error)
            except Exception as error:
                log.exception("A live connection failed")
                wait_s = LONGEST_PAUSE_S
                self._lost(errors.SocketLost(detail=type(error).__name__))
            else:  # the server was deleted
                wait_s = REFUSED_PAUSE_S
                self._lost(None)
            await self._rest(wait_s * (0.5 + 0.5 * self._hub.jitter()))

    async def _rest(self, seconds: float) -> None:
        self._pause = apart(_sleep(self._hub.sleep, seconds), "pause of a live connection")
        try:
            await asyncio.wait({self._pause})
        finally:
            self._pause.cancel()
            self._pause = None

    def _pause_after(self, error: errors.PanelError) -> float:
        if isinstance(error, errors.ServerStateConflict):
            return CONFLICT_PAUSE_S
        if not isinstance(error, PASSING):
            return REFUSED_PAUSE_S
        if self.is_live and self._hub.monotonic() - self._live_at >= STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, LONGEST_PAUSE_S)
        return pause_s

    async def _token(self, fresh: bool) -> SocketToken:
        lane = Lane.INTERACTIVE if self.people else Lane.BACKGROUND
        return await self._hub.token(self.uuid, fresh=fresh, lane=lane)

    # --- what it says ---

    def _heard(self, event: Event) -> None:
        match event:
            case Status():
                self._status, self._stats = event, None
            case Stats():
                self._status, self._stats = Status(event.state), event
            case AuthSuccess() if not self.is_live:
                self.is_live, self._live_at = True, self._hub.monotonic()
                for follower in self.people:
                    follower.connected([])
        if self._listener is not None:
            self._listener.heard(event)
        for follower in self.people:
            follower.heard(event)

    def _greeting(self) -> list[Event]:
        """Say to whoever joins late what the node said to those who were there."""
        known = (AuthSuccess(), self._status, self._stats)
        return [event for event in known if event is not None]

    def _lost(self, error: errors.PanelError | None) -> None:
        self.is_live, self._status, self._stats = False, None, None
        if self._listener is not None:
            self._listener.lost(error or errors.NotFound(detail="the server was deleted"))
        for follower in [*self.people]:
            follower.lost(error)


class SocketFollower:
    """One person's view of a server's live connection.

    `async with` waits until there is one; iterating gives events until it ends. The iteration ends quietly
    when the server is deleted or the block is left; anything else raises.
    """

    def __init__(self, hub: SocketHub, uuid: str, *, reconnect: bool, hint: str | None) -> None:
        self._hub = hub
        self._uuid = uuid
        self._reconnect = reconnect
        self._hint = hint
        self._shared: SharedSocket | None = None
        self._inbox = EventQueue()
        self._began: asyncio.Future[None] | None = None
        self._was_live = False

    @property
    def dropped(self) -> int:
        """How many lines and samples a slow reader never saw."""
        return self._inbox.dropped

    @property
    def is_live(self) -> bool:
        """Whether there is a connection now; one that was lost is made anew by itself."""
        return self._shared is not None and self._shared.is_live

    def waiting(self) -> tuple[Event, ...]:
        """Give what was heard and not read yet, without taking it."""
        return self._inbox.waiting()

    async def __aenter__(self) -> Self:
        self._began = asyncio.get_running_loop().create_future()
        self._shared = self._hub.share(self._uuid)
        self._shared.join(self)
        try:
            await self._began
        except BaseException as error:
            self._shared.leave(self)
            if self._hint is not None and isinstance(error, errors.KeyRefused | errors.PermissionMissing):
                error.next_step = self._hint
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shared is not None:
            self._shared.leave(self)
        self._inbox.end()

    def __aiter__(self) -> AsyncIterator[Event]:
        return aiter(self._inbox)

    async def send_command(self, text: str) -> None:
        """Type into the console (see `WingsSocket.send_command`)."""
        await self._socket.send_command(text)

    async def set_state(self, signal: PowerSignal) -> None:
        """Ask for a power change (see `WingsSocket.set_state`)."""
        await self._socket.set_state(signal)

    async def ask_stats(self) -> None:
        """Ask for one Stats."""
        await self._socket.ask_stats()

    @property
    def _socket(self) -> WingsSocket:
        if self._shared is None or not self._shared.is_live:
            raise errors.SocketLost(detail="not connected")
        return self._shared.socket

    # --- called by the connection ---

    def connected(self, greeting: list[Event]) -> None:
        """Begin, or go on after a loss."""
        if self._was_live:
            self._inbox.put(Reconnected())
        self._was_live = True
        for event in greeting:
            self._inbox.put(event)
        if self._began is not None and not self._began.done():
            self._began.set_result(None)

    def heard(self, event: Event) -> None:
        """Take an event."""
        self._inbox.put(event)
        if isinstance(event, Deleted):
            self._inbox.end()

    def lost(self, error: errors.PanelError | None) -> None:
        """End, or wait for the next connection."""
        if self._began is not None and not self._began.done():
            self._began.set_exception(error or errors.SocketLost(detail="the server was deleted"))
        elif not self._reconnect or not isinstance(error, PASSING):
            self._inbox.end(error)


def apart(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
    """Start what belongs to nobody's command, although a command began it."""
    return Context().run(lambda: asyncio.create_task(work, name=name))


async def _sleep(sleep: Sleep, seconds: float) -> None:
    await sleep(seconds)
