"""Minecraft, by mcstatus: its packets and parsers, on connections of ours.

Its own connections read as many bytes as a server announces, up to 2 GiB, and look up SRV records, which lead
elsewhere. Of a status only numbers and short texts are used: its parser of titles multiplies nested
formatting, so that a title of 31 KB takes 5 s.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from mcstatus._net.address import Address
from mcstatus._protocol.bedrock_client import BedrockClient
from mcstatus._protocol.io.base_io import BaseAsyncReader, BaseAsyncWriter
from mcstatus._protocol.io.buffer import Buffer
from mcstatus._protocol.java_client import AsyncJavaClient
from mcstatus._protocol.query_client import AsyncQueryClient
from typing_extensions import override

from bot.domain.players import (
    LONGEST_TEXT,
    GameProtocol,
    Player,
    PlayerCount,
    checked_online,
    clean_text,
    named_player,
    named_players,
    plausible_maximum,
)
from bot.games.errors import BadAnswer
from bot.games.sockets import TcpConnection, UdpConnection
from bot.games.target import QueryTarget

_NEWEST_PROTOCOL = -1
"""What a client sends that only wants to know the server's version (minecraft.wiki, Server List Ping)."""

_NO_PLAYER = "00000000-0000-0000-0000-000000000000"
"""The id of players who hide, and of lines of advertising."""
_PLAYER_NAME = re.compile(r"[.*+~-]?[\w ]{1,20}")
_MOST_TITLE_PARTS = 2000


async def query_java(target: QueryTarget) -> PlayerCount:
    """Query a Java server by the packets of its server list."""
    async with await TcpConnection.open(target.address, target.port) as connection:
        stream = _TcpStream(connection)
        client = AsyncJavaClient(stream, Address(target.host, target.port), _NEWEST_PROTOCOL)  # type: ignore[arg-type] # it has all that is called
        await client.handshake()
        request = Buffer()
        request.write_varint(0)
        await stream.write_bytearray(request)
        packet = Buffer(await stream.read_bytearray())
    if packet.read_varint() != 0:
        raise BadAnswer("not a status")
    status = json.loads(packet.read_utf())
    players, version = status["players"], status.get("version")
    online, sample = checked_online(players["online"]), players.get("sample")
    named = named_players(_sampled(sample)) if isinstance(sample, list) else ()
    return PlayerCount(
        online=online,
        maximum=plausible_maximum(players.get("max")),
        players=named if named or not online else None,
        version=clean_text(version["name"]) if isinstance(version, dict) else None,
        name=clean_text("".join(_title_parts(status.get("description")))),
        protocol=GameProtocol.MINECRAFT,
    )


async def query_java_by_udp(target: QueryTarget) -> PlayerCount:
    """Query a Java server with `enable-query=true`, which names all players."""
    async with await UdpConnection.open(target.address, target.port) as connection:
        client = AsyncQueryClient(_UdpStream(connection))  # type: ignore[arg-type] # it has all that is called
        await client.handshake()
        answer = await client.read_query()
    return PlayerCount(
        online=checked_online(answer.players.online),
        maximum=plausible_maximum(answer.players.max),
        players=named_players(named_player(name) for name in answer.players.list),
        version=clean_text(answer.software.version),
        map=clean_text(answer.map_name),
        name=clean_text(answer.motd.to_plain()),
        protocol=GameProtocol.MINECRAFT_QUERY,
    )


async def query_bedrock(target: QueryTarget) -> PlayerCount:
    """Query a Bedrock server (RakNet's unconnected ping)."""
    async with await UdpConnection.open(target.address, target.port) as connection:
        connection.send(BedrockClient.request_status_data)
        status = BedrockClient.parse_response(await connection.receive(), 0)
    return PlayerCount(
        online=checked_online(status.players.online),
        maximum=plausible_maximum(status.players.max),
        version=clean_text(status.version.name),
        map=clean_text(status.map_name),
        name=clean_text(status.motd.to_plain()),
        protocol=GameProtocol.BEDROCK,
    )


class _TcpStream(BaseAsyncReader, BaseAsyncWriter):
    """mcstatus reads and writes its packets on a bounded connection."""

    def __init__(self, connection: TcpConnection) -> None:
        self._connection = connection

    @override
    async def read(self, length: int, /) -> bytes:
        return await self._connection.read_exactly(length)

    @override
    async def write(self, data: bytes | bytearray, /) -> None:
        self._connection.send(bytes(data))


class _UdpStream:
    """The part of mcstatus' UDP connection that its query uses."""

    remaining = 0

    def __init__(self, connection: UdpConnection) -> None:
        self._connection = connection

    async def read(self, _length: int, /) -> bytes:
        return await self._connection.receive()

    async def write(self, data: bytes | bytearray | Buffer, /) -> None:
        self._connection.send(bytes(data))


def _sampled(sample: list[Any]) -> Iterator[Player]:
    """Yield the players of a sample; plugins put anything into it."""
    for entry in sample:
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and entry.get("id") != _NO_PLAYER and _PLAYER_NAME.fullmatch(name):
            yield named_player(name)


def _title_parts(description: object) -> Iterator[str]:
    """Yield the texts of a chat component in their order, as far as a title needs them."""
    waiting, length, seen = [description], 0, 0
    while waiting and length <= LONGEST_TEXT * 4 and seen < _MOST_TITLE_PARTS:
        part = waiting.pop()
        seen += 1
        if isinstance(part, str):
            length += len(part)
            yield part
        elif isinstance(part, list):
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            waiting.extend([part.get("extra"), part.get("text") or part.get("translate")])
