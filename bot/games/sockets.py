"""Bounded connections to one address: what a game sends is limited in bytes, and nothing else is let in.

The libraries' own sockets queue without a limit, restart their time-out with each packet, and ignore that a
port is closed. Time is limited by `query()` around all of it.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address
from types import TracebackType
from typing import Self

from typing_extensions import override

from bot.games.errors import BadAnswer

Address = IPv4Address | IPv6Address

LARGEST_DATAGRAM = 16 * 1024
"""The longest status of a Quake 3 engine. Most games stay below 1,400 bytes."""
MOST_UDP_BYTES = 32 * 1024
MOST_DATAGRAMS = 64
"""In all of one connection, with those sent again."""
MOST_TCP_BYTES = 160 * 1024
"""A Minecraft status has at most 128 KiB."""

RESEND_AFTER_S = 1.0
"""A datagram may be lost; the last question is then sent again."""


class UdpConnection(asyncio.DatagramProtocol):
    """A UDP socket that is connected: the kernel drops what others send, and reports a closed port."""

    def __init__(self) -> None:
        self._answers: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self._bytes = self._datagrams = 0
        self._questions: tuple[bytes, ...] = ()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, address: Address, port: int) -> Self:
        """Connect a socket. Whoever opens it closes it."""
        family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
        connection, opened = socket.socket(family, socket.SOCK_DGRAM), cls()
        try:
            connection.setblocking(False)
            connection.connect((str(address), port))
            loop = asyncio.get_running_loop()
            opened._transport, _ = await loop.create_datagram_endpoint(lambda: opened, sock=connection)
        except BaseException:
            connection.close()
            raise
        return opened

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.abort()

    def send(self, *questions: bytes) -> None:
        """Send a question, or several at once. What arrived before answers an earlier one: it is dropped."""
        while not self._answers.empty():
            answer = self._answers.get_nowait()
            if isinstance(answer, Exception):
                raise answer
        self._questions = questions
        self._send()

    async def receive(self) -> bytes:
        """Wait for the next datagram. Raises BadAnswer for too many bytes, OSError for a closed port."""
        while True:
            try:
                async with asyncio.timeout(RESEND_AFTER_S):
                    answer = await self._answers.get()
            except TimeoutError:
                self._send()
                continue
            if isinstance(answer, Exception):
                raise answer
            return answer

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        self._bytes += len(data)
        self._datagrams += 1
        is_too_much = len(data) > LARGEST_DATAGRAM or self._bytes > MOST_UDP_BYTES
        if is_too_much or self._datagrams > MOST_DATAGRAMS:
            self._answers.put_nowait(BadAnswer(f"{self._bytes} bytes in {self._datagrams} datagrams"))
            self.close()
        else:
            self._answers.put_nowait(data)

    @override
    def error_received(self, exc: Exception) -> None:
        self._answers.put_nowait(exc)
        self.close()

    def _send(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            for question in self._questions:
                self._transport.sendto(question)


class TcpConnection:
    """A TCP connection of which at most MOST_TCP_BYTES are read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._left = MOST_TCP_BYTES

    @classmethod
    async def open(cls, address: Address, port: int) -> Self:
        """Connect. Whoever opens it closes it."""
        return cls(*await asyncio.open_connection(str(address), port))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection at once, without a goodbye that a silent game could hold up."""
        self._writer.transport.abort()

    def send(self, data: bytes) -> None:
        """Send a question. They are short: it isn't awaited that the game takes it."""
        self._writer.write(data)

    async def read_some(self) -> bytes:
        """Wait for the next bytes. Raises BadAnswer at the end and above the limit."""
        data = await self._reader.read(4096)
        self._left -= len(data)
        if not data or self._left < 0:
            raise BadAnswer("the game hung up" if not data else f"more than {MOST_TCP_BYTES} bytes")
        return data

    async def read_exactly(self, length: int) -> bytes:
        """Wait for so many bytes. Raises BadAnswer above the limit, IncompleteReadError at the end."""
        self._left -= length
        if self._left < 0:
            raise BadAnswer(f"more than {MOST_TCP_BYTES} bytes")
        return await self._reader.readexactly(length)
