"""Recorded websocket sessions of a real node, replayed to the real socket over a real connection."""

import json
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.events import (
    AuthSuccess,
    BackupCompleted,
    ConsoleLine,
    DaemonError,
    DaemonMessage,
    Deleted,
    Event,
    InstallEvent,
    JwtError,
    RestoreCompleted,
    Stats,
    Status,
    TokenExpiring,
    Unknown,
)
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.node_socket import FakeNode
from tests.support.recordings import socket_recordings

KINDS: dict[str, type[Any]] = {
    "auth success": AuthSuccess,
    "status": Status,
    "stats": Stats,
    "console output": ConsoleLine,
    "daemon message": DaemonMessage,
    "daemon error": DaemonError,
    "backup completed": BackupCompleted,
    "backup restore completed": RestoreCompleted,
    "install started": InstallEvent,
    "install output": InstallEvent,
    "install completed": InstallEvent,
    "token expiring": TokenExpiring,
    "deleted": Deleted,
    "jwt error": JwtError,
}
# What ends the sessions that do not simply stop.
ENDS: dict[str, type[errors.PanelError]] = {
    "ws-wrong-origin": errors.OriginRefused,
    "ws-expired-token": errors.TokenRefused,
    "ws-empty-token": errors.TokenRefused,
    "ws-not-authenticated": errors.TokenRefused,
    "ws-tampered-token": errors.TokenRefused,
    "ws-token-without-connect": errors.PermissionMissing,
}


def _frames(recording: dict[str, Any]) -> list[str]:
    """Give what the node said; two recordings begin in the middle of a session."""
    said = [frame["data"] for frame in recording["frames"] if frame.get("dir") == "in" and "data" in frame]
    frames = [frame for frame in said if frame.startswith("{")]
    if frames and json.loads(frames[0])["event"] in {"console output", "stats"}:
        return ['{"event":"auth success"}', *frames]
    return frames


Opening = Callable[[PanelClient], AbstractAsyncContextManager[AsyncIterable[Event]]]


async def _watch(
    node: FakeNode, clock: Clock, opening: Opening
) -> tuple[list[Event], errors.PanelError | None]:
    """Everything the socket gives, and what ended it."""
    seen: list[Event] = []
    config = PanelConfig(node.url, SecretStr(KEY))
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        try:
            async with opening(client) as socket:
                async for event in socket:
                    seen.append(event)  # noqa: PERF401 - what came before an error counts
        except errors.PanelError as error:
            return seen, error
    return seen, None


@pytest.mark.parametrize("name", sorted(socket_recordings()))
@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(lambda client: client.sockets.open(UUID), id="alone"),
        pytest.param(lambda client: client.sockets.follow(UUID), id="shared"),
    ],
)
async def test_recorded_session(name: str, opening: Opening, clock: Clock) -> None:
    recording = socket_recordings()[name]
    frames = _frames(recording)

    async def part(node: FakeNode, ws: web.WebSocketResponse) -> None:
        await node.receive(ws)
        for frame in frames:
            await ws.send_str(frame)
        await ws.close(code=1001 if name == "ws-server-deleted" else 1000)

    async with FakeNode(part, refuse_with=0 if recording["handshake"]["status"] == 101 else 403) as node:
        seen, ended = await _watch(node, clock, opening)
    refused = [frame for frame in frames if json.loads(frame)["event"] == "jwt error"]
    if name == "ws-server-deleted":
        assert ended is None
        assert isinstance(seen[-1], Deleted)
    elif name in ENDS:
        assert type(ended) is ENDS[name]
    elif refused:
        assert type(ended) in {errors.TokenRefused, errors.SocketLost}
    else:
        assert type(ended) is errors.SocketLost
    _check_events(seen, frames)


def _check_events(seen: list[Event], frames: list[str]) -> None:
    """Each event has the type of its frame, in the frames' order, and the frame's own words."""
    for event, frame in zip(seen, frames, strict=False):
        data = json.loads(frame)
        kind = KINDS[data["event"]]
        assert type(event) is kind
        if isinstance(event, ConsoleLine | DaemonMessage | DaemonError | JwtError):
            assert event.text == data["args"][0]
        if isinstance(event, Status):
            assert event.state == data["args"][0]
        if isinstance(event, Stats):
            sample = json.loads(data["args"][0])
            assert (event.memory_bytes, event.uptime_ms) == (sample["memory_bytes"], sample["uptime"])
            assert event.network_rx_bytes == sample["network"]["rx_bytes"]


def test_every_recorded_event_has_a_type() -> None:
    names = {
        json.loads(frame)["event"]
        for recording in socket_recordings().values()
        for frame in _frames(recording)
    }
    assert names <= set(KINDS)
    assert Unknown not in KINDS.values()
    assert len(socket_recordings()) == 55
