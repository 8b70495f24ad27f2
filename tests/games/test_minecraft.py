"""Minecraft, Java and Bedrock."""

from dataclasses import replace

import pytest

from bot.domain.players import GameProtocol, Player, PlayerCount
from bot.games import QueryTarget, query
from tests.games.standins import bedrock, java
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in


async def query_java(answer: bytes) -> PlayerCount | None:
    """Query a Java server that answers with these bytes."""
    async with tcp_stand_in(java.answering(answer)) as port:
        return await query(QueryTarget(LOOPBACK, port, GameProtocol.MINECRAFT))


async def test_a_java_server_reports_how_many_are_on_and_names_some() -> None:
    count = await query_java(java.packet(java.status()))
    assert count is not None
    assert replace(count, latency_ms=None) == PlayerCount(
        online=31,
        maximum=100,
        players=(Player("Ann"), Player(".Bob on Xbox")),
        version="Paper 1.21.4",
        name="The Hall of fame",
        protocol=GameProtocol.MINECRAFT,
    )


async def test_a_java_server_that_hides_its_players_names_none() -> None:
    count = await query_java(java.packet(java.status(players={"online": 31, "max": 100})))
    assert count is not None
    assert (count.online, count.players) == (31, None)


async def test_a_long_list_of_players_is_cut() -> None:
    sample = [{"name": f"Player{number}", "id": "x"} for number in range(800)]
    count = await query_java(
        java.packet(java.status(players={"online": 800, "max": 1, "sample": sample}, favicon=""))
    )
    assert count is not None
    assert len(count.players or ()) == 500


async def test_what_is_no_player_in_a_sample_takes_no_other_away() -> None:
    sample = [
        {"name": None, "id": "1"},
        {"id": "2"},
        "Ann",
        None,
        5,
        {"name": "Bob", "id": "3"},
        {"name": []},
    ]
    count = await query_java(java.packet(java.status(players={"online": 2, "max": 9, "sample": sample})))
    assert count is not None
    assert [player.name for player in count.players or ()] == ["Bob"]


@pytest.mark.parametrize(
    "text",
    [
        java.status(players={"online": -1, "max": 100}),
        java.status(players={"online": 2**31, "max": 100}),
        java.status(players={"online": True, "max": 100}),
        java.status(players=None),
        b"{}",
        b"[" * 30_000,
        b'{"players": ' + b"9" * 20_000,
        b"\xff\xfe{}",
        b"null",
    ],
    ids=["negative", "2^31", "true", "null", "empty", "nested", "digits", "no UTF-8", "no object"],
)
async def test_a_broken_java_status_is_none(text: bytes) -> None:
    assert await query_java(java.packet(text)) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        java.varint(2**31 - 1) + bytes(400_000),
        b"\xff" * 400_000,
        java.packet(b"{}" + b" " * 200_000),
        java.packet(java.status())[:100],
    ],
    ids=["hung up", "announced as 2 GiB", "a length without an end", "too long", "cut"],
)
async def test_a_huge_or_cut_java_answer_is_none(answer: bytes) -> None:
    assert await query_java(answer) is None


async def test_a_title_that_would_multiply_itself_stays_short() -> None:
    styles = {"bold": True, "italic": True, "underlined": True, "strikethrough": True, "obfuscated": True}
    title: object = {"text": "x", "extra": ["y"] * 2_000}
    for _ in range(150):
        title = {"text": "", **styles, "extra": [title]}
    count = await query_java(java.packet(java.status(description=title, favicon="")))
    assert count is not None
    assert count.name == "x" + "y" * 118 + "…"


async def test_a_bedrock_server_reports_how_many_are_on() -> None:
    async with UdpStandIn(bedrock.answers) as game:
        count = await query(game.target(GameProtocol.BEDROCK))
    assert count is not None
    assert count.latency_ms is not None
    assert replace(count, latency_ms=None) == PlayerCount(
        online=3,
        maximum=20,
        version="1.21.20",
        map="Bedrock level",
        name="Cave World",
        protocol=GameProtocol.BEDROCK,
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"\x1c",
        bedrock.pong(bedrock.fields(online=-1)),
        bedrock.pong(bedrock.fields(online=2**31)),
        bedrock.pong(bedrock.fields(online="many")),
        bedrock.pong(b"\xff\xfe" * 40),
        bedrock.pong(b"MCPE;short"),
        b"\x1c" + bytes(60_000),
    ],
    ids=["cut", "negative", "2^31", "no number", "no UTF-8", "few fields", "huge"],
)
async def test_a_broken_bedrock_answer_is_none(answer: bytes) -> None:
    async with UdpStandIn(lambda _: [answer]) as game:
        assert await query(game.target(GameProtocol.BEDROCK)) is None


async def test_a_bedrock_server_without_a_limit_has_no_maximum() -> None:
    async with UdpStandIn(lambda _: [bedrock.pong(bedrock.fields(maximum=0))]) as game:
        count = await query(game.target(GameProtocol.BEDROCK))
    assert count is not None
    assert (count.online, count.maximum) == (3, None)
