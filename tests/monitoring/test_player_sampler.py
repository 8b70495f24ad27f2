"""Running games are asked once a minute, how each answers is found once, and a silent one is noticed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from bot.domain.observation import Observation, PlayerTotal, Source
from bot.domain.player_query import PlayerQuery
from bot.domain.players import GameProtocol
from bot.games import player_query, sockets
from bot.monitoring.socket_source import SocketSource
from bot.storage.repositories import player_queries
from sandbox.model import GameServer
from tests.monitoring.rig import Rig
from tests.support.games import BedrockGame

MINUTE_S = 60.0


class Games:
    """The games of a test, and the rig that asks them."""

    def __init__(self, rig: Rig, standins: AsyncExitStack) -> None:
        self.rig = rig
        self._standins = standins

    async def open(self, server: GameServer) -> BedrockGame:
        game = BedrockGame(server)
        await self._standins.enter_async_context(game.socket)
        server.allocations[0].port = game.port
        return game

    async def begin(self) -> BedrockGame:
        """Begin with a running server whose game answers."""
        game = await self.open(self.rig.add("Lobby"))
        await self.rig.begin()
        await self.rig.pass_time(1.5 * MINUTE_S)
        return game


@pytest.fixture
async def games(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Games]:
    # Limits of real time, which a busy machine may use up before an answer is read that is there.
    monkeypatch.setattr(player_query, "LIMIT_S", 3_600.0)
    monkeypatch.setattr(sockets, "RESEND_AFTER_S", 3_600.0)
    rig.asks_games = True
    async with AsyncExitStack() as standins:
        yield Games(rig, standins)


async def stored(rig: Rig, server: GameServer) -> PlayerQuery | None:
    async with rig.store.read() as conn:
        return (await player_queries.of(conn, "main")).get(server.uuid)


def seen(rig: Rig, server: GameServer) -> PlayerTotal | None:
    check = rig.collector.last(server).rule_input.check
    assert isinstance(check, Observation)
    return check.players


def silent_for(rig: Rig, server: GameServer) -> timedelta | None:
    return rig.collector.last(server).rule_input.silent_for


async def test_a_running_game_is_asked_once_a_minute_and_its_answer_observed(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    game.online = 7
    asked = game.asked
    await rig.pass_time(10 * MINUTE_S)
    assert game.asked - asked == 10
    latest = rig.players.latest(game.key)
    assert latest is not None
    assert (latest.online, latest.count.version) == (7, "1.21.20")
    assert seen(rig, server) == PlayerTotal(7, 20)
    assert silent_for(rig, server) == timedelta()


async def test_how_a_game_answers_is_kept_over_a_restart(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    kept = await stored(rig, server)
    assert kept is not None
    assert (kept.protocol, kept.port) == (GameProtocol.BEDROCK, server.allocations[0].port)
    asked = game.asked
    await rig.restart()
    await rig.pass_time(MINUTE_S)
    assert game.asked == asked + 1
    assert rig.players.latest(game.key) is not None


async def test_with_other_allocations_it_is_found_again(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    moved = await games.open(server)
    moved.online = 11
    await rig.pass_time(3 * MINUTE_S)
    latest, kept = rig.players.latest(game.key), await stored(rig, server)
    assert latest is not None
    assert kept is not None
    assert (latest.online, kept.port) == (11, moved.port)


async def test_a_server_that_does_not_run_is_not_asked_and_has_no_players(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    server.power.state = "offline"
    await rig.pass_time(3 * MINUTE_S)
    asked = game.asked
    await rig.pass_time(5 * MINUTE_S)
    assert game.asked == asked
    assert rig.players.latest(game.key) is None
    assert seen(rig, server) is None
    assert silent_for(rig, server) is None


async def test_a_game_that_hangs_is_silent_from_its_first_missing_answer_on(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    game.is_hung = True
    await rig.pass_time(5 * MINUTE_S)
    silence = silent_for(rig, server)
    assert silence is not None
    assert timedelta(minutes=3) <= silence <= timedelta(minutes=5)
    assert rig.players.latest(game.key) is None
    evidence = rig.collector.last(server).evidence
    kept = await stored(rig, server)
    assert kept is not None
    assert kept.answered_at is not None
    last = datetime.fromisoformat(str(evidence["answered_at"]))
    assert abs(last - kept.answered_at) < timedelta(seconds=1)
    assert evidence["players"] == 3
    await rig.restart()
    await rig.pass_time(2 * MINUTE_S)
    longer = silent_for(rig, server)
    assert longer is not None
    assert longer > silence


async def test_a_game_that_never_answered_is_not_called_silent(rig: Rig, games: Games) -> None:
    game = await games.open(rig.add("Lobby"))
    server = game.server
    game.is_hung = True
    await rig.begin()
    await rig.pass_time(10 * MINUTE_S)
    assert silent_for(rig, server) is None
    assert await stored(rig, server) is None


async def test_a_new_process_begins_without_the_silence_of_the_old_one(rig: Rig, games: Games) -> None:
    game = await games.begin()
    server = game.server
    game.is_hung = True
    await rig.pass_time(5 * MINUTE_S)
    server.power.container_started = rig.manual.seconds()
    await rig.pass_time(2 * MINUTE_S)
    silence = silent_for(rig, server)
    assert silence is not None
    assert silence <= timedelta(minutes=2)


async def test_queries_never_hold_up_what_observes_the_servers(rig: Rig, games: Games) -> None:
    """A game whose port takes packets and never answers keeps its query waiting for its whole limit."""
    game = await games.begin()
    game.is_mute = True
    rig.patient = False
    before, asked = len(rig.collector.of(game.server)), game.asked
    await rig.pass_time(5 * MINUTE_S)
    assert len(rig.collector.of(game.server)) - before >= 4
    assert game.asked == asked + 1


async def test_a_hung_game_is_noticed_by_its_answer_within_half_a_minute(rig: Rig, games: Games) -> None:
    game = await games.begin()
    game.is_hung = True
    await rig.pass_time(5 * MINUTE_S)
    asked, game.is_hung = game.asked, False
    await rig.pass_time(25)
    assert game.asked >= asked + 1
    assert rig.players.latest(game.key) is not None


async def test_a_deleted_server_is_forgotten(rig: Rig, games: Games) -> None:
    game = await games.begin()
    assert await stored(rig, game.server) is not None
    del rig.sandbox.world.servers[game.server.uuid]
    await rig.pass_time(15 * MINUTE_S)
    assert await stored(rig, game.server) is None
    assert rig.players.latest(game.key) is None


@pytest.mark.sweep
async def test_many_games_are_asked_evenly_over_the_minute(rig: Rig, games: Games) -> None:
    everyone = [await games.open(rig.add(f"Lobby {number}")) for number in range(40)]
    await rig.begin()
    rig.patient = False  # at the beginning, servers wait until others were searched
    for _ in range(50):
        await rig.pass_time(5)
        if all(rig.players.latest(game.key) for game in everyone):
            break
    rig.patient = True
    await rig.pass_time(MINUTE_S)
    counts, before = [], sum(game.asked for game in everyone)
    for _ in range(6):
        await rig.pass_time(10)
        asked = sum(game.asked for game in everyone)
        counts.append(asked - before)
        before = asked
    assert sum(counts) == 40
    assert max(counts) <= 20


async def test_a_game_without_reports_is_not_silent(rig: Rig, games: Games) -> None:
    rig.live_sources = lambda panel: (SocketSource(panel, rig.clock),)
    game = await games.begin()
    await rig.until(lambda: rig.monitor.stream.router.source_of(game.server.uuid) is Source.SOCKET)
    rig.sandbox.node_down()
    game.is_hung = True
    await rig.pass_time(4 * MINUTE_S)
    assert rig.players.of(game.key).silent_since is None
    assert rig.players.latest(game.key) is None
