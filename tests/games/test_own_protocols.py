"""OpenTTD, Teeworlds and Mumble, with the bytes that real servers sent."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import pytest

from bot.domain.players import GameProtocol, Player, PlayerCount
from bot.games import QueryTarget, query
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in

OPENTTD_13 = (
    bytes.fromhex("34000606 01 ffffffff 00 00 21de0a00 1fde0a00 0f0019")
    + b"Unnamed Server\x0013.0\x00\x00\x19\x03\x00\x00\x01\x00\x01\x00\x01"
)
"""OpenTTD 13.0 of Debian, by TCP, with three people on instead of none."""

OPENTTD_OLD = (
    bytes.fromhex("0000 01 04 01")
    + b"GRF1"
    + bytes(16)
    + bytes.fromhex("21de0a00 1fde0a00 0f0019")
    + (b"Old rails\x001.10.3\x00\x00\x00\x19\x02\x00\x00\x01\x00\x01\x00\x01")
)
"""The same by UDP, as before version 12: game info of version 4, with one set of graphics."""

TEEWORLDS_TOKEN = bytes.fromhex("040000") + b"MINE" + b"\x05" + bytes.fromhex("130ed53b")
TEEWORLDS_INFO = (
    b"!MINE\x13\x0e\xd5;\xff\xff\xff\xffinf3\x05"
    b"0.7.5\0Tee \xc2\xa7 World\0\0dm1\0DM\0\x00\x01\x02\x08\x02\x08"
)
"""Teeworlds 0.7.5 of Debian. Its two players are added by the packet's description."""
TEEWORLDS_PLAYERS = b"Ann\0clan\0\x80\x01\x07\0" + b"Bob\0\0\x80\x01\x40\0"

MUMBLE = bytes.fromhex("00010304") + b"TOKEN678" + bytes.fromhex("00000003 000003e8 00011940")
"""mumble-server 1.3.4 of Debian, with three people on."""


def untimed(count: PlayerCount | None) -> PlayerCount:
    assert count is not None
    return replace(count, latency_ms=None)


async def test_openttd_tells_how_many_are_on_by_tcp() -> None:
    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        assert await reader.readexactly(3) == b"\x03\0\x07"
        yield OPENTTD_13

    async with tcp_stand_in(handle) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.OPENTTD))
    assert untimed(count) == PlayerCount(
        online=3, maximum=25, version="13.0", name="Unnamed Server", protocol=GameProtocol.OPENTTD
    )


async def test_an_old_openttd_tells_it_by_udp() -> None:
    async with UdpStandIn(lambda _: [OPENTTD_OLD]) as game:
        count = await query(game.target(GameProtocol.OPENTTD))
    assert untimed(count) == PlayerCount(
        online=2, maximum=25, version="1.10.3", name="Old rails", protocol=GameProtocol.OPENTTD
    )


def teeworlds(question: bytes) -> Iterable[bytes]:
    """Answer as version 0.7: a token first, and the info to those who have it."""
    if question[:1] == b"\x04" and len(question) >= 512:
        yield TEEWORLDS_TOKEN.replace(b"MINE", question[8:12])
    elif question[1:5] == TEEWORLDS_TOKEN[8:12]:
        yield TEEWORLDS_INFO.replace(b"MINE", question[5:9]) + TEEWORLDS_PLAYERS


async def test_teeworlds_tells_who_is_on() -> None:
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


def ddnet(question: bytes, *, is_extended: bool) -> Iterable[bytes]:
    """Answer as version 0.6, or as DDNet with its longer answer."""
    if question[:2] != b"xe":
        return
    kind, more = (b"iext", ["12345", "6789"]) if is_extended else (b"inf3", [])
    texts = [
        "5",
        "0.6.4",
        "Race",
        "Kobra",
        *more,
        "DDraceNetwork",
        "0",
        "2",
        "63",
        "2",
        "64",
        *[""] * is_extended,
    ]
    for name, score in (("Ann", "-9999"), ("Bob", "12")):
        texts += [name, "clan", "-1", score, "1", *[""] * is_extended]
    yield b"xe" + bytes(4) + b"\xff\xff\xff\xff" + kind + b"".join(text.encode() + b"\0" for text in texts)


@pytest.mark.parametrize("is_extended", [True, False], ids=["DDNet", "0.6"])
async def test_the_older_teeworlds_tells_who_is_on(*, is_extended: bool) -> None:
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


async def test_mumble_tells_how_many_are_on() -> None:
    async with UdpStandIn(lambda question: [MUMBLE.replace(b"TOKEN678", question[4:])]) as game:
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
