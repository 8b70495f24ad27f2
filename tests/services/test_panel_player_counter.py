"""Where no game answers Quetzal itself, the panel's own player counter is asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.core.clock import Clock
from bot.domain.player_query import PlayerQuery, PlayersNow
from bot.domain.players import GameProtocol, Player
from bot.panel import PanelClient, PanelConfig
from bot.panel.errors import NotFound
from bot.panel.models import Server
from bot.services.players import GameQueries
from sandbox import Mode, Sandbox
from sandbox.model import GameServer
from sandbox.resources import PlayerCount


@dataclass
class Pelican:
    """A panel whose plugin counts the players of a server that Quetzal itself may not contact."""

    sandbox: Sandbox
    server: GameServer
    client: PanelClient
    queries: GameQueries

    async def viewed(self) -> Server:
        return await self.client.servers.view(self.server.uuid)

    async def ask(self) -> PlayersNow | None:
        asked = PlayerQuery(GameProtocol.PANEL, self.server.allocations[0].port, "")
        return await self.queries.ask(self.client, await self.viewed(), asked)


@pytest.fixture(params=["pacc_", "ptlc_"])
async def pelican(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pelican]:
    """Begin with a panel that has keys of its own, and with one that was migrated with its keys."""
    monkeypatch.setattr(Mode, "key_prefix", request.param)
    async with Sandbox(mode=Mode.PELICAN) as sandbox:
        sandbox.world.settings.player_counter = True
        server = sandbox.world.add_server(name="Survival", state="running")
        server.allocations[0].ip = "198.51.100.7"
        server.counted = PlayerCount(2, 20, ["Ann", "B\u202eob"], "§aThe Hall", "world")
        config = PanelConfig(sandbox.panel_url, SecretStr(sandbox.world.key_of("owner")))
        async with PanelClient(config, sandbox.clock.seconds, sleep=sandbox.advance) as client:
            yield Pelican(sandbox, server, client, GameQueries(Clock()))


async def test_the_panels_counter_is_found_when_no_game_answers(pelican: Pelican) -> None:
    match = await pelican.queries.find(pelican.client, await pelican.viewed())
    assert match is not None
    assert (match.query.protocol, match.query.port) == (
        GameProtocol.PANEL,
        pelican.server.allocations[0].port,
    )
    assert (match.answer.count.online, match.answer.count.name) == (2, "The Hall")
    assert match.answer.count.players == (Player("Ann"), Player("Bob"))


async def test_a_count_of_the_panel_stands_without_names(pelican: Pelican) -> None:
    pelican.server.counted = PlayerCount(2, 0)
    now = await pelican.ask()
    assert now is not None
    assert (now.online, now.count.maximum, now.count.players) == (2, None, None)


async def test_an_offline_server_has_no_count(pelican: Pelican) -> None:
    pelican.server.power.state = "offline"
    assert await pelican.ask() is None


async def test_a_panel_without_the_plugin_finds_nothing(pelican: Pelican) -> None:
    pelican.sandbox.world.settings.player_counter = False
    assert await pelican.queries.find(pelican.client, await pelican.viewed()) is None


async def test_a_plugin_that_was_removed_says_nothing_of_the_game(pelican: Pelican) -> None:
    pelican.sandbox.world.settings.player_counter = False
    with pytest.raises(NotFound):
        await pelican.ask()
