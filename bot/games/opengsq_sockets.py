"""opengsq's protocols, on sockets and a reader of ours.

Its own ones have no limit: packets queue up in memory, each waits for the whole time-out again, a closed port
is not noticed, packed answers are unpacked whatever their size, and long texts are read byte by byte and
searched in quadratic time (more than a second for 32 KB). The version is pinned exactly, and
`tests/games/test_opengsq.py` fails when a protocol would use a socket of its own.
"""

import bz2
import sys
from collections.abc import Iterable
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Protocol, Self

from opengsq.binary_reader import BinaryReader
from opengsq.protocol_base import ProtocolBase

from bot.games.errors import BadAnswer
from bot.games.sockets import MOST_UDP_BYTES, TcpConnection, UdpConnection

LONGEST_STRING = 1024
"""Longer than any key, value or line of a player."""


class Addressed(Protocol):
    """A protocol of opengsq."""

    _host: str
    _port: int


class _Client:
    """Stands in for opengsq's `UdpClient` and `TcpClient`."""

    _connection: UdpConnection | TcpConnection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened."""
        if hasattr(self, "_connection"):
            self._connection.close()

    def settimeout(self, _seconds: float) -> None:
        """Ignore it: the whole query has one time-out."""


class UdpClient(_Client):
    """UDP for opengsq."""

    _connection: UdpConnection

    async def connect(self, address: tuple[str, int]) -> None:
        """Open the socket."""
        self._connection = await UdpConnection.open(ip_address(address[0]), address[1])

    def send(self, data: bytes) -> None:
        """Send a question."""
        self._connection.send(data)

    async def recv(self) -> bytes:
        """Wait for a datagram."""
        return await self._connection.receive()

    @staticmethod
    async def communicate(protocol: Addressed, data: bytes) -> bytes:
        """Ask once."""
        host, port = protocol._host, protocol._port  # noqa: SLF001 - opengsq's client reads them like this
        async with await UdpConnection.open(ip_address(host), port) as connection:
            connection.send(data)
            return await connection.receive()


class TcpClient(_Client):
    """TCP for opengsq."""

    _connection: TcpConnection

    async def connect(self, address: tuple[str, int]) -> None:
        """Open the connection."""
        self._connection = await TcpConnection.open(ip_address(address[0]), address[1])

    def send(self, data: bytes) -> None:
        """Send a question."""
        self._connection.send(data)

    async def recv(self) -> bytes:
        """Wait for the next bytes."""
        return await self._connection.read_some()


class Reader(BinaryReader):  # type: ignore[misc] # opengsq has no types
    """Finds the end of a string instead of reading it byte by byte, and refuses long ones."""

    stream_position: int

    def read_string(
        self, delimiters: bytes | list[bytes] | None = None, encoding: str = "utf-8", errors: str = "ignore"
    ) -> str:
        """Read up to a delimiter, or the end of the packet."""
        stops = delimiters or b"\0"
        text: bytes = self.read()[: LONGEST_STRING + 1]
        ends = [text.find(stop) for stop in ([stops] if isinstance(stops, bytes) else stops)]
        length = min((end for end in ends if end >= 0), default=len(text))
        if length > LONGEST_STRING:
            raise BadAnswer("a string without an end")
        self.stream_position += min(length + 1, len(text))
        return text[:length].decode(encoding, errors)


class _BoundedBz2:
    """Stands in for the module `bz2`: 32 KB of it can unpack to gigabytes."""

    @staticmethod
    def decompress(data: bytes) -> bytes:
        """Unpack at most what is accepted unpacked."""
        return bz2.BZ2Decompressor().decompress(data, MOST_UDP_BYTES)


_OURS: dict[str, Any] = {
    "UdpClient": UdpClient,
    "TcpClient": TcpClient,
    "BinaryReader": Reader,
    "bz2": _BoundedBz2,
}


def use_our_sockets(protocols: Iterable[type[ProtocolBase]]) -> None:
    """Give the modules of these protocols, and of those they extend, what is bounded."""
    modules = {base.__module__ for protocol in protocols for base in protocol.__mro__}
    for module in (sys.modules[name] for name in modules if name.startswith("opengsq.protocols.")):
        for name, ours in _OURS.items():
            if hasattr(module, name):
                setattr(module, name, ours)
