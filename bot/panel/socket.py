"""One live connection to a server's node: token, renewal, reconnection, typed events.

Source: docs/reference/wings.md.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
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
from bot.panel.socket_frames import FrameConnection

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""How long the node may take to accept a token."""
RENEW_AFTER_S = 8.5 * 60
RENEW_APART_S = 60.0
"""A connection requests at most one token in this time, however often a node refuses one."""
FETCH_AGAIN_S = 15.0
"""When to request a token again after the panel failed to give one."""
FIRST_PAUSE_S, PAUSE_STEP_S, LONGEST_PAUSE_S = 5.0, 2.5, 20.0
"""The pauses of the panel's own front end."""
REVOKED_S = 2.0
"""A token of the second in which the account's permissions changed is refused; later ones are taken.

Source: wings/ws-token-fetched-in-the-second-of-a-permission-change.
"""
STEADY_S = 60.0
"""A connection that lived for less doesn't reset the reconnection pause."""

ANSWERS_AUTH = "Error Event"
"""So the text of a `jwt error` begins when it answers an `auth`, and stands not in place of an event."""
Refusal = JwtError | DaemonError
"""A token with a bad signature is refused with a `daemon error` (docs/reference/wings.md#events)."""

PASSING = (
    errors.NodeDown,
    errors.NodeFault,
    errors.PanelFault,
    errors.PanelUnreachable,
    errors.RateLimited,
    errors.SocketLost,
    errors.SocketSilent,
    errors.TokenRefused,
    errors.TooManySockets,
)
"""Errors that may be temporary; a node that just started refuses tokens made before."""

TokenSource = Callable[[bool], Awaitable[SocketToken]]


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
        self._renew_after_s = renew_after_s
        self._pump: asyncio.Task[None] | None = None
        self._token_fetched_at = self._due_at = 0.0
        self._renewed_at = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._renewing = False
        self._renewal: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()
        self._was_revoked = False
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
        if self._renewed_lately():
            raise errors.TokenRefused(detail=refusal.text)
        self._renewed_at = self._monotonic()
        token = await self._token(True)
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
        await self._send_token(token)
        try:
            async with asyncio.timeout(ANSWER_S):
                while True:
                    event = await self._frames.receive()
                    self._put(event)
                    if isinstance(event, AuthSuccess):
                        self._connected_at = self._monotonic()
                        self._expect_renewal()
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
            self._stop_timer()
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
            if self._monotonic() >= self._due_at:  # the timer may be late, as after the machine slept
                self._renew()
            event = await self._frames.receive()
            self._put(event)
            match event:
                case Deleted():
                    return
                case AuthSuccess():
                    self._expect_renewal()
                    if is_silenced:  # meanwhile events were replaced by a `jwt error`
                        is_silenced = False
                        await self.ask_stats()
                case TokenExpiring() | TokenExpired() if not self._renewing:
                    self._renew_at(min(self._due_at, self._renewed_at + RENEW_APART_S))
                case JwtError() if not self._renewing:
                    is_silenced = True
                    _check_refusal(event)
                    if refused_again or self._renewed_lately():
                        raise errors.TokenRefused(detail=event.text)
                    refused_again = True
                    self._renew()
                case JwtError():
                    is_silenced = True  # each event is one until the new token is taken
                    if _is_revoked(event) and event.text.startswith(ANSWERS_AUTH):
                        self._was_revoked = True
                        self._answered.set()
                case _:
                    refused_again = False

    def _renew_at(self, due_at: float) -> None:
        """Renew the token at that time, also in the middle of a flood; one timer costs frames nothing."""
        self._stop_timer()
        self._due_at = due_at
        if due_at < math.inf:
            left_s = max(0.0, due_at - self._monotonic())
            self._timer = asyncio.get_running_loop().call_later(left_s, self._renew_if_due)

    def _renew_if_due(self) -> None:
        if self._monotonic() >= self._due_at:
            self._renew()
        else:
            self._renew_at(self._due_at)

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _renewed_lately(self) -> bool:
        return self._monotonic() - self._renewed_at < RENEW_APART_S

    def _renew(self) -> None:
        """Begin to renew the token; events are read on meanwhile, since the panel may take its time."""
        self._renewing = True
        self._renewed_at = self._monotonic()
        self._renew_at(math.inf)
        self._renewal = asyncio.create_task(self._renew_token(), name="token renewal")

    async def _renew_token(self) -> None:
        try:
            await self._try_new_token()
            if self._was_revoked:
                await self._sleep(REVOKED_S)
                await self._try_new_token()
            if self._was_revoked:
                self._frames.fail(errors.TokenRefused(detail="two new tokens were revoked"))
        except TimeoutError:
            self._frames.fail(errors.SocketSilent(detail="no answer to a renewed token"))
        except errors.PanelError as error:
            self._frames.fail(error)

    async def _try_new_token(self) -> None:
        self._answered.clear()
        self._was_revoked = False
        await self._send_token(await self._fetch_token())
        async with asyncio.timeout(ANSWER_S):
            await self._answered.wait()

    async def _fetch_token(self) -> SocketToken:
        """Fetch a token, retrying while the panel fails: the old one works for another minute."""
        while True:
            try:
                return await self._token(True)
            except PASSING as error:
                log.debug("no new token yet: %s", error)
            await self._sleep(FETCH_AGAIN_S)

    def _expect_renewal(self) -> None:
        self._renewing = False
        self._answered.set()
        self._renew_at(self._token_fetched_at + self._renew_after_s)

    async def _hang_up(self) -> None:
        self._stop_timer()
        renewal, self._renewal = self._renewal, None
        if renewal is not None:
            renewal.cancel()
        await self._frames.close()

    async def _send_token(self, token: SocketToken) -> None:
        self._token_fetched_at = token.fetched_at
        await self._frames.send("auth", token.token.get_secret_value())


def _check_refusal(refusal: Refusal) -> None:
    if "missing connect permission" in refusal.text:
        raise errors.PermissionMissing(detail=refusal.text)


def _is_revoked(refusal: Refusal) -> bool:
    return "denylist" in refusal.text
