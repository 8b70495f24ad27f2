"""One server's live connection, shared by all who follow that server."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.core.detached_task import start_detached
from bot.panel import errors
from bot.panel.budget import Sleep
from bot.panel.config import Lane
from bot.panel.events import AuthSuccess, Event, Stats, Status
from bot.panel.models.sockets import SocketToken
from bot.panel.node import NodeLink
from bot.panel.socket import WingsSocket
from bot.panel.socket_frames import PASSING

log = logging.getLogger(__name__)

RENEW_AFTER_S, RENEW_SPREAD_S = 9 * 60.0, 25.0
"""A token lives ten minutes; renewals are spread, so that they don't coincide."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 300.0
REFUSED_PAUSE_S, CONFLICT_PAUSE_S = 600.0, 60.0
"""When to try again after a refusal that people have to resolve, and after one that resolves itself."""
STEADY_S = 60.0


class SocketListener(Protocol):
    """Follows a server in the background. Every method returns at once."""

    def heard(self, event: Event) -> None:
        """Process an event of the live connection."""

    def lost(self, error: errors.PanelError) -> None:
        """Note that the connection was lost; it reconnects by itself."""


class Follower(Protocol):
    """A person's side of the connection. Every method returns at once."""

    def connected(self, greeting: list[Event]) -> None:
        """Begin, or go on after a loss. `greeting`: what the node has said already."""

    def heard(self, event: Event) -> None:
        """Process an event of the live connection."""

    def lost(self, error: errors.PanelError | None) -> None:
        """Note that the connection was lost; None: the server was deleted."""


@dataclass(frozen=True, slots=True)
class SocketContext:
    """What all connections of an account have in common.

    `turn` waits until one more may be opened in the background, by priority. `jitter` gives numbers from 0
    to 1. `opened` is called with each connection that is live, `forbidden` with each for which the key lacks
    the permission; the latter returns after how many seconds to try again.
    """

    node: NodeLink
    fetch_token: Callable[[str, bool, Lane], Awaitable[SocketToken]]
    turn: Callable[[int], Awaitable[None]]
    monotonic: Callable[[], float]
    sleep: Sleep
    jitter: Callable[[], float]
    opened: "Callable[[SharedSocket], None]"
    forbidden: "Callable[[errors.PanelError], float]"


class SharedSocket:
    """One server's connection, while it has followers."""

    def __init__(
        self, uuid: str, context: SocketContext, on_unused: "Callable[[SharedSocket], None]"
    ) -> None:
        """`on_unused` is called when the last follower has left."""
        self.uuid = uuid
        self.is_live = False
        self.is_open = False
        """Whether it is live or being opened, so that it needs a token."""
        self.is_forbidden = False
        """Whether the key lacks the permission, by its last attempt or those of others."""
        self.people: list[Follower] = []
        self._context = context
        self._on_unused = on_unused
        self._listener: SocketListener | None = None
        self._priority = 1
        self._status: Status | None = None
        self._stats: Stats | None = None
        self._pause: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._pause_s = FIRST_PAUSE_S
        self._live_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self.socket = WingsSocket(
            self._token,
            context.node,
            context.monotonic,
            reconnect=False,
            sleep=context.sleep,
            put=self._heard,
            renew_after_s=RENEW_AFTER_S + RENEW_SPREAD_S * context.jitter(),
        )

    def listen(self, listener: SocketListener, priority: int) -> None:
        """Add the listener."""
        self._listener, self._priority = listener, priority
        if self.is_live:
            for event in self._greeting():
                listener.heard(event)
        self._run_soon()

    def unlisten(self) -> None:
        """Remove the listener."""
        self._listener = None
        self._end_if_alone()

    def join(self, follower: Follower) -> None:
        """Add a person; a pause before the next attempt ends."""
        self.people.append(follower)
        if self.is_live:
            follower.connected(self._greeting())
        elif self._pause is not None:
            self.retry()
        elif self._task is not None and self._listener is not None and len(self.people) == 1:
            self.restart(None)  # it may be waiting for its turn
        self._run_soon()

    def leave(self, follower: Follower) -> None:
        """Remove a person."""
        if follower in self.people:
            self.people.remove(follower)
        self._end_if_alone()

    def restart(self, error: errors.PanelError | None) -> None:
        """Reconnect at once."""
        task, self._task = self._task, None
        self.is_open = False
        if task is not None:
            task.cancel()
        if error is not None:
            self._lost(error)
        self._run_soon(after=task)

    def retry(self) -> None:
        """End the pause before the next attempt."""
        if self._pause is not None:
            self._pause.cancel()

    def presume_forbidden(self, error: errors.PanelError) -> None:
        """Note that the key probably lacks the permission, since it does for others; it is tried later."""
        if self.is_open or self.is_forbidden or self._pause is not None:
            return
        self.is_forbidden = True
        self._lost(error)

    def ask_stats(self) -> None:
        """Let the node say how the server is."""
        if self.is_live and (self._asking is None or self._asking.done()):
            self._asking = start_detached(self._ask_stats(), name=f"question about {self.uuid}")

    async def close(self) -> None:
        """End the connection, and notify its followers."""
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
            self._task = start_detached(self._run(after), name=f"live connection to {self.uuid}")

    def _end_if_alone(self) -> None:
        if self.people or self._listener is not None:
            return
        self._on_unused(self)
        for task in (self._task, self._asking):
            if task is not None:
                task.cancel()

    async def _run(self, after: "asyncio.Task[None] | None") -> None:
        if after is not None:
            try:
                await asyncio.wait({after})  # it hangs up first
            finally:
                after = None  # else each would keep the one before it, with all that its traceback holds
        while True:
            try:
                if not self.people:
                    await self._context.turn(self._priority)
                self.is_open = True
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
            self.is_open = False
            await self._rest(wait_s * (0.5 + 0.5 * self._context.jitter()))

    async def _ask_stats(self) -> None:
        with suppress(errors.PanelError):  # a lost connection is noticed where it is read
            await self.socket.ask_stats()

    async def _rest(self, seconds: float) -> None:
        self._pause = start_detached(self._context.sleep(seconds), name="pause of a live connection")
        try:
            await asyncio.wait({self._pause})
        finally:
            self._pause.cancel()
            self._pause = None

    def _pause_after(self, error: errors.PanelError) -> float:
        self.is_forbidden = isinstance(error, errors.PermissionMissing)
        if self.is_forbidden:
            return self._context.forbidden(error)
        if isinstance(error, errors.ServerStateConflict):
            return CONFLICT_PAUSE_S
        if not isinstance(error, PASSING):
            return REFUSED_PAUSE_S
        if self.is_live and self._context.monotonic() - self._live_at >= STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, LONGEST_PAUSE_S)
        return pause_s

    async def _token(self, fresh: bool) -> SocketToken:
        lane = Lane.INTERACTIVE if self.people else Lane.BACKGROUND
        return await self._context.fetch_token(self.uuid, fresh, lane)

    # --- what it says ---

    def _heard(self, event: Event) -> None:
        match event:
            case Status():
                self._status, self._stats = event, None
            case Stats():
                self._stats = event
            case AuthSuccess() if not self.is_live:
                self.is_live, self._live_at = True, self._context.monotonic()
                self._context.opened(self)
                self.is_forbidden = False
                for follower in self.people:
                    follower.connected([])
        if self._listener is not None:
            self._listener.heard(event)
        for follower in self.people:
            follower.heard(event)

    def _greeting(self) -> list[Event]:
        """Return what the node said already, for those who join late."""
        stats = self._stats
        status = self._status if stats is None else Status(stats.state)
        known = (AuthSuccess(), status, stats)
        return [event for event in known if event is not None]

    def _lost(self, error: errors.PanelError | None) -> None:
        self.is_live, self._status, self._stats = False, None, None
        if self._listener is not None:
            self._listener.lost(error or errors.NotFound(detail="the server was deleted"))
        for follower in [*self.people]:
            follower.lost(error)
