"""One live connection to a server's node: sign-in, reconnection, typed events.

Source: docs/reference/wings.md.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Self

from bot.panel import errors
from bot.panel.budget import Sleep
from bot.panel.event_queue import EventQueue
from bot.panel.events import (
    AuthSuccess,
    DaemonError,
    Deleted,
    Event,
    JwtError,
    Reconnected,
    TokenExpired,
    TokenExpiring,
)
from bot.panel.models.servers import PowerSignal
from bot.panel.models.sockets import SocketToken
from bot.panel.node import NodeLink
from bot.panel.socket_frames import PASSING, FrameConnection
from bot.panel.token_renewal import ANSWER_S, RENEW_AFTER_S, REVOKED_S, TokenRenewal, TokenSource

log = logging.getLogger(__name__)

FIRST_PAUSE_S, PAUSE_STEP_S, LONGEST_PAUSE_S = 5.0, 2.5, 20.0
"""The pauses of the panel's own front end."""
STEADY_S = 60.0
"""A connection that lived for less doesn't reset the reconnection pause."""

_ANSWERS_AUTH = "Error Event"
"""How the text of a `jwt error` begins that answers an `auth`; others stand in place of an event."""
Refusal = JwtError | DaemonError
"""A token with a bad signature is refused with a `daemon error` (docs/reference/wings.md#events)."""


class WingsSocket:
    """`async with` connects and authenticates; iterating gives events until the connection ends.

    The iteration ends quietly when the server is deleted or the block is left; anything else raises.
    """

    def __init__(  # noqa: PLR0913 - its dependencies
        self,
        token: TokenSource,
        node: NodeLink,
        monotonic: Callable[[], float],
        *,
        reconnect: bool,
        sleep: Sleep,
        put: Callable[[Event], None] | None = None,
        renew_after_s: float = RENEW_AFTER_S,
    ) -> None:
        """`put` receives each event of `serve` as it arrives, in place of iteration."""
        self._token = token
        self._frames = FrameConnection(node)
        self._monotonic = monotonic
        self._reconnect = reconnect
        self._sleep = sleep
        self._inbox = EventQueue()
        self._put = put or self._inbox.put
        self._renewal = TokenRenewal(token, self._frames, monotonic, sleep, renew_after_s)
        self._pump: asyncio.Task[None] | None = None
        self._connected_at = -math.inf
        self._pause_s = FIRST_PAUSE_S

    @property
    def dropped(self) -> int:
        """How many lines and samples a slow reader never saw."""
        return self._inbox.dropped

    async def __aenter__(self) -> Self:
        try:
            await self._connect()
        except BaseException:
            await self._hang_up()
            raise
        self._pump = asyncio.create_task(self._run(), name="panel-socket")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.wait([self._pump])
        await self._hang_up()

    def __aiter__(self) -> AsyncIterator[Event]:
        return aiter(self._inbox)

    async def serve(self) -> None:
        """Connect and pass events on until the connection ends; returns when the server was deleted."""
        try:
            await self._connect()
            await self._listen()
        finally:
            await self._hang_up()

    async def send_command(self, text: str) -> None:
        """Send a console command. The node doesn't report a missing permission or an offline server.

        BadInput when it is longer than newer nodes take (they drop it silently).
        """
        await self._frames.send("send command", text)

    async def set_state(self, signal: PowerSignal) -> None:
        """Send a power signal; refusals come as DaemonError events or not at all."""
        await self._frames.send("set state", signal.value)

    async def ask_logs(self) -> None:
        """Request the last lines of the console; nothing comes when the server is offline."""
        await self._frames.send("send logs")

    async def ask_stats(self) -> None:
        """Request one Stats event."""
        await self._frames.send("send stats")

    # --- connection ---

    async def _connect(self) -> None:
        """Connect and authenticate; a kept token that the node refuses is replaced once."""
        if (refusal := await self._connect_with(await self._token(False))) is None:
            return
        _check_refusal(refusal)
        await self._hang_up()
        if self._renewal.was_lately:
            raise errors.TokenRefused(detail=refusal.text)
        token = await self._renewal.replace()
        refusal = await self._connect_with(token)
        if refusal is not None and _is_revoked(refusal):
            await self._hang_up()
            await self._sleep(REVOKED_S)
            token = await self._token(True)
            refusal = await self._connect_with(token)
        if refusal is not None:
            refused = errors.PermissionsStoredTwice if token.is_stored_twice else errors.TokenRefused
            raise refused(detail=refusal.text)

    async def _connect_with(self, token: SocketToken) -> Refusal | None:
        await self._frames.open(token.url)
        return await self._authenticate(token)

    async def _authenticate(self, token: SocketToken) -> Refusal | None:
        await self._renewal.send(token)
        try:
            async with asyncio.timeout(ANSWER_S):
                while True:
                    event = await self._frames.receive()
                    self._put(event)
                    if isinstance(event, AuthSuccess):
                        self._connected_at = self._monotonic()
                        self._renewal.accepted()
                        return None
                    if isinstance(event, Refusal):
                        return event
        except TimeoutError:
            raise errors.SocketSilent(detail="no answer to auth") from None

    async def _run(self) -> None:
        try:
            while await self._lost():
                await self._connect_again()
        except errors.PanelError as error:
            self._inbox.end(error)
        except Exception as error:
            log.exception("A live connection failed")
            self._inbox.end(errors.SocketLost(detail=type(error).__name__))
        finally:
            self._renewal.stop()
            self._inbox.end()

    async def _lost(self) -> bool:
        """Listen; True when the connection was lost and should reconnect."""
        try:
            await self._listen()
        except PASSING as error:
            if not self._reconnect:
                raise
            log.info("A live connection was lost: %s", error.detail)
            return True
        return False

    async def _connect_again(self) -> None:
        if self._monotonic() - self._connected_at >= STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        while True:
            await self._hang_up()
            await self._sleep(self._pause_s)
            self._pause_s = min(self._pause_s + PAUSE_STEP_S, LONGEST_PAUSE_S)
            try:
                await self._connect()
            except PASSING as error:
                log.debug("Still no live connection: %s", error.detail)
            else:
                self._inbox.put(Reconnected())
                return

    async def _listen(self) -> None:
        refused_again = is_silenced = False
        while True:
            if self._renewal.is_due:  # its timer may be late, as after the machine slept
                self._renewal.begin()
            event = await self._frames.receive()
            self._put(event)
            match event:
                case Deleted():
                    return
                case AuthSuccess():
                    self._renewal.accepted()
                    if is_silenced:  # meanwhile events were replaced by a `jwt error`
                        is_silenced = False
                        await self.ask_stats()
                case TokenExpiring() | TokenExpired() if not self._renewal.is_under_way:
                    self._renewal.hasten()
                case JwtError() if not self._renewal.is_under_way:
                    is_silenced = True
                    _check_refusal(event)
                    if refused_again or self._renewal.was_lately:
                        raise errors.TokenRefused(detail=event.text)
                    refused_again = True
                    self._renewal.begin()
                case JwtError():
                    is_silenced = True  # each event is one until the new token is taken
                    if _is_revoked(event) and event.text.startswith(_ANSWERS_AUTH):
                        self._renewal.revoked()
                case _:
                    refused_again = False

    async def _hang_up(self) -> None:
        self._renewal.stop()
        await self._frames.close()


def _check_refusal(refusal: Refusal) -> None:
    if "missing connect permission" in refusal.text:
        raise errors.PermissionMissing(detail=refusal.text)


def _is_revoked(refusal: Refusal) -> bool:
    return "denylist" in refusal.text
