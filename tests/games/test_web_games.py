"""FiveM, Palworld, Satisfactory and TeamSpeak, which answer by TCP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.domain.players import GameProtocol, Player, PlayerCount
from bot.games import QueryTarget, query
from tests.games.standins.sockets import LOOPBACK, UdpStandIn, tcp_stand_in
from tests.games.standins.web_games import (
    FIVEM,
    PALWORLD,
    PALWORLD_PASSWORD,
    SATISFACTORY,
    Handler,
    answering,
    own_certificate,
    satisfactory_state,
    teamspeak,
    web_stand_in,
)

_NAMES = (Player("Ann"), Player("Bob"))


def untimed(count: PlayerCount | None) -> PlayerCount:
    assert count is not None
    return replace(count, latency_ms=None)


async def test_fivem_reports_who_is_on() -> None:
    async with web_stand_in(FIVEM) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.FIVEM))
    assert untimed(count) == PlayerCount(
        online=2,
        maximum=48,
        players=_NAMES,
        map="San Andreas",
        name="^1The Hall",
        protocol=GameProtocol.FIVEM,
    )


async def test_fivem_without_a_list_of_players_still_counts() -> None:
    routes = {**FIVEM, "/players.json": answering("no", status=403)}
    async with web_stand_in(routes) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.FIVEM))
    assert untimed(count).players is None


async def test_palworld_reports_who_is_on_to_those_who_know_its_password() -> None:
    async with web_stand_in(PALWORLD) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.PALWORLD, PALWORLD_PASSWORD))
        refused = await query(QueryTarget(LOOPBACK, port, GameProtocol.PALWORLD, "wrong"))
        unasked = await query(QueryTarget(LOOPBACK, port, GameProtocol.PALWORLD))
    assert untimed(count) == PlayerCount(
        online=2, maximum=32, players=_NAMES, name="The Hall", protocol=GameProtocol.PALWORLD
    )
    assert (refused, unasked) == (None, None)


def test_a_secret_is_not_shown_with_its_target() -> None:
    assert "hunter2" not in repr(QueryTarget(LOOPBACK, 8212, GameProtocol.PALWORLD, "hunter2"))


@asynccontextmanager
async def satisfactory(folder: Path, routes: Mapping[str, Handler]) -> AsyncIterator[QueryTarget]:
    """Run a server whose UDP and TCP have the same port, as the game wants."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(web_stand_in(routes, tls=own_certificate(folder)))
        game = await stack.enter_async_context(UdpStandIn(satisfactory_state, port=port))
        yield game.target(GameProtocol.SATISFACTORY)


async def test_satisfactory_reports_who_is_on(tmp_path: Path) -> None:
    async with satisfactory(tmp_path, SATISFACTORY) as target:
        count = await query(target)
    assert untimed(count) == PlayerCount(
        online=2, maximum=4, version="385279", name="The Hall", protocol=GameProtocol.SATISFACTORY
    )


@pytest.mark.parametrize("state", [1, 2], ids=["no game loaded", "loading"])
async def test_no_players_before_satisfactory_has_loaded_a_game(state: int) -> None:
    async with UdpStandIn(lambda question: satisfactory_state(question, state)) as game:
        count = await query(game.target(GameProtocol.SATISFACTORY))
    assert (untimed(count).online, untimed(count).maximum) == (0, None)


async def test_satisfactory_with_a_password_for_players_is_none(tmp_path: Path) -> None:
    routes = {"/api/v1": answering({"errorCode": "passwordless_login_not_possible"})}
    async with satisfactory(tmp_path, routes) as target:
        assert await query(target) is None


async def test_an_answer_to_another_satisfactory_question_is_none() -> None:
    async with UdpStandIn(lambda _: satisfactory_state(bytes(20))) as game:
        assert await query(game.target(GameProtocol.SATISFACTORY)) is None


async def test_teamspeak_reports_who_is_on_without_those_who_ask() -> None:
    async with tcp_stand_in(teamspeak()) as port:
        count = await query(QueryTarget(LOOPBACK, port, GameProtocol.TEAMSPEAK, game_port=9987))
    assert untimed(count) == PlayerCount(
        online=2,
        maximum=32,
        players=(Player("Ann"), Player("Bob|Bot")),
        version="3.13.7 [Build: 1655727713]",
        name="The Hall",
        protocol=GameProtocol.TEAMSPEAK,
    )


async def test_teamspeak_that_refuses_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.games.player_query.LIMIT_S", 0.3)
    async with tcp_stand_in(teamspeak(denied=True)) as port:
        assert await query(QueryTarget(LOOPBACK, port, GameProtocol.TEAMSPEAK)) is None


async def test_a_redirect_is_not_followed() -> None:
    followed: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        followed.append(request.path)
        return web.json_response({"clients": 1})

    async def redirect(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere.json")

    async with web_stand_in({"/dynamic.json": redirect, "/elsewhere.json": elsewhere}) as port:
        assert await query(QueryTarget(LOOPBACK, port, GameProtocol.FIVEM)) is None
    assert followed == []


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with_nothing = b'{"clients": 1, "x": "' + b" " * 65_536
    try:
        while True:
            await response.write(with_nothing)
    except ConnectionError:
        return response


async def _packed(_: web.Request) -> web.StreamResponse:
    response = web.json_response({"clients": 1, "hostname": "x" * 50_000_000})
    response.enable_compression(web.ContentCoding.gzip)
    return response


@pytest.mark.parametrize(
    "handler", [_endless, _packed, answering([]), answering({"clients": -1}), answering(None)]
)
async def test_a_huge_or_wrong_web_answer_is_none(handler: Handler) -> None:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(web_stand_in({"/dynamic.json": handler}))
        assert await query(QueryTarget(LOOPBACK, port, GameProtocol.FIVEM)) is None
