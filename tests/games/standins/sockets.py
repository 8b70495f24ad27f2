"""Loopback sockets that answer as a test wants."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self, cast

from typing_extensions import override

from bot.domain.players import GameProtocol
from bot.games import QueryTarget

Answers = Callable[[bytes], Iterable[bytes]]
LOOPBACK = IPv4Address("127.0.0.1")


class UdpStandIn(asyncio.DatagramProtocol):
    """Answers each datagram with those that `answers` gives for it, and remembers what was asked."""

    def __init__(self, answers: Answers, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._answers, self._address = answers, (host, port)
        self._transport: asyncio.DatagramTransport | None = None
        self.questions: list[bytes] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=self._address)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._open.get_extra_info("sockname")[1])

    def target(self, protocol: GameProtocol, *, secret: str | None = None) -> QueryTarget:
        """Name the stand-in as a target."""
        return QueryTarget(LOOPBACK, self.port, protocol, secret)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self.questions.append(data)
        for answer in self._answers(data):
            self._open.sendto(answer, addr)

    @property
    def _open(self) -> asyncio.DatagramTransport:
        return cast("asyncio.DatagramTransport", self._transport)


@asynccontextmanager
async def tcp_stand_in(
    handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], AsyncIterator[bytes]],
) -> AsyncIterator[int]:
    """Serve each connection by what `handle` yields; gives the port. Nothing is left open at the end."""
    loop, connections, tasks = asyncio.get_running_loop(), list[socket.socket](), set[asyncio.Task[None]]()

    async def serve(connection: socket.socket) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # the query hung up first
            reader, writer = await asyncio.open_connection(sock=connection)
            try:
                async for data in handle(reader, writer):
                    writer.write(data)
                    await writer.drain()
            finally:
                writer.close()
                await writer.wait_closed()

    def accept() -> None:
        with suppress(BlockingIOError):
            connection, _ = listener.accept()
            connection.setblocking(False)
            connections.append(connection)
            tasks.add(asyncio.create_task(serve(connection), name="connection of a stand-in"))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        loop.add_reader(listener, accept)
        try:
            yield listener.getsockname()[1]
        finally:
            loop.remove_reader(listener)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for connection in connections:
                connection.close()
