"""Bounded connections to one address: what comes from a game is limited in bytes, and comes from nobody else.

The libraries' own sockets queue without a limit, wait for each packet anew, and ignore that a port is closed.
Time is limited by `query()` around all of it.
"""

import asyncio
import socket
from types import TracebackType
from typing import Self

from typing_extensions import override

from bot.games.errors import BadAnswer
from bot.games.target import QueryTarget

MOST_UDP_BYTES = 32 * 1024
"""For all datagrams of one question. Most have at most 1,400 bytes; the longest lists come in twenty."""

RESEND_AFTER_S = 1.0
"""A datagram may be lost; the last question is then sent again."""


class UdpConnection(asyncio.DatagramProtocol):
    """A UDP socket that is connected: the kernel drops what others send, and reports a closed port."""

    def __init__(self, target: QueryTarget) -> None:
        self._target = target
        self._answers: asyncio.Queue[bytes | Exception] = asyncio.Queue()
        self._bytes = 0
        self._question = b""
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        family = socket.AF_INET if self._target.address.version == 4 else socket.AF_INET6  # noqa: PLR2004
        connection = socket.socket(family, socket.SOCK_DGRAM)
        try:
            connection.setblocking(False)
            connection.connect((self._target.host, self._target.port))
            loop = asyncio.get_running_loop()
            self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=connection)
        except BaseException:
            connection.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.abort()

    def send(self, question: bytes) -> None:
        """Send a question. What came before it belongs to earlier ones and is dropped."""
        if self._transport is None:
            raise RuntimeError("not connected")
        while not self._answers.empty() and self._bytes <= MOST_UDP_BYTES:
            self._answers.get_nowait()
        self._question = question
        self._transport.sendto(question)

    async def receive(self) -> bytes:
        """Wait for the next datagram. Raises BadAnswer for too many bytes, OSError for a closed port."""
        while True:
            try:
                async with asyncio.timeout(RESEND_AFTER_S):
                    answer = await self._answers.get()
            except TimeoutError:
                self.send(self._question)
                continue
            if isinstance(answer, Exception):
                raise answer
            return answer

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        self._bytes += len(data)
        if self._bytes <= MOST_UDP_BYTES:
            self._answers.put_nowait(data)
        elif self._bytes - len(data) <= MOST_UDP_BYTES:
            self._answers.put_nowait(BadAnswer(f"more than {MOST_UDP_BYTES} bytes"))
            self.close()

    @override
    def error_received(self, exc: Exception) -> None:
        self._answers.put_nowait(exc)
