"""From the node's word to the alert channel: a crash is there at once, with how the process ended."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import discord
import pytest

from bot.domain.guild_settings import GuildSettings
from bot.domain.observation import Source
from bot.storage.repositories import guild_settings
from sandbox.power import crash, signal
from tests.support.alerts import PANEL_ID
from tests.support.games import BedrockGame
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, new_world


async def choose_channel(world: World) -> None:
    chosen = GuildSettings(
        GUILD_ID,
        PANEL_ID,
        world.admin.id,
        world.services.clock.now(),
        alert_channel_id=world.channel.id,
    )
    await world.services.store.write(lambda conn: guild_settings.put(conn, chosen))


def observed_live(world: World) -> bool:
    source = world.services.monitors[0].status.source
    return source is not None and source.overview.servers[Source.SOCKET] == 1


async def moments(world: World, met: Callable[[], bool], within_s: float) -> None:
    """Let time pass in small steps, with time for what travels by real connections in each."""
    for _ in range(int(within_s / 0.05)):
        await world.advance(0.05)
        async with asyncio.timeout(60):
            for _ in range(20):
                await asyncio.sleep(0.001)
        if met():
            return
    raise AssertionError(f"not so within {within_s:g} s")


def notifications(world: World) -> list[discord.Message]:
    return [message for message in world.channel.history() if message.embeds]


async def test_crash_is_in_the_channel_within_a_second(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True) as world:
        await choose_channel(world)
        await world.until(lambda: observed_live(world), step_s=0.5)
        world.sandbox.world.publish(
            world.survival, "console output", "java.lang.OutOfMemoryError: Java heap space"
        )
        await world.advance(30)
        crash(world.sandbox.world, world.survival, 1)
        await moments(world, lambda: bool(notifications(world)), within_s=1)
        read = text(notifications(world)[0])
        assert "Survival" in read
        assert "java.lang.OutOfMemoryError: Java heap space" in read
        await world.until(lambda: world.survival.state == "running")
        await world.advance(30)
        assert len(notifications(world)) == 1, "that it came up again is no second alert"


async def test_restart_that_somebody_asked_for_is_no_alert(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True) as world:
        await choose_channel(world)
        await world.until(lambda: observed_live(world), step_s=0.5)
        await world.advance(60)
        panel = world.sandbox.world
        panel.log(world.survival, "server:power.restart", {}, actor=panel.user("owner"))
        signal(panel, world.survival, "restart")
        await world.advance(90)
        assert world.survival.state == "running"
        assert [text(notification) for notification in notifications(world)] == []


async def play(world: World, steps: int) -> None:
    """Let time pass in steps of ten seconds, each long enough for games to be asked."""
    for _ in range(steps):
        await world.advance(10)
        await world.games_answer()


@pytest.mark.sweep
async def test_a_game_that_freezes_is_in_the_channel_and_a_restart_ends_it(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        await choose_channel(world)
        game = BedrockGame(world.survival)
        async with game.socket:
            world.survival.allocations[0].port = game.port
            await world.until(lambda: world.services.players.latest(game.key) is not None)
            game.is_hung = True
            await world.until(lambda: bool(notifications(world)), within_s=400, step_s=10)
            (alert,) = notifications(world)
            read = text(alert)
            assert "🟠 Survival hasn't answered players for " in read
            assert "it may have frozen. Its last answer came <t:" in read
            assert ", with 3 players on." in read
            assert "Restart" in buttons(alert)
            game.is_hung = False
            await world.until(
                lambda: "✅ Survival no longer hangs" in text(notifications(world)[0]),
                within_s=500,
                step_s=10,
            )


@pytest.mark.sweep
async def test_a_game_that_freezes_on_a_stopping_server_is_no_alert(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        await choose_channel(world)
        game = BedrockGame(world.survival)
        async with game.socket:
            world.survival.allocations[0].port = game.port
            await world.until(lambda: world.services.players.latest(game.key) is not None)
            game.is_hung = True
            panel = world.sandbox.world
            panel.log(world.survival, "server:power.stop", {}, actor=panel.user("owner"))
            signal(panel, world.survival, "stop")
            await world.advance(300)
            assert notifications(world) == []


@pytest.mark.sweep
async def test_a_game_that_is_unreachable_with_its_node_has_not_frozen(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        await choose_channel(world)
        game = BedrockGame(world.survival)
        async with game.socket:
            world.survival.allocations[0].port = game.port
            await world.until(lambda: world.services.players.latest(game.key) is not None)
            world.sandbox.node_down()
            game.is_hung = True
            await play(world, 40)
            world.sandbox.node_down(down=False)
            await play(world, 9)
            game.is_hung = False
            await play(world, 20)
            assert world.services.players.latest(game.key) is not None
            assert not [said for said in map(text, notifications(world)) if "hasn't answered players" in said]
