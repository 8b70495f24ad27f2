"""Pelican's player counter, asked by the real client on the sandbox."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.player_counter import CountedPlayers
from sandbox import Mode, Sandbox
from sandbox.model import GameServer
from sandbox.resources import PlayerCount


@dataclass
class Pelican:
    """A panel with the plugin, a running server whose game can be queried, and the client of its owner."""

    sandbox: Sandbox
    server: GameServer
    client: PanelClient


@pytest.fixture
async def pelican() -> AsyncIterator[Pelican]:
    async with Sandbox(mode=Mode.PELICAN) as sandbox:
        sandbox.world.settings.player_counter = True
        server = sandbox.world.add_server(name="Survival", state="running")
        server.allocations[0].ip = "198.51.100.7"
        server.counted = PlayerCount(2, 20, ["Ann", "Bob"], "The Hall", "world")
        config = PanelConfig(sandbox.panel_url, SecretStr(sandbox.world.key_of("owner")))
        async with PanelClient(config, sandbox.clock.seconds, sleep=sandbox.advance) as client:
            yield Pelican(sandbox, server, client)


async def test_the_panel_reports_who_is_on(pelican: Pelican) -> None:
    counter, uuid = pelican.client.player_counter, pelican.server.uuid
    assert await counter.query(uuid) == CountedPlayers(
        hostname="The Hall", map="world", current_players=2, max_players=20
    )
    assert await counter.players(uuid) == ["Ann", "Bob"]


async def test_an_empty_server_has_no_list_of_players(pelican: Pelican) -> None:
    pelican.server.counted = PlayerCount(0, 20)
    assert (await pelican.client.player_counter.query(pelican.server.uuid)).current_players == 0
    with pytest.raises(errors.NotQueryable):
        await pelican.client.player_counter.players(pelican.server.uuid)


@pytest.mark.parametrize("reason", ["offline", "no query", "any address"])
async def test_what_cannot_be_queried_is_refused(pelican: Pelican, reason: str) -> None:
    if reason == "offline":
        pelican.server.power.state = "offline"
    elif reason == "no query":
        pelican.server.counted = None
    else:
        pelican.server.allocations[0].ip = "0.0.0.0"  # noqa: S104 - what the plugin refuses
    with pytest.raises(errors.NotQueryable):
        await pelican.client.player_counter.query(pelican.server.uuid)


@pytest.mark.parametrize("mode", Mode)
async def test_a_panel_without_the_plugin_does_not_know_it(mode: Mode) -> None:
    async with Sandbox(mode=mode) as sandbox:
        server = sandbox.world.add_server(name="Survival", state="running")
        config = PanelConfig(sandbox.panel_url, SecretStr(sandbox.world.key_of("owner")))
        async with PanelClient(config, sandbox.clock.seconds, sleep=sandbox.advance) as client:
            with pytest.raises(errors.NotFound):
                await client.player_counter.query(server.uuid)


async def test_the_limit_of_the_plugin_is_not_taken_for_that_of_the_account(pelican: Pelican) -> None:
    for _ in range(2):
        await pelican.client.player_counter.query(pelican.server.uuid)
    with pytest.raises(errors.RateLimited):
        await pelican.client.player_counter.query(pelican.server.uuid)
    assert (await pelican.client.servers.view(pelican.server.uuid)).name == "Survival"
