"""What the node's tests share: a running sandbox with one server, and a plain client that judges nothing."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from sandbox import ManualClock, Mode, Sandbox
from sandbox.model import GameServer
from sandbox.node.disk import Disk
from sandbox.node.tokens import socket_token
from sandbox.node.volumes import disk_of

Event = tuple[str, ...]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # of any case
    raw: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.raw)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and detail (without the request id) of the panel's first error."""
        first = self.json["errors"][0]
        return self.status, first["code"], first["detail"].partition(" (request")[0]


@dataclass
class Socket:
    """An open websocket and what it heard so far."""

    ws: aiohttp.ClientWebSocketResponse
    raw: list[str] = field(default_factory=list)

    async def send(self, event: str, *args: str | None) -> None:
        await self.ws.send_json({"event": event, "args": list(args)} if args else {"event": event})

    async def receive(self) -> list[Event]:
        """Return what came in since the last time, up to a pong of ours."""
        heard: list[Event] = []
        for _ in range(2):  # the first one lets what is on its way go out
            if self.ws.closed:
                break
            await self.ws.ping()
            while (message := await self.ws.receive()).type is not WSMsgType.PONG:
                if message.type is not WSMsgType.TEXT:
                    return [*heard, ("closed", str(self.ws.close_code))]
                self.raw.append(message.data)
                frame = json.loads(message.data)
                heard.append((frame["event"], *frame.get("args", ())))
        return heard


@dataclass
class Rig:
    """A sandbox, a client and one server."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    server: GameServer

    @property
    def disk(self) -> Disk:
        return disk_of(self.server)

    async def panel(
        self,
        method: str,
        path: str,
        *,
        user: str = "owner",
        data: bytes | BytesIO | None = None,
        **extra: Any,
    ) -> Answer:
        """Ask the panel about the server; `path` is below it."""
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.sandbox.world.key_of(user)}",
            **extra.pop("headers", {}),
        }
        url = f"{self.sandbox.panel_url}/api/client/servers/{self.server.uuid}{path}"
        return await self.request(method, url, headers=headers, data=data, **extra)

    async def request(self, method: str, url: str, **extra: Any) -> Answer:
        async with self.http.request(method, url, allow_redirects=False, **extra) as response:
            return Answer(response.status, response.headers, await response.read())

    async def signed(self, path: str) -> str:
        """Have a URL signed by the panel."""
        url: str = (await self.panel("GET", path)).json["attributes"]["url"]
        return url

    def token(self, user: str = "owner", **extra: Any) -> str:
        return socket_token(self.sandbox.world, self.server, self.sandbox.world.user(user), **extra)

    @asynccontextmanager
    async def socket(self, *, origin: str | None = None, uuid: str | None = None) -> AsyncIterator[Socket]:
        """Connect without authenticating."""
        url = f"{self.server.node.socket_url}/api/servers/{uuid or self.server.uuid}/ws"
        connect = self.http.ws_connect(
            url, origin=origin or self.sandbox.panel_url, autoping=False, max_msg_size=0
        )
        async with connect as ws:
            yield Socket(ws)

    @asynccontextmanager
    async def console(self, user: str = "owner", **extra: Any) -> AsyncIterator[Socket]:
        """Connect and authenticate."""
        async with self.socket() as ear:
            await ear.send("auth", self.token(user, **extra))
            yield ear


@asynccontextmanager
async def rig(mode: Mode = Mode.V1_11, **columns: Any) -> AsyncIterator[Rig]:
    """Start a sandbox whose clock stands still, with one server."""
    async with (
        Sandbox(clock=ManualClock(), mode=mode) as sandbox,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Rig(sandbox, http, sandbox.world.add_server(**columns))
