"""Minecraft, Java and Bedrock."""

from dataclasses import replace

import pytest

from bot.domain.players import GameProtocol, PlayerCount
from bot.games import query
from tests.games.standins import bedrock
from tests.games.standins.sockets import UdpStandIn


async def test_a_bedrock_server_tells_how_many_are_on() -> None:
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
