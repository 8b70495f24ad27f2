"""The sandbox put in the state of the recorded panel, and recorded requests sent to it over a real socket."""

import base64
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from sandbox import ManualClock, Mode, Sandbox
from sandbox.model import GameServer
from sandbox.world import World
from tests.contract.answers import Answer
from tests.contract.recordings import NODE, PANEL, Exchange
from tests.contract.rig import build
from tests.contract.uploads import UPLOADS

FAKE_TOKEN = "eyJFAKE.eyJFAKE.FAKESIG"
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
BIG_BODY = re.compile(r"<(\d+) bytes>")
# aiohttp would add these by itself; a recorded request has only what was recorded.
UNASKED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
# Which object an id in a path belongs to, by the part before it.
OBJECTS = {
    "allocations": "allocation",
    "api-keys": "api_key",
    "backups": "backup",
    "databases": "server_database",
    "schedules": "server_schedule",
    "tasks": "schedule_task",
    "users": "server_subuser",
}
KEYS = ("uuid", "id", "identifier")
Rig = Callable[[World], Mapping[str, GameServer]]
"""Puts the people and servers of a recorded installation into a world."""


@dataclass(slots=True)
class RecordedWorld:
    """A sandbox with the recorded people and servers, and what the ids of the recordings are called here."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    servers: Mapping[str, GameServer]
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    signed_url: str = ""

    def files(self, server: str) -> Path:
        """Return the directory of a server's files."""
        return self.sandbox.world.files_of(self.servers[server].uuid)

    async def play(self, recording: Exchange) -> Answer:
        """Send a recorded request; learn what the ids in the recorded answer are called here."""
        sent = _body(recording, self._renamed(recording.body))
        url = URL(self._url(recording), encoded=True)
        async with self.http.request(
            recording.method,
            url,
            data=None if sent is None else io.BytesIO(sent),
            headers=recording.headers,
            skip_auto_headers=UNASKED,
            allow_redirects=False,
        ) as response:
            raw = await response.read()
            answer = Answer(response.status, _lower(response.headers), raw)
        if answer.is_json:
            self._learn(recording.answer, answer.json)
        return self._as_recorded(answer)

    async def request(self, method: str, path: str, user: str, **extra: Any) -> Any:  # noqa: ANN401 - JSON
        """Send a request that no recording holds, to bring about a state; it must succeed."""
        status, body = await self.send(method, path, user, **extra)
        assert status < HTTPStatus.BAD_REQUEST, f"{method} {path}: {status} {body!r}"
        return body

    async def send(self, method: str, path: str, user: str, **extra: Any) -> tuple[int, Any]:
        """Send a request that no recording holds; returns the status, and what was JSON in the answer."""
        headers = {"Accept": "application/json", "Authorization": f"Bearer {self.sandbox.world.key_of(user)}"}
        url = self.sandbox.panel_url + self._ours(path)
        async with self.http.request(method, url, headers=headers, **extra) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else None

    def claims(self) -> dict[str, Any]:
        """Read the claims inside the last signed URL."""
        payload = self.signed_url.partition("token=")[2].split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def _url(self, recording: Exchange) -> str:
        if FAKE_TOKEN in recording.path:
            extra = recording.path.partition(FAKE_TOKEN)[2]
            return self.signed_url + extra
        origin = self.sandbox.node_url if recording.to_node else self.sandbox.panel_url
        return origin + self._ours(recording.path)

    def _ours(self, path: str) -> str:
        """Exchange the recorded ids in a path for ours."""
        path, mark, query = path.partition("?")
        parts = path.split("/")
        for index, part in enumerate(parts[1:], start=1):
            parts[index] = self.ids.get((OBJECTS.get(parts[index - 1], ""), part), part)
        return "/".join(parts) + mark + query

    def _renamed(self, body: Any) -> Any:  # noqa: ANN401 - JSON
        """Put the names that our archives have into a recorded body."""
        text = json.dumps(body)
        for (kind, recorded), ours in self.ids.items():
            if kind == "file_object":
                text = text.replace(recorded, ours)
        return json.loads(text)

    def _learn(self, recorded: Any, ours: Any) -> None:  # noqa: ANN401 - JSON
        for theirs, other in _items(recorded, ours):
            kind = theirs["object"]
            for key in (*KEYS, *(("name",) if kind == "file_object" else ())):
                if key in theirs["attributes"] and key in other["attributes"]:
                    self.ids[kind, str(theirs["attributes"][key])] = str(other["attributes"][key])
            if kind == "signed_url":
                self.signed_url = other["attributes"]["url"]

    def _as_recorded(self, answer: Answer) -> Answer:
        """Put the recorded addresses and fake tokens where ours are."""
        headers = {name: self._old(value) for name, value in answer.headers.items()}
        if "json" not in answer.headers.get("content-type", "") and b"<html" not in answer.raw:
            return replace(answer, headers=headers)
        body = TOKEN.sub(FAKE_TOKEN, self._old(answer.raw.decode()))
        return replace(answer, headers=headers, raw=body.encode())

    def _old(self, text: str) -> str:
        """Exchange our addresses for the recorded ones, websockets' too."""
        for ours, recorded in ((self.sandbox.panel_url, PANEL), (self.sandbox.node_url, NODE)):
            text = text.replace(ours, recorded).replace(
                ours.replace("http", "ws", 1), recorded.replace("http", "ws", 1)
            )
        return text


@asynccontextmanager
async def recorded_world(mode: Mode = Mode.V1_11, rig: Rig = build) -> AsyncIterator[RecordedWorld]:
    """Start a sandbox with recorded people and servers; its clock stands still."""
    async with (
        Sandbox(clock=ManualClock(), mode=mode) as sandbox,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as http,
    ):
        yield RecordedWorld(sandbox, http, rig(sandbox.world))


def _body(recording: Exchange, body: Any) -> bytes | None:  # noqa: ANN401 - JSON
    """Give the bytes to send: the recorded ones, or as many as there were."""
    if body is None:
        return None
    if recording.name in UPLOADS:
        return UPLOADS[recording.name]()
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if big := BIG_BODY.fullmatch(body):
        size = int(big[1])
        octets = bytes(range(256)) if "octet-stream" in recording.headers["Content-Type"] else b"x"
        return (octets * (size // len(octets) + 1))[:size]
    return body.encode()


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Lower the names; values as the recorder read them, byte by byte."""
    return {
        name.lower(): value.encode("utf-8", "surrogateescape").decode("latin-1")
        for name, value in headers.items()
    }


def _items(recorded: Any, ours: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    """Pair the wrapped objects of two bodies, in their order."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        if all(isinstance(item.get("attributes"), dict) for item in (recorded, ours)):
            yield recorded, ours
        for key in recorded.keys() & ours.keys():
            yield from _items(recorded[key], ours[key])
    elif isinstance(recorded, list) and isinstance(ours, list):
        for theirs, other in zip(recorded, ours, strict=False):
            yield from _items(theirs, other)
