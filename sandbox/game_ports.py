"""The ports of running games on loopback, which answer status queries as real games do.

Minecraft from the description of its protocol (https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping),
OpenTTD from that of its game info packet (src/network/core/network_game_info.h of its sources).
"""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from uuid import NAMESPACE_OID, uuid5

from sandbox.event_bus import EventBus
from sandbox.games import Status
from sandbox.model import GameServer

_HOST = "127.0.0.1"
_LONGEST_PACKET = 4096
_STATUS, _PING = 0, 1
_MINECRAFT_VERSION = 769  # of 1.21.4
_MOST_NAMED = 12
_OPENTTD_ASKED, _OPENTTD_ANSWER, _OPENTTD_FORM = 7, 6, 4


class GamePorts:
    """Listens for every game that answers queries; its server's first allocation gets the port."""

    def __init__(self, world: EventBus) -> None:
        self._world = world
        self._listening: list[asyncio.Server] = []
        self._talks: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Open the ports of all servers that there are now."""
        for server in self._world.servers.values():
            talk = _PROTOCOLS.get(server.game.protocol)
            if talk is None:
                continue
            listening = await asyncio.start_server(partial(self._answer, server, talk), _HOST, 0)
            self._listening.append(listening)
            server.allocations[0].port = listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close all ports and connections."""
        for listening in self._listening:
            listening.close()
        for writer in tuple(self._talks):
            writer.close()
        for listening in self._listening:
            await listening.wait_closed()
        self._listening.clear()

    async def _answer(
        self, server: GameServer, talk: "_Talk", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._talks.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
                if server.state == "running":
                    await self._talk(server, talk, reader, writer)
        finally:
            self._talks.discard(writer)
            writer.close()

    async def _talk(
        self, server: GameServer, talk: "_Talk", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        status = server.game.status(self._world.seconds())
        if server.game.hung_at is not None:
            await reader.read()  # the system takes connections of a game that hangs, without an answer
        elif status is not None:
            await talk(status, reader, writer)


_Talk = Callable[[Status, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _minecraft(status: Status, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _packet(reader)  # the handshake
    while True:
        asked = await _packet(reader)
        if asked[0] == _STATUS:
            text = json.dumps(_minecraft_status(status)).encode()
            writer.write(_framed(bytes([_STATUS]) + _varint(len(text)) + text))
        elif asked[0] == _PING:
            writer.write(_framed(asked))
        await writer.drain()


def _minecraft_status(status: Status) -> dict[str, object]:
    sample = [{"name": name, "id": str(uuid5(NAMESPACE_OID, name))} for name in status.players[:_MOST_NAMED]]
    return {
        "version": {"name": status.version, "protocol": _MINECRAFT_VERSION},
        "players": {"max": status.slots, "online": len(status.players), "sample": sample},
        "description": {"text": status.title},
    }


async def _openttd(status: Status, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    (length,) = struct.unpack("<H", await reader.readexactly(2))
    asked = await reader.readexactly(max(1, length - 2))
    if asked[0] != _OPENTTD_ASKED:
        return
    no_grfs, dates, companies = b"\0", bytes(8), bytes((15, 1, 0))
    texts = b"".join(text.encode() + b"\0" for text in (status.title, status.version))
    flags, clients = bytes(2), bytes((status.slots, len(status.players), 0))
    info = bytes((_OPENTTD_ANSWER, _OPENTTD_FORM)) + no_grfs + dates + companies + texts + flags + clients
    info += b"Random map\0" + struct.pack("<HHBB", 512, 512, 0, 1)
    writer.write(struct.pack("<H", len(info) + 2) + info)
    await writer.drain()


_PROTOCOLS: dict[str, _Talk] = {"minecraft": _minecraft, "openttd": _openttd}


async def _packet(reader: asyncio.StreamReader) -> bytes:
    """Read a packet of Minecraft: its length as a varint, its id, its content."""
    length, shift = 0, 0
    while True:
        (byte,) = await reader.readexactly(1)
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    if not 0 < length <= _LONGEST_PACKET:
        raise ValueError(f"a packet of {length} bytes")
    return await reader.readexactly(length)


def _framed(packet: bytes) -> bytes:
    return _varint(len(packet)) + packet


def _varint(number: int) -> bytes:
    parts = []
    while number > 0x7F:  # noqa: PLR2004 - seven bits a byte
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])
