"""The world of the cog tests keeps its promises."""

import asyncio
from typing import Any

import discord
import pytest

from bot.ui.kit.authorize import AnyCommand
from tests.support.messages import text
from tests.support.world import World, shown


async def test_time_stands_still_until_it_is_moved(world: World) -> None:
    before = world.env.now()
    await world.admin.slash(world.channel, "server list")
    assert world.env.now() == before == discord.utils.utcnow()

    await world.advance(90)

    assert (world.env.now() - before).total_seconds() == pytest.approx(90)
    assert (world.sandbox.clock.now() - before).total_seconds() == pytest.approx(90)
    assert discord.utils.utcnow() == world.env.now()


async def test_who_sleeps_beside_the_bot_wakes_in_order_and_at_the_right_time(world: World) -> None:
    clock = world.services.clock
    start, woken = clock.monotonic(), []

    async def sleeper(seconds: float) -> None:
        for _ in range(2):
            await clock.sleep(seconds)
            woken.append((seconds, round(clock.monotonic() - start)))

    sleepers = [asyncio.create_task(sleeper(seconds), name=f"sleep {seconds}") for seconds in (20.0, 15.0)]
    await asyncio.sleep(0)
    await world.advance(60)

    assert woken == [(15.0, 15), (20.0, 20), (15.0, 30), (20.0, 40)]
    await asyncio.gather(*sleepers)


async def test_hours_leave_nothing_on_a_task_that_goes_on(world: World) -> None:
    clock = world.services.clock

    async def sleeper() -> None:
        while True:
            await clock.sleep(1.0)
            await asyncio.sleep(0.001)  # until then the world has to wait for it

    task = asyncio.create_task(sleeper(), name="sleeper")
    await asyncio.sleep(0)
    await world.advance(30)

    callbacks: Any = task  # nothing public gives them
    assert callbacks._callbacks is None
    task.cancel()


async def test_a_button_outlives_its_time_only_until_time_passes(world: World) -> None:
    asked = shown(await world.admin.slash(world.channel, "server power", action="restart", server="Survival"))
    assert asked.components

    await world.advance(61)

    again = shown(await world.admin.slash(world.channel, "server status", server="Survival"))
    assert "Running" in text(again)
    assert world.survival.power.state == "running"


async def test_until_says_what_happened_when_it_does_not_come_true(world: World) -> None:
    await world.admin.slash(world.channel, "server list")

    with pytest.raises(AssertionError, match="INTERACTION_CREATE"):
        await world.until(lambda: False, within_s=2)


async def test_after_a_restart_the_new_bot_answers(world: World) -> None:
    old = world.bot
    await world.restart()

    assert old.is_closed()
    assert "Survival" in text(shown(await world.admin.slash(world.channel, "server list")))


async def test_an_unexpected_exception_is_kept_for_the_test(world: World) -> None:
    async def broken(_: discord.Interaction) -> None:
        raise RuntimeError("broken on purpose")

    guild = discord.Object(world.guild.id)
    command: AnyCommand = discord.app_commands.Command(name="broken", description="Breaks", callback=broken)
    world.bot.tree.add_command(command, guild=guild)
    await world.bot.tree.sync(guild=guild)

    await world.admin.slash(world.channel, "broken")

    (error,) = world.errors()
    assert "broken on purpose" in str(error)
    assert not world.errors()
