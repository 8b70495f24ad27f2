"""The live connections of one account: one a server, shared by all who follow that server.

Connections for monitoring are opened gradually, inside the rate budget, and reconnect with growing pauses.
Connections that a person waits for are opened at once.
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from functools import partial

from bot.panel import errors
from bot.panel.budget import USUAL_LIMIT, WINDOW_S, BudgetView, Sleep
from bot.panel.config import Lane
from bot.panel.connection_pacer import AT_ONCE, ConnectionPacer, Demand
from bot.panel.models.sockets import SocketToken
from bot.panel.node import NodeLink
from bot.panel.shared_socket import (
    REFUSED_PAUSE_S,
    RENEW_AFTER_S,
    RENEW_SPREAD_S,
    SharedSocket,
    SocketContext,
    SocketListener,
)
from bot.panel.socket_follower import SocketFollower

TOKENS_PER_MINUTE = 60.0 / (RENEW_AFTER_S + RENEW_SPREAD_S / 2)
"""What one connection costs of the rate budget."""
FORBIDDEN_SHARE = 0.02
"""The part of the rate limit for connections that the key may not open: that may change."""
FORBIDDEN_AT_LEAST = AT_ONCE
"""When so many may not be opened, and none was, the key probably may open none at all."""
ALLOWED_AGAIN = 8
"""How many are tried again when one may be opened that might not before; each of these does the same."""
TOKENS_AT_ONCE = 8
"""Token requests under way in the background; people need the other places of the client."""

FetchToken = Callable[[str, bool, Lane], Awaitable[SocketToken]]


class SocketHub:
    """Opens, shares and renews the live connections of one account.

    1. The first follower of a server creates its connection; further ones share it.
    2. In the background it waits for its turn in the rate budget; for a person it is opened at once.
    3. It gets a token, connects, and passes every event on to all followers.
    4. The token is renewed before it expires. A lost connection is opened again after growing pauses, one
       that the key may not open every ten minutes.
    5. The last follower to leave closes it.
    """

    def __init__(  # noqa: PLR0913 - its dependencies
        self,
        fetch: FetchToken,
        node: NodeLink,
        budget: Callable[[], BudgetView],
        monotonic: Callable[[], float],
        sleep: Sleep,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`jitter` gives numbers from 0 to 1."""
        self._fetch = fetch
        self._fetching = asyncio.Semaphore(TOKENS_AT_ONCE)
        self._shared: dict[str, SharedSocket] = {}
        self._pacer = ConnectionPacer(budget, self._demand, monotonic, sleep)
        self._budget = budget
        self._was_live = False
        self._context = SocketContext(
            node,
            self._fetch_token,
            self._pacer.turn,
            monotonic,
            sleep,
            jitter,
            self._opened,
            self._forbidden,
        )

    @property
    def connected(self) -> int:
        """How many live connections there are."""
        return sum(shared.is_live for shared in self._shared.values())

    @property
    def tokens_per_minute(self) -> float:
        """What the connections cost of the rate budget, also those that the key may not open."""
        forbidden = len(self._all_forbidden())
        tries = min(forbidden * WINDOW_S / REFUSED_PAUSE_S, self._forbidden_per_minute)
        return (len(self._shared) - forbidden) * TOKENS_PER_MINUTE + tries

    def is_followed(self, uuid: str) -> bool:
        """Whether a person follows a server now."""
        shared = self._shared.get(uuid)
        return shared is not None and bool(shared.people)

    def follow(self, uuid: str, *, reconnect: bool = False, hint: str | None = None) -> SocketFollower:
        """Prepare to follow a server for a person: `async with hub.follow(uuid) as live`.

        `reconnect`: go on after a lost connection, with a `Reconnected` event. `hint` is the next step for a
        person whose key lacks the permission.
        """
        return SocketFollower(partial(self._share, uuid), reconnect=reconnect, hint=hint)

    def listen(self, uuid: str, listener: SocketListener, *, priority: int = 1) -> None:
        """Let a listener follow a server until `unlisten`; connections of lower priority are opened first."""
        self._share(uuid).listen(listener, priority)

    def unlisten(self, uuid: str) -> None:
        """Remove the listener of a server."""
        if (shared := self._shared.get(uuid)) is not None:
            shared.unlisten()

    def reconnect(self, uuid: str, why: str) -> None:
        """Drop a connection that seems dead, and reconnect."""
        if (shared := self._shared.get(uuid)) is not None:
            shared.restart(errors.SocketSilent(detail=why))

    def ask_stats(self, uuid: str) -> None:
        """Let the node say how a server is; its answer reaches all who follow the server."""
        if (shared := self._shared.get(uuid)) is not None:
            shared.ask_stats()

    async def close(self) -> None:
        """End every connection."""
        closing = [shared.close() for shared in [*self._shared.values()]]
        self._pacer.close()
        await asyncio.gather(*closing)

    def _share(self, uuid: str) -> SharedSocket:
        """Return a server's connection, opening it if needed."""
        shared = self._shared.get(uuid)
        if shared is None:
            shared = self._shared[uuid] = SharedSocket(uuid, self._context, self._drop)
        return shared

    def _demand(self) -> Demand:
        opened = sum(shared.is_open for shared in self._shared.values())
        most = self._forbidden_per_minute if self._seems_forbidden else math.inf
        return Demand(len(self._shared), opened, opened - self.connected, TOKENS_PER_MINUTE, most)

    # --- what the key may not open ---

    def _all_forbidden(self) -> list[SharedSocket]:
        return [shared for shared in self._shared.values() if shared.is_forbidden and not shared.is_open]

    @property
    def _forbidden_per_minute(self) -> float:
        return FORBIDDEN_SHARE * (self._budget().limit or USUAL_LIMIT)

    @property
    def _seems_forbidden(self) -> bool:
        """Whether the key probably may open no connection at all."""
        return not self._was_live and len(self._all_forbidden()) >= FORBIDDEN_AT_LEAST

    def _opened(self, opened: SharedSocket) -> None:
        """Note that a connection is live; if it might not be opened before, others may be now."""
        self._was_live = True
        if opened.is_forbidden:
            others = self._all_forbidden()
            for other in random.sample(others, min(ALLOWED_AGAIN, len(others))):
                other.retry()

    def _forbidden(self, error: errors.PanelError) -> float:
        """Return after how many seconds to try again: all of them together take a small share."""
        if self._seems_forbidden:
            for shared in self._shared.values():
                shared.presume_forbidden(error)
        return max(REFUSED_PAUSE_S, WINDOW_S * len(self._all_forbidden()) / self._forbidden_per_minute)

    def _drop(self, shared: SharedSocket) -> None:
        if self._shared.get(shared.uuid) is shared:
            del self._shared[shared.uuid]

    async def _fetch_token(self, uuid: str, fresh: bool, lane: Lane) -> SocketToken:
        """Get a token, a few at a time in the background."""
        if lane is Lane.INTERACTIVE:
            return await self._fetch(uuid, fresh, lane)
        async with self._fetching:
            return await self._fetch(uuid, fresh, lane)
