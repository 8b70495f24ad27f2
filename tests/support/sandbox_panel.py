"""A bare client for the sandbox's panel: aiohttp and nothing of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox import ManualClock, Mode, Sandbox
from sandbox.model import GameServer


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any

    @property
    def code(self) -> str:
        """The panel's name for its error."""
        return str(self.json["errors"][0]["code"])

    @property
    def detail(self) -> str:
        """The panel's sentence."""
        return str(self.json["errors"][0]["detail"])

    @property
    def attributes(self) -> dict[str, Any]:
        """The attributes of the one object."""
        attributes: dict[str, Any] = self.json["attributes"]
        return attributes

    @property
    def rows(self) -> list[Any]:
        """The attributes of each object of a list."""
        return [entry["attributes"] for entry in self.json["data"]]


class Panel:
    """One person at the panel."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self._http = http

    async def request(
        self,
        method: str,
        path: str,
        *,
        user: str = "owner",
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> Answer:
        """Send a request under /api/client as somebody."""
        own = {"Accept": "application/json", "Authorization": f"Bearer {self.sandbox.world.key_of(user)}"}
        url = f"{self.sandbox.panel_url}/api/client{path}"
        async with self._http.request(
            method, url, headers={**own, **(headers or {})}, allow_redirects=False, **extra
        ) as response:
            body = await response.read()
            is_json = response.content_type == "application/json" and body
            json = await response.json() if is_json else None
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, body, json)

    async def get(self, path: str, **extra: Any) -> Answer:
        """GET."""
        return await self.request("GET", path, **extra)

    async def post(self, path: str, **extra: Any) -> Answer:
        """POST."""
        return await self.request("POST", path, **extra)

    async def state(self, server: GameServer) -> str:
        """Return the power state past the 20 s cache."""
        self.sandbox.world.resources_cache.clear()
        answer = await self.get(f"/servers/{server.uuid}/resources")
        return str(answer.attributes["current_state"])


@asynccontextmanager
async def panel(mode: Mode = Mode.V1_11, **options: Any) -> AsyncIterator[Panel]:
    """Start a sandbox and a client for it."""
    async with (
        Sandbox(ManualClock(), mode, **options) as sandbox,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        yield Panel(sandbox, http)
