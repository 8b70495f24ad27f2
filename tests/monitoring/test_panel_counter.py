"""Where only the panel reaches a game, it is asked to count the players, within the rate budget."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerQuery, fingerprint
from bot.domain.players import GameProtocol
from bot.monitoring.counter_pace import CounterPace
from bot.panel.budget import BudgetView
from bot.storage.repositories import player_queries
from sandbox import Mode
from sandbox.model import GameServer
from sandbox.resources import PlayerCount
from tests.monitoring.rig import Rig, new_rig
from tests.support.games import BedrockGame
from tests.support.stores import stores_without_threads

MINUTE_S = 60.0


@pytest.fixture
async def pelican(tmp_path: Path) -> AsyncIterator[Rig]:
    with stores_without_threads():
        async with new_rig(tmp_path, mode=Mode.PELICAN) as rig:
            rig.asks_games = True
            rig.sandbox.world.settings.player_counter = True
            yield rig


async def counted(rig: Rig, *names: str) -> list[GameServer]:
    """Begin with servers of which it is known that only the panel counts their players."""
    servers = [rig.add(name) for name in names]
    for server in servers:
        server.counted = PlayerCount(2, 20, ["Ann", "Bob"])
    await rig.begin()
    await know(rig)
    return servers


async def know(rig: Rig) -> None:
    """Let it be known of all servers that only the panel counts their players, and begin again."""
    known = {
        target.key: PlayerQuery(
            GameProtocol.PANEL, target.server.allocations[0].port, fingerprint(target.server)
        )
        for target in rig.directory.cached("main")
    }
    await rig.store.write(lambda conn: player_queries.put(conn, known))
    await rig.restart()


async def protocol(rig: Rig, server: GameServer) -> GameProtocol:
    async with rig.store.read() as conn:
        return (await player_queries.of(conn, "main"))[server.uuid].protocol


@pytest.mark.parametrize(
    ("limit", "servers", "every_s", "has_names"),
    [
        (256, 1, 120, True),
        (256, 51, 120, True),
        (256, 52, 120, False),
        (256, 102, 120, False),
        (256, 128, 150, False),
        (256, 512, 600, False),
        (720, 140, 120, True),
        (None, 48, 120, True),
        (10, 20, 600, False),
    ],
)
def test_all_counts_together_take_a_fifth_of_the_limit(
    limit: int | None, servers: int, every_s: float, has_names: bool
) -> None:
    pace = CounterPace(lambda: BudgetView(limit, None, None))
    for number in range(servers):
        pace.add(f"{number}")
    assert (round(pace.every_s), pace.has_room_for_names) == (every_s, has_names)
    calls = servers * (2 if has_names else 1) * 60 / pace.every_s
    assert calls <= 0.2 * (limit or 240) + 0.01


async def test_the_panel_is_asked_every_other_minute_with_names(pelican: Rig) -> None:
    servers = await counted(pelican, "Lobby", "Arena", "Event")
    await pelican.pass_time(2 * MINUTE_S)
    before = pelican.count_requests("/query")
    await pelican.pass_time(4 * MINUTE_S)
    assert pelican.count_requests("/query") - before == 2 * 2 * len(servers)
    for server in servers:
        now = pelican.players.latest(ServerKey("main", server.uuid))
        assert now is not None
        assert (now.online, [player.name for player in now.count.players or ()]) == (2, ["Ann", "Bob"])


async def test_a_panel_that_fails_is_replaced_by_the_game_itself_at_once(pelican: Rig) -> None:
    async with AsyncExitStack() as sockets:
        (server,) = await counted(pelican, "Lobby")
        game = BedrockGame(server)
        await sockets.enter_async_context(game.socket)
        game.online = 7
        pelican.sandbox.world.settings.player_counter = False
        await move(pelican, server, game)
        await pelican.pass_time(2 * MINUTE_S)
        now = pelican.players.latest(game.key)
        assert now is not None
        assert now.online == 7
        assert await protocol(pelican, server) is GameProtocol.BEDROCK


@pytest.mark.sweep
async def test_a_game_that_can_be_reached_by_now_is_asked_directly_within_the_hour(pelican: Rig) -> None:
    async with AsyncExitStack() as sockets:
        (server,) = await counted(pelican, "Lobby")
        game = BedrockGame(server)
        await sockets.enter_async_context(game.socket)
        await move(pelican, server, game)
        await pelican.pass_time(30 * MINUTE_S)
        assert await protocol(pelican, server) is GameProtocol.PANEL
        await pelican.pass_time(35 * MINUTE_S)
        assert await protocol(pelican, server) is GameProtocol.BEDROCK


async def move(rig: Rig, server: GameServer, game: BedrockGame) -> None:
    """Let the game listen at its server's address, as it is known from before."""
    server.allocations[0].port = game.port
    await rig.restart()
    await know(rig)
