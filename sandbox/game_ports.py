"""The ports of running games on loopback, which answer status queries as real games do.

Minecraft from the description of its protocol (https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping),
OpenTTD from that of its game info packet (src/network/core/network_game_info.h of its sources),
Valve's A2S from https://developer.valvesoftware.com/wiki/Server_queries.
"""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from secrets import token_bytes
from typing import cast
from uuid import NAMESPACE_OID, uuid5

from typing_extensions import override

from sandbox.event_bus import EventBus
from sandbox.games import Status
from sandbox.model import GameServer

_HOST = "127.0.0.1"
_LONGEST_PACKET = 4096
_STATUS, _PING = 0, 1
_MINECRAFT_VERSION = 769  # of 1.21.4
_MOST_NAMED = 12
_OPENTTD_ASKED, _OPENTTD_ANSWER, _OPENTTD_FORM = 7, 6, 4
_A2S_HEAD = b"\xff\xff\xff\xff"
_A2S_INFO, _A2S_PLAYERS = b"TSource Engine Query\0", b"U"
_CHALLENGE_BYTES = 4
_COMES_BACK_S = 95.0


class GamePorts:
    """Listens for every game that answers queries.

    Its server's first allocation gets the port; with A2S the last one, which the egg's variable names.
    """

    def __init__(self, world: EventBus) -> None:
        self._world = world
        self._listening: list[asyncio.Server] = []
        self._talks: set[asyncio.StreamWriter] = set()
        self._datagrams: list[asyncio.DatagramTransport] = []

    async def open(self) -> None:
        """Open the ports of all servers that there are now."""
        for server in self._world.servers.values():
            if server.game.protocol == "source":
                await self._open_queries(server)
            elif talk := _PROTOCOLS.get(server.game.protocol):
                await self._open_connections(server, talk)

    async def _open_connections(self, server: GameServer, talk: "_Talk") -> None:
        listening = await asyncio.start_server(partial(self._answer, server, talk), _HOST, 0)
        self._listening.append(listening)
        server.allocations[0].port = listening.sockets[0].getsockname()[1]

    async def _open_queries(self, server: GameServer) -> None:
        listening, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _SourceQueries(self._world, server), (_HOST, 0)
        )
        self._datagrams.append(listening)
        port: int = listening.get_extra_info("sockname")[1]
        server.allocations[-1].port = port
        server.variables["QUERY_PORT"] = str(port)

    async def close(self) -> None:
        """Close all ports and connections."""
        for datagrams in self._datagrams:
            datagrams.close()
        self._datagrams.clear()
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
    texts = _texts(status.title, status.version)
    flags, clients = bytes(2), bytes((status.slots, len(status.players), 0))
    info = bytes((_OPENTTD_ANSWER, _OPENTTD_FORM)) + no_grfs + dates + companies + texts + flags + clients
    info += b"Random map\0" + struct.pack("<HHBB", 512, 512, 0, 1)
    writer.write(struct.pack("<H", len(info) + 2) + info)
    await writer.drain()


_PROTOCOLS: dict[str, _Talk] = {"minecraft": _minecraft, "openttd": _openttd}


class _SourceQueries(asyncio.DatagramProtocol):
    """Answers A2S_INFO and A2S_PLAYER for one server, only to whoever returns the challenge."""

    def __init__(self, world: EventBus, server: GameServer) -> None:
        self._world = world
        self._server = server
        self._challenge = token_bytes(_CHALLENGE_BYTES)
        self._transport: asyncio.DatagramTransport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # its class says so only since 3.12

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        game, now = self._server.game, self._world.seconds()
        status = game.status(now)
        if self._server.state != "running" or game.hung_at is not None or status is None:
            return
        question = data.removeprefix(_A2S_HEAD)
        if question == data or not question.startswith((_A2S_INFO, _A2S_PLAYERS)):
            return
        if not question.endswith(self._challenge):
            answer = b"A" + self._challenge
        elif question.startswith(_A2S_PLAYERS):
            answer = _a2s_players(self._seconds_on(status.players, now))
        else:
            answer = _a2s_info(status)
        self._transport.sendto(_A2S_HEAD + answer, addr)

    def _seconds_on(self, names: Sequence[str], now: float) -> Mapping[str, float]:
        """Count for each player from when they came; after a start they come back one by one."""
        up = now - (self._server.power.container_started or now)
        back = (max(0.0, up - number * _COMES_BACK_S) for number in range(len(names)))
        return {
            name: min(self._server.game.playing_for(name, now), longest)
            for name, longest in zip(names, back, strict=True)
        }


def _a2s_info(status: Status) -> bytes:
    steam_game, bots, password, secured = b"\0\0", 0, 0, 1
    texts = _texts(status.title, status.map, "rust", "Rust")
    numbers = bytes((len(status.players), status.slots, bots)) + b"dl" + bytes((password, secured))
    return b"I\x11" + texts + steam_game + numbers + _texts(status.version) + b"\0"


def _a2s_players(seconds: Mapping[str, float]) -> bytes:
    rows = (b"\0" + _texts(name) + struct.pack("<if", 0, passed) for name, passed in seconds.items())
    return b"D" + bytes((len(seconds),)) + b"".join(rows)


def _texts(*texts: str) -> bytes:
    return b"".join(text.encode() + b"\0" for text in texts)


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
