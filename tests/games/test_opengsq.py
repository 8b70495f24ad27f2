"""The protocols by opengsq that answer by UDP, on bounded sockets."""

import bz2
import struct
import sys
from dataclasses import replace

import pytest

from bot.domain.players import GameProtocol, Player, PlayerCount
from bot.games import opengsq_sockets, query
from bot.games.by_opengsq import _DIALECTS
from bot.games.sockets import UdpConnection
from tests.games.standins.sockets import LOOPBACK, UdpStandIn
from tests.games.standins.udp_games import (
    FOUR,
    UDP_GAMES,
    source,
    source_info,
    source_players,
)

_ANN, _BOB = Player("Ann", score=7), Player("Bob", score=-1)
_NAMES_ALONE = (Player("Ann"), Player("Bob"))

EXPECTED = {
    GameProtocol.SOURCE: ((Player("Ann", 90, 7), Player("Bob", 3600, -1)), 24, "1.2.3", "dm6"),
    GameProtocol.GAMESPY1: ((_ANN, _BOB), 16, "436", "dm6"),
    GameProtocol.GAMESPY2: ((_ANN, _BOB), 16, "1.0", "dm6"),
    GameProtocol.GAMESPY3: ((_ANN, _BOB), 16, "1.0", "dm6"),
    GameProtocol.GAMESPY4: ((_ANN, _BOB), 16, "1.0", "dm6"),
    GameProtocol.MINECRAFT_QUERY: (_NAMES_ALONE, 20, "1.21.4", "world"),
    GameProtocol.QUAKE1: ((Player("Ann", 720, 7), Player("Bob", 3600, -1)), 16, "MVDSV 0.35", "dm6"),
    GameProtocol.QUAKE2: ((_ANN, _BOB), 16, "8.1", "dm6"),
    GameProtocol.QUAKE3: ((_ANN, _BOB), 16, "ioq3 1.36", "dm6"),
    GameProtocol.DOOM3: (_NAMES_ALONE, 16, "DOOM 1.3", "dm6"),
    GameProtocol.UNREAL2: ((_ANN, _BOB), 16, None, "dm6"),
    GameProtocol.KILLING_FLOOR: ((_ANN, _BOB), 16, None, "dm6"),
    GameProtocol.SAMP: ((_ANN, _BOB), 50, None, None),
    GameProtocol.VCMP: (_NAMES_ALONE, 50, "04rel006", None),
    GameProtocol.MTA: ((_ANN, _BOB), 32, "1.6", "dm6"),
}


@pytest.mark.parametrize("protocol", EXPECTED)
async def test_a_game_reports_who_is_on(protocol: GameProtocol) -> None:
    async with UdpStandIn(UDP_GAMES[protocol]) as game:
        count = await query(game.target(protocol))
    players, maximum, version, level = EXPECTED[protocol]
    assert count is not None
    assert replace(count, latency_ms=None) == PlayerCount(
        online=2,
        maximum=maximum,
        players=players,
        version=version,
        map=level,
        name="The Hall",
        protocol=protocol,
    )


async def test_a_split_answer_is_put_together() -> None:
    async with UdpStandIn(source(is_split=True)) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert (count.name, len(count.players or ())) == ("The Hall", 2)


async def test_bots_are_not_counted_nor_named() -> None:
    async with UdpStandIn(source(source_info(players=9, bots=7))) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert (count.online, count.players) == (2, None)


async def test_rust_counts_more_people_than_a_byte_holds() -> None:
    async with UdpStandIn(
        source(source_info(players=255, maximum=255, keywords="mp500,cp423,qp0,v2511"))
    ) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert (count.online, count.maximum) == (423, 500)


async def test_an_empty_server_is_not_asked_for_names() -> None:
    async with UdpStandIn(source(source_info(players=0))) as game:
        count = await query(game.target(GameProtocol.SOURCE))
        questions = list(game.questions)
    assert count is not None
    assert count.players == ()
    assert [question for question in questions if question[4:5] == b"U"] == []


@pytest.mark.parametrize("names", [b"", FOUR + b"D\x05\0cut"], ids=["silent", "cut"])
async def test_a_count_stands_without_its_names(names: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.games.by_opengsq._NAMES_WITHIN_S", 0.05)

    def answers(question: bytes) -> list[bytes]:
        return [source_info()] if question[4:5] == b"T" else [names] * bool(names)

    async with UdpStandIn(answers) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert (count.online, count.players) == (2, None)


async def test_hostile_names_come_out_clean() -> None:
    hostile = source_players(
        ("\x1b[31m@every\u202eone\n§lBold", 1, 1.0), ("x" * 900, 2**31 - 1, float("nan"))
    )
    async with UdpStandIn(source(players=hostile)) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert count.players == (Player("@everyone Bold", 1, 1), Player("x" * 63 + "…", None, 2**31 - 1))


def _bomb() -> bytes:
    packed = bz2.compress(bytes(5_000_000))
    return struct.pack("<iIBBIi", -2, 0x80000005, 1, 0, 5_000_000, 0) + packed


HUGE = {
    "one datagram": lambda _: [FOUR + b"I" + bytes(60_000)],
    "many datagrams": lambda _: [struct.pack("<iIBBH", -2, 5, 255, n, 1200) + bytes(1200) for n in range(60)],
    "endless parts": lambda _: [struct.pack("<iIBBH", -2, 5, 255, 1, 0)] * 80,
    "a bomb": lambda _: [_bomb()],
}


@pytest.mark.parametrize("kind", HUGE)
async def test_a_huge_answer_is_none(kind: str) -> None:
    async with UdpStandIn(HUGE[kind]) as game:
        assert await query(game.target(GameProtocol.SOURCE)) is None


async def test_a_key_without_an_end_is_not_searched() -> None:
    answer = rb"\hostname\x\player_0\Ann" + b"\\" + b"a" * 15_000 + rb"\1\final\\queryid\9.1"
    async with UdpStandIn(lambda _: [answer]) as game:
        assert await query(game.target(GameProtocol.GAMESPY1)) is None


async def test_a_closed_port_is_noticed_at_once() -> None:
    async with UdpStandIn(lambda _: []) as game:
        port = game.port
    async with await UdpConnection.open(LOOPBACK, port) as connection:
        connection.send(b"hello")
        with pytest.raises(ConnectionRefusedError):
            await connection.receive()


async def test_a_lost_question_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.games.sockets.RESEND_AFTER_S", 0.05)
    heard: list[bytes] = []

    def answers(question: bytes) -> list[bytes]:
        heard.append(question)
        return [source_info(players=0)] if len(heard) == 2 else []

    async with UdpStandIn(answers) as game:
        count = await query(game.target(GameProtocol.SOURCE))
    assert count is not None
    assert heard[0] == heard[1]


def test_every_protocol_uses_our_sockets() -> None:
    modules = {base.__module__ for dialect in _DIALECTS.values() for base in dialect.protocol.__mro__} - {
        "builtins",
        "abc",
        "opengsq.protocol_base",
    }
    theirs = {
        (module, name)
        for module in modules
        for name in ("UdpClient", "TcpClient", "BinaryReader")
        if getattr(sys.modules[module], name, None)
        not in {None, opengsq_sockets.UdpClient, opengsq_sockets.TcpClient, opengsq_sockets.Reader}
    }
    assert theirs == set()
