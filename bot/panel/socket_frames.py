"""The frames of a live connection to a node: events in, requests out, with limits on both.

Source: docs/reference/wings.md.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable

import aiohttp

from bot.core.errors import BadInput
from bot.core.i18n import N_
from bot.panel import errors
from bot.panel.events import Event, Unknown, parse
from bot.panel.node import NodeLink, NodeSocket

log = logging.getLogger(__name__)

SEND_S = 10.0
"""How long the node may take to read what is sent."""
LARGEST_COMMAND_BYTES = 4096
CLOSE_S = 3.0
"""A node that keeps sending never handles the close frame, so closing must not wait for it."""
FRAMES_A_TURN = 25
"""After so many frames in a row other tasks get a turn: a node may send thousands of empty ones."""
SUSPENDED = 4409
_GOODBYE = aiohttp.WSCloseCode.OK.to_bytes(2, "big")

PASSING = (
    errors.NodeDown,
    errors.NodeFault,
    errors.PanelFault,
    errors.PanelUnreachable,
    errors.RateLimited,
    errors.SocketLost,
    errors.SocketSilent,
    errors.TokenRefused,
    errors.TooManySockets,
)
"""Errors that may be temporary; a node that just started refuses tokens made before."""


class FrameConnection:
    """One websocket at a time: `open` it, then `receive` and `send`, and `close` it."""

    def __init__(self, node: NodeLink) -> None:
        self._node = node
        self._ws: NodeSocket | None = None
        self._failure: errors.PanelError | None = None
        self._received = 0

    async def open(self, url: str) -> None:
        """Connect, without authentication."""
        self._failure = None
        self._ws = await self._node.websocket(url)

    def fail(self, error: errors.PanelError) -> None:
        """End the connection at once; `receive` raises this error."""
        self._failure = error
        if self._ws is not None:
            self._ws.drop()

    async def close(self) -> None:
        """Say goodbye if the node still listens, and end the connection."""
        ws, self._ws = self._ws, None
        if ws is None:
            return
        try:
            async with asyncio.timeout(CLOSE_S):
                await ws.send_frame(_GOODBYE, aiohttp.WSMsgType.CLOSE)
                while not ws.closed:
                    await self._next_frame(ws)
        except (aiohttp.ClientError, ConnectionError, TimeoutError, errors.PanelError) as error:
            log.debug("A live connection was dropped: %r", error)
        finally:
            ws.drop()

    async def receive(self) -> Event:
        """Wait for the next event; raises what ended the connection."""
        message = await self._next_frame(self._open_socket)
        if message.type is aiohttp.WSMsgType.TEXT:
            return parse(message.data)
        if message.type is aiohttp.WSMsgType.BINARY:
            return Unknown("")
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        code = self._open_socket.close_code
        if code == SUSPENDED:
            raise errors.ServerStateConflict(errors.ConflictReason.SUSPENDED, detail="closed with 4409")
        raise errors.SocketLost(code, detail=f"{message.type.name}, close code {code}")

    async def send(self, event: str, *args: str) -> None:
        """Send a request; BadInput when a command is too long, SocketSilent when the node reads nothing."""
        frame = json.dumps({"event": event, "args": [*args]})
        if event == "send command" and len(frame) > LARGEST_COMMAND_BYTES:
            raise BadInput(N_("That command is too long for the console."), detail=f"{len(frame)} bytes")
        await self._sent(event, self._open_socket.send_str(frame))

    async def _next_frame(self, ws: NodeSocket) -> aiohttp.WSMessage:
        """Receive the next frame that is no ping; aiohttp would answer a flood of those without a pause."""
        while True:
            self._received += 1
            if self._received % FRAMES_A_TURN == 0:
                await asyncio.sleep(0)
            message = await ws.receive()
            if message.type is aiohttp.WSMsgType.PING:
                await self._sent("pong", ws.pong(message.data))
            elif message.type is not aiohttp.WSMsgType.PONG:
                return message

    async def _sent(self, action: str, sending: Awaitable[None]) -> None:
        """Wait until it was sent, which takes forever when the node reads nothing."""
        try:
            async with asyncio.timeout(SEND_S):
                await sending
        except TimeoutError:
            raise errors.SocketSilent(detail=f"{action} could not be sent") from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise errors.SocketLost(detail=f"sending {action}: {type(error).__name__}") from error

    @property
    def _open_socket(self) -> NodeSocket:
        if self._ws is None:
            raise errors.SocketLost(detail="not connected")
        return self._ws
