"""Who is contacted and who is heard."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest
from typing_extensions import override

from bot.domain.players import GameProtocol
from bot.games import PROTOCOLS, QueryTarget, query
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in
from tests.games.standins.udp_games import UDP_GAMES, source_info


async def test_an_answer_from_elsewhere_is_not_heard() -> None:
    """A stranger who knows the port of the question answers first, with a lie."""
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    class Game(UdpStandIn):
        @override
        def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
            stranger.sendto(source_info(players=66), addr)
            super().datagram_received(data, addr)

    async with Game(lambda _: [source_info(players=0)]) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    stranger.close()
    assert count is not None
    assert count.online == 0


async def test_a_game_on_ipv6_is_queried() -> None:
    async with UdpStandIn(UDP_GAMES[GameProtocol.QUAKE3], host="::1") as game:
        count = await query(QueryTarget(ip_address("::1"), game.port, GameProtocol.QUAKE3))
    assert count is not None
    assert count.online == 2


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_nothing_at_the_port_is_none(protocol: GameProtocol) -> None:
    async with UdpStandIn(lambda _: []) as game:
        port = game.port
    assert await query(QueryTarget(LOOPBACK, port, protocol, "secret")) is None


@pytest.mark.parametrize("protocol", [GameProtocol.MINECRAFT, GameProtocol.FIVEM, GameProtocol.TEAMSPEAK])
async def test_a_game_that_answers_byte_by_byte_is_given_up(
    protocol: GameProtocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.games.player_query.LIMIT_S", 0.2)

    async def drip(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b"\x81"

    async with tcp_stand_in(drip) as port:
        assert await query(QueryTarget(LOOPBACK, port, protocol)) is None
