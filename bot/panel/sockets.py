"""Live connections: tokens, sparingly (docs/reference/wings.md#token)."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from bot.panel.account_session import AccountSession
from bot.panel.budget import Sleep
from bot.panel.models.sockets import SocketToken, SocketTokenEnvelope
from bot.panel.request import Request, server_ids
from bot.panel.socket import WingsSocket

TOKEN_KEPT_S = 8.5 * 60
"""A token lives ten minutes, and newer panels give five a minute to all people of a server together."""


class Tokens:
    """The tokens of one account, a server each."""

    def __init__(self) -> None:
        self.kept: dict[str, SocketToken] = {}
        self.asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


class Sockets:
    """Live connections to the servers' nodes."""

    def __init__(
        self, channel: AccountSession, tokens: Tokens, monotonic: Callable[[], float], sleep: Sleep
    ) -> None:
        self._channel = channel
        self._tokens = tokens
        self._monotonic = monotonic
        self._sleep = sleep

    async def token(self, uuid: str, *, fresh: bool = False) -> SocketToken:
        """Get a token with a minute left; `fresh` when the kept one was refused. PermissionMissing."""
        asked_at = self._monotonic()
        async with self._tokens.asking[uuid]:
            now = self._monotonic()
            kept = self._tokens.kept.get(uuid)
            if kept is not None and (
                kept.fetched_at > asked_at if fresh else now - kept.fetched_at < TOKEN_KEPT_S
            ):
                return kept
            token = (await self._fetch(uuid)).model_copy(update={"fetched_at": now})
            self._tokens.kept[uuid] = token
            return token

    def open(self, uuid: str, *, reconnect: bool = False) -> WingsSocket:
        """Prepare a live connection: `async with sockets.open(uuid) as socket: async for event in socket`."""
        return WingsSocket(
            lambda fresh: self.token(uuid, fresh=fresh),
            self._channel.node,
            self._monotonic,
            reconnect=reconnect,
            sleep=self._sleep,
        )

    async def _fetch(self, uuid: str) -> SocketToken:
        request = Request(
            "GET",
            "/servers/{server}/websocket",
            server_ids(uuid),
            own_limiter=True,
            parse=SocketTokenEnvelope.model_validate_json,
        )
        return (await self._channel.send(request)).data
