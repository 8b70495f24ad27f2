"""Loopback sockets that answer as a test wants."""

import asyncio
from collections.abc import Callable, Iterable
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

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._transport: asyncio.DatagramTransport | None = None
        self.questions: list[bytes] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def target(self, protocol: GameProtocol, *, secret: str | None = None) -> QueryTarget:
        """Name the stand-in as a target."""
        port = int(self._open.get_extra_info("sockname")[1])
        return QueryTarget(LOOPBACK, port, protocol, secret)

    @override
    def datagram_received(self, data: bytes, addr: object) -> None:
        self.questions.append(data)
        for answer in self._answers(data):
            self._open.sendto(answer, addr)

    @property
    def _open(self) -> asyncio.DatagramTransport:
        return cast("asyncio.DatagramTransport", self._transport)
