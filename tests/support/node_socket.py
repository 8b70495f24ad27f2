"""A websocket server that plays a recorded or a written part, and the panel that leads to it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from bot.panel.events import Event
from bot.panel.socket import WingsSocket
from sandbox.node.tokens import encode
from tests.panel.conftest import KEY, UUID, Clock

Part = Callable[["FakeNode", web.WebSocketResponse], Awaitable[None]]


@dataclass
class FakeNode:
    """Panel and node on one port. `part` is played for each connection."""

    part: Part
    refuse_with: int = 0
    refusals: int = 100
    refuse_headers: Mapping[str, str] = field(default_factory=dict)
    no_tokens: int = 0
    """With which status the panel refuses to give tokens."""
    claims: dict[str, object] | None = None
    """What the tokens say; without it they are mere words."""
    tokens_given: int = 0
    asked: list[str] = field(default_factory=list)
    """For which servers tokens were asked."""
    origins: list[str | None] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/api/client/servers/{uuid}/websocket", self._token)
        app.router.add_get("/ws", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def receive(self, ws: web.WebSocketResponse) -> dict[str, Any] | None:
        """Hear the next frame of the client's; None when it hung up."""
        message = await ws.receive()
        if message.type is not WSMsgType.TEXT:
            return None
        frame: dict[str, Any] = json.loads(message.data)
        self.received.append(frame)
        return frame

    async def accept(self, ws: web.WebSocketResponse) -> None:
        """Take the token."""
        frame = await self.receive(ws)
        assert frame is not None
        assert frame["event"] == "auth"
        await send_event(ws, "auth success")

    async def _token(self, request: web.Request) -> web.Response:
        if self.no_tokens:
            return web.Response(status=self.no_tokens)
        self.tokens_given += 1
        self.asked.append(request.match_info["uuid"])
        url = f"ws://127.0.0.1:{self.port}/ws"
        token = f"token-{self.tokens_given}" if self.claims is None else encode(self.claims, "secret")
        return web.json_response({"data": {"token": token, "socket": url}})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        self.origins.append(request.headers.get("Origin"))
        if self.refuse_with and self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=self.refuse_with, headers=self.refuse_headers)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await self.part(self, ws)
        return ws


async def send_event(ws: web.WebSocketResponse, event: str, *args: str) -> None:
    """Send one event; `args` is left out when there are none, as Wings does."""
    await ws.send_str(json.dumps({"event": event, "args": args} if args else {"event": event}))


async def linger(ws: web.WebSocketResponse) -> None:
    """Keep the connection until the client hangs up."""
    async for _ in ws:
        pass


@asynccontextmanager
async def connected(
    node: FakeNode, clock: Clock, *, reconnect: bool = False
) -> AsyncIterator[tuple[PanelClient, WingsSocket]]:
    config = PanelConfig(node.url, SecretStr(KEY))
    async with (
        PanelClient(config, clock, sleep=clock.sleep) as client,
        client.sockets.open(UUID, reconnect=reconnect) as live,
    ):
        yield client, live


async def until(live: WingsSocket, kind: type[Event]) -> list[Event]:
    """Everything up to an event of a kind."""
    seen: list[Event] = []
    async for event in live:
        seen.append(event)
        if isinstance(event, kind):
            break
    return seen
