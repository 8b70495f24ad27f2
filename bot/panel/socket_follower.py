"""One person's view of a live connection that others share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

from bot.panel import errors
from bot.panel.event_queue import EventQueue
from bot.panel.events import Deleted, Event, Reconnected
from bot.panel.models.servers import PowerSignal
from bot.panel.shared_socket import SharedSocket
from bot.panel.socket import WingsSocket
from bot.panel.socket_frames import PASSING


class SocketFollower:
    """One person's view of a server's live connection.

    `async with` waits until there is one; iterating gives events until it ends. The iteration ends quietly
    when the server is deleted or the block is left; anything else raises.
    """

    def __init__(self, share: Callable[[], SharedSocket], *, reconnect: bool, hint: str | None) -> None:
        """`share` finds or makes the server's connection."""
        self._share = share
        self._reconnect = reconnect
        self._hint = hint
        self._shared: SharedSocket | None = None
        self._events = EventQueue()
        self._began: asyncio.Future[None] | None = None
        self._was_live = False

    @property
    def dropped(self) -> int:
        """How many lines and samples a slow reader never saw."""
        return self._events.dropped

    @property
    def is_live(self) -> bool:
        """Whether it is connected now; it reconnects by itself."""
        return self._shared is not None and self._shared.is_live

    def waiting(self) -> tuple[Event, ...]:
        """Return the unread events without removing them."""
        return self._events.waiting()

    async def __aenter__(self) -> Self:
        self._began = asyncio.get_running_loop().create_future()
        self._shared = self._share()
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
        self._events.end()

    def __aiter__(self) -> AsyncIterator[Event]:
        return aiter(self._events)

    async def send_command(self, text: str) -> None:
        """Type into the console (see `WingsSocket.send_command`)."""
        await self._socket.send_command(text)

    async def set_state(self, signal: PowerSignal) -> None:
        """Send a power signal (see `WingsSocket.set_state`)."""
        await self._socket.set_state(signal)

    async def ask_stats(self) -> None:
        """Request one Stats event."""
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
            self._events.put(Reconnected())
        self._was_live = True
        for event in greeting:
            self._events.put(event)
        if self._began is not None and not self._began.done():
            self._began.set_result(None)

    def heard(self, event: Event) -> None:
        """Process an event."""
        self._events.put(event)
        if isinstance(event, Deleted):
            self._events.end()

    def lost(self, error: errors.PanelError | None) -> None:
        """End, or wait for the next connection."""
        if self._began is not None and not self._began.done():
            self._began.set_exception(error or errors.SocketLost(detail="the server was deleted"))
        elif not self._reconnect or not isinstance(error, PASSING):
            self._events.end(error)
