"""OpenTTD, Teeworlds and Mumble, with the bytes that real servers sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.players import GameProtocol, Player, PlayerCount
from bot.games import QueryTarget, query
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from tests.games.standins.recorded import MUMBLE, OPENTTD_13, OPENTTD_OLD, ddnet, mumble, teeworlds
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in


def untimed(count: PlayerCount | None) -> PlayerCount:
    assert count is not None
    return replace(count, latency_ms=None)


async def test_openttd_reports_how_many_are_on_by_tcp() -> None:
    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        assert await reader.readexactly(3) == b"\x03\0\x07"
        yield OPENTTD_13

    async with tcp_stand_in(handle) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.OPENTTD))
    assert untimed(count) == PlayerCount(
        online=3, maximum=25, version="13.0", name="Unnamed Server", protocol=GameProtocol.OPENTTD
    )


async def test_an_old_openttd_reports_it_by_udp() -> None:
    async with UdpStandIn(lambda _: [OPENTTD_OLD]) as game:
        count = await query(game.target(GameProtocol.OPENTTD))
    assert untimed(count) == PlayerCount(
        online=2, maximum=25, version="1.10.3", name="Old rails", protocol=GameProtocol.OPENTTD
    )


async def test_teeworlds_reports_who_is_on() -> None:
    async with UdpStandIn(teeworlds) as game:
        count = await query(game.target(GameProtocol.TEEWORLDS))
    assert untimed(count) == PlayerCount(
        online=2,
        maximum=8,
        players=(Player("Ann", score=7), Player("Bob", score=-1)),
        version="0.7.5",
        map="dm1",
        name="Tee World",
        protocol=GameProtocol.TEEWORLDS,
    )


@pytest.mark.parametrize("is_extended", [True, False], ids=["DDNet", "0.6"])
async def test_the_older_teeworlds_reports_who_is_on(*, is_extended: bool) -> None:
    async with UdpStandIn(lambda question: ddnet(question, is_extended=is_extended)) as game:
        count = await query(game.target(GameProtocol.TEEWORLDS))
    assert untimed(count) == PlayerCount(
        online=2,
        maximum=64,
        players=(Player("Ann", score=-9999), Player("Bob", score=12)),
        version="0.6.4",
        map="Kobra",
        name="Race",
        protocol=GameProtocol.TEEWORLDS,
    )


async def test_mumble_reports_how_many_are_on() -> None:
    async with UdpStandIn(mumble) as game:
        count = await query(game.target(GameProtocol.MUMBLE))
    assert untimed(count) == PlayerCount(
        online=3, maximum=1000, version="1.3.4", protocol=GameProtocol.MUMBLE
    )


async def test_the_answer_to_another_mumble_ping_is_none() -> None:
    async with UdpStandIn(lambda _: [MUMBLE]) as game:
        assert await query(game.target(GameProtocol.MUMBLE)) is None


@pytest.mark.parametrize(
    ("packed", "number"), [(b"\x00", 0), (b"\x07", 7), (b"\x40", -1), (b"\x80\x01", 64), (b"\xbf\x0f", 1023)]
)
def test_teeworlds_numbers_are_unpacked(packed: bytes, number: int) -> None:
    assert Packet(packed).variable_number() == number


@pytest.mark.parametrize("broken", [b"", b"\x80", b"\x80" * 9])
def test_a_number_without_an_end_is_refused(broken: bytes) -> None:
    with pytest.raises(BadAnswer):
        Packet(broken).variable_number()
