"""A recorded websocket conversation played against the sandbox, its clock moved to where things happened."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from tests.contract.frames import CLOSED, Heard
from tests.contract.recorded_world import FAKE_TOKEN, RecordedWorld
from tests.contract.recordings import PANEL, Conversation, conversation
from tests.contract.rig import UUIDS

Do = Callable[[Sequence[Any]], Awaitable[None]]


class Token(Enum):
    """What stands in the first `auth`."""

    GOOD = "good"
    TAMPERED = "tampered"
    OF_ANOTHER_SERVER = "of another server"


@dataclass(frozen=True, slots=True)
class Talk:
    """A websocket recording; `during` says what was done besides, by the second of the recording."""

    name: str
    user: str = "wings"
    token: Token = Token.GOOD
    aged: float = 0.0  # seconds the token has lived when it is first used
    during: Mapping[float, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Socket:
    ws: aiohttp.ClientWebSocketResponse
    received: list[Heard] = field(default_factory=list)

    async def drain(self) -> None:
        """Read everything that was sent up to now: a pong comes after it."""
        for _ in range(2):  # the first one lets what is on its way go out
            if self.ws.closed:
                return
            await self.ws.ping()
            while (message := await self.ws.receive()).type is not WSMsgType.PONG:
                if message.type is WSMsgType.TEXT:
                    self.received.append(Heard.read(message.data))
                elif message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR}:
                    self.received.append(Heard(CLOSED, (str(self.ws.close_code),)))
                    return


async def converse(recorded: RecordedWorld, talk: Talk, do: Do) -> int | list[Heard]:
    """Play a conversation; returns what was heard, or the status with which the upgrade was refused."""
    recording = conversation(talk.name)
    token = await _token(recorded, talk, recording)
    await recorded.sandbox.advance(talk.aged)
    url = recorded.sandbox.node_url.replace("http", "ws", 1) + recording.path
    origin = recorded.sandbox.panel_url if recording.origin == PANEL else recording.origin
    try:
        async with recorded.http.ws_connect(url, origin=origin, autoping=False) as ws:
            socket = _Socket(ws)
            await _follow(recorded, talk, socket, token, do)
            return socket.received
    except aiohttp.WSServerHandshakeError as refused:
        return refused.status


async def _follow(recorded: RecordedWorld, talk: Talk, socket: _Socket, token: str, do: Do) -> None:
    """Do, second by second, what was done; read what comes in."""
    recording = conversation(talk.name)
    sent = [(frame.at, frame.data) for frame in recording.frames if not frame.incoming]
    moments = sorted({at for at, _ in sent} | set(talk.during))
    passed = 0.0
    for at in moments:
        await recorded.sandbox.advance(at - passed)
        passed = at
        for when, data in sent:
            if when == at and data is not None:
                if FAKE_TOKEN in data and at > moments[0]:
                    token = await _token(recorded, talk, recording)
                await socket.ws.send_str(data.replace(FAKE_TOKEN, token))
        await socket.drain()
        await do(talk.during.get(at, ()))
        await socket.drain()


async def _token(recorded: RecordedWorld, talk: Talk, recording: Conversation) -> str:
    server = recording.path.split("/")[3]
    if talk.token is Token.OF_ANOTHER_SERVER:
        server = UUIDS["harbour"]
    body = await recorded.request("GET", f"/api/client/servers/{server}/websocket", talk.user)
    token: str = body["data"]["token"]
    if talk.token is Token.TAMPERED:
        return token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    return token
