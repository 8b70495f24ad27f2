"""Live connections: tokens, sparingly (docs/reference/wings.md#token)."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable

from bot.panel import errors
from bot.panel.account_session import AccountSession
from bot.panel.budget import Sleep
from bot.panel.models.sockets import SocketToken, SocketTokenEnvelope
from bot.panel.request import Request, server_ids
from bot.panel.socket import WingsSocket
from bot.panel.socket_follower import SocketFollower
from bot.panel.socket_hub import SocketHub

TOKEN_KEPT_S = 8.5 * 60
"""A token lives ten minutes, and newer panels give five a minute to all people of a server together."""
MOST_PER_MINUTE, MINUTE_S = 4, 60.0
"""Newer panels refuse the sixth, and people's own browsers need some."""


class Tokens:
    """The tokens of one account, one per server."""

    def __init__(self) -> None:
        self.kept: dict[str, SocketToken] = {}
        self.fetched_at: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_PER_MINUTE))
        self.asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


class TokenSource:
    """Fetches tokens in one lane of the rate budget, and keeps them while they are good."""

    def __init__(self, channel: AccountSession, tokens: Tokens, monotonic: Callable[[], float]) -> None:
        self._channel = channel
        self._tokens = tokens
        self._monotonic = monotonic

    async def get(self, uuid: str, *, fresh: bool = False) -> SocketToken:
        """Get a token with a minute left; `fresh` when the kept one was refused. PermissionMissing."""
        requested_at = self._monotonic()
        async with self._tokens.asking[uuid]:
            now = self._monotonic()
            kept = self._tokens.kept.get(uuid)
            if kept is not None and (
                kept.fetched_at > requested_at if fresh else now - kept.fetched_at < TOKEN_KEPT_S
            ):
                return kept
            times = self._tokens.fetched_at[uuid]
            if len(times) == MOST_PER_MINUTE and now - times[0] < MINUTE_S:
                raise errors.TokenRefused(detail=f"{MOST_PER_MINUTE} tokens within a minute")
            times.append(now)
            token = (await self._fetch(uuid)).model_copy(update={"fetched_at": now})
            self._tokens.kept[uuid] = token
            return token

    async def _fetch(self, uuid: str) -> SocketToken:
        request = Request(
            "GET",
            "/servers/{server}/websocket",
            server_ids(uuid),
            own_limiter=True,
            parse=SocketTokenEnvelope.model_validate_json,
        )
        return (await self._channel.send(request)).data


class Sockets:
    """Live connections to the servers' nodes."""

    def __init__(
        self,
        channel: AccountSession,
        hub: SocketHub,
        tokens: Tokens,
        monotonic: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self.hub = hub
        self._channel = channel
        self._source = TokenSource(channel, tokens, monotonic)
        self._monotonic = monotonic
        self._sleep = sleep

    async def token(self, uuid: str, *, fresh: bool = False) -> SocketToken:
        """Get a token with a minute left; `fresh` when the kept one was refused. PermissionMissing."""
        return await self._source.get(uuid, fresh=fresh)

    def follow(self, uuid: str, *, reconnect: bool = False) -> SocketFollower:
        """Prepare to follow a server on the connection that all share who have this key.

        `async with sockets.follow(uuid) as live: async for event in live`.
        """
        return self.hub.follow(uuid, reconnect=reconnect, hint=self._channel.caller.hint)

    def open(self, uuid: str, *, reconnect: bool = False) -> WingsSocket:
        """Prepare an unshared connection, for `quetzal doctor`; use `follow` otherwise."""
        return WingsSocket(
            lambda fresh: self.token(uuid, fresh=fresh),
            self._channel.node,
            self._monotonic,
            reconnect=reconnect,
            sleep=self._sleep,
        )
