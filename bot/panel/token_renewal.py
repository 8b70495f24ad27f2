"""Renews the token of a live connection, with which the node keeps it open.

Source: docs/reference/wings.md#token.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from bot.panel import errors
from bot.panel.budget import Sleep
from bot.panel.models.sockets import SocketToken
from bot.panel.socket_frames import PASSING, FrameConnection

log = logging.getLogger(__name__)

ANSWER_S = 10.0
"""How long the node may take to accept a token."""
RENEW_AFTER_S = 8.5 * 60
RENEW_APART_S = 60.0
"""A connection requests at most one token in this time, however often a node refuses one."""
FETCH_AGAIN_S = 15.0
"""When to request a token again after the panel failed to give one."""
REVOKED_S = 2.0
"""A token of the second in which the account's permissions changed is refused; later ones are taken.

Source: wings/ws-token-fetched-in-the-second-of-a-permission-change.
"""

TokenSource = Callable[[bool], Awaitable[SocketToken]]


class TokenRenewal:
    """Sends tokens to the node, and renews them; events are read on meanwhile, since the panel may be slow.

    Whoever reads the events calls `accepted` and `revoked`. A renewal that fails ends the connection.
    """

    def __init__(
        self,
        token: TokenSource,
        frames: FrameConnection,
        monotonic: Callable[[], float],
        sleep: Sleep,
        renew_after_s: float,
    ) -> None:
        self.is_under_way = False
        self._token = token
        self._frames = frames
        self._monotonic = monotonic
        self._sleep = sleep
        self._renew_after_s = renew_after_s
        self._fetched_at = self._due_at = 0.0
        self._renewed_at = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()
        self._was_revoked = False

    @property
    def is_due(self) -> bool:
        """Whether the token has to be renewed now."""
        return self._monotonic() >= self._due_at

    @property
    def was_lately(self) -> bool:
        """Whether a token was requested a moment ago."""
        return self._monotonic() - self._renewed_at < RENEW_APART_S

    async def replace(self) -> SocketToken:
        """Get another token than the one that was refused."""
        self._renewed_at = self._monotonic()
        return await self._token(True)

    async def send(self, token: SocketToken) -> None:
        """Send a token to the node."""
        self._fetched_at = token.fetched_at
        await self._frames.send("auth", token.token.get_secret_value())

    def accepted(self) -> None:
        """Note that the node accepted the token; it is renewed before it expires."""
        self.is_under_way = False
        self._answered.set()
        self._renew_at(self._fetched_at + self._renew_after_s)

    def revoked(self) -> None:
        """Note that the node refused the new token as revoked."""
        self._was_revoked = True
        self._answered.set()

    def hasten(self) -> None:
        """Renew the token as soon as another one may be requested."""
        self._renew_at(min(self._due_at, self._renewed_at + RENEW_APART_S))

    def begin(self) -> None:
        """Begin to renew the token."""
        self.is_under_way = True
        self._renewed_at = self._monotonic()
        self._renew_at(math.inf)
        self._task = asyncio.create_task(self._renew(), name="token renewal")

    def stop(self) -> None:
        """Stop, until another token is accepted."""
        self._stop_timer()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _renew_at(self, due_at: float) -> None:
        """Renew the token at that time, also in the middle of a flood; one timer costs frames nothing."""
        self._stop_timer()
        self._due_at = due_at
        if due_at < math.inf:
            left_s = max(0.0, due_at - self._monotonic())
            self._timer = asyncio.get_running_loop().call_later(left_s, self._renew_if_due)

    def _renew_if_due(self) -> None:
        if self.is_due:
            self.begin()
        else:
            self._renew_at(self._due_at)

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    async def _renew(self) -> None:
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
        await self.send(await self._fetch())
        async with asyncio.timeout(ANSWER_S):
            await self._answered.wait()

    async def _fetch(self) -> SocketToken:
        """Fetch a token, retrying while the panel fails: the old one works for another minute."""
        while True:
            try:
                return await self._token(True)
            except PASSING as error:
                log.debug("no new token yet: %s", error)
            await self._sleep(FETCH_AGAIN_S)
