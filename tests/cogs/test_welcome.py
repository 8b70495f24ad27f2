"""Where Quetzal was invited: the welcome with its button, and who sees the commands."""

from pathlib import Path
from typing import Any

import pytest
from simcord import ResponseMessage

from tests.support.alerts import shown_by
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, new_world, shown

ADMINISTRATORS_ONLY = "0"


async def join(world: World, guild_id: int = GUILD_ID) -> None:
    """Send the bot the event of its invitation."""
    guild = world.bot.get_guild(guild_id)
    assert guild is not None
    world.bot.dispatch("guild_join", guild)
    await world.env.settle()


def welcomes(world: World) -> list[ResponseMessage]:
    history = [shown_by(world, world.channel.id, message.id) for message in world.channel.history()]
    return [message for message in history if "Quetzal is here" in text(message)]


async def test_the_welcome_opens_the_set_up_for_an_administrator_alone(world: World) -> None:
    await join(world)
    (message,) = welcomes(world)
    begun = await world.admin.click(message, label="Set up")
    assert "Set up Quetzal" in text(shown(begun))
    assert shown(begun).ephemeral
    refused = await world.operator.click(message, label="Set up")
    assert "You need admin access" in text(shown(refused))
    refused = await world.stranger.click(message, label="Set up")
    assert "You don't have access to Quetzal here." in text(shown(refused))


async def test_the_button_works_after_a_restart_and_starts_bring_no_second_welcome(world: World) -> None:
    await join(world)
    await world.restart()
    (message,) = welcomes(world)
    assert "Set up Quetzal" in text(shown(await world.admin.click(message, label="Set up")))


async def test_a_guild_that_the_settings_do_not_name_gets_no_welcome(tmp_path: Path) -> None:
    async with new_world(tmp_path, {GUILD_ID + 77: "all"}) as world:
        await join(world)
        assert welcomes(world) == []


async def seen_by(world: World) -> set[object]:
    """Read from Discord whom the registered commands ask for which permissions."""
    application = world.bot.application_id or 0
    registered = await world.bot.http.get_guild_commands(application, GUILD_ID)
    assert registered
    return {command["default_member_permissions"] for command in registered}


@pytest.mark.parametrize("restarts", [False, True])
async def test_commands_are_for_administrators_until_somebody_has_access(
    world: World, *, restarts: bool
) -> None:
    """Discord hides the commands from others: documented, not shown by the simulator's channel."""
    assert await seen_by(world) == {None}  # the world's operators have access
    operators = world.guild.roles["Operators"]
    await world.admin.slash(world.channel, "quetzal access revoke", who=operators)
    await world.advance(1)
    if restarts:
        await world.restart()
    assert await seen_by(world) == {ADMINISTRATORS_ONLY}
    given = await world.admin.slash(world.channel, "quetzal access grant", who=world.stranger, level="viewer")
    assert "viewer" in text(shown(given))
    await world.advance(1)
    assert await seen_by(world) == {None}
    assert "server" in text(shown(await world.stranger.slash(world.channel, "server list")))


async def test_access_that_changes_during_a_registration_decides_who_sees_the_commands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    http, clock = world.bot.http, world.services.clock
    register = http.bulk_upsert_guild_commands

    async def register_slowly(*args: Any, **options: Any) -> object:
        await clock.sleep(5)
        return await register(*args, **options)

    monkeypatch.setattr(http, "bulk_upsert_guild_commands", register_slowly)
    operators = world.guild.roles["Operators"]
    await world.admin.slash(world.channel, "quetzal access revoke", who=operators)
    await world.advance(1)
    await world.admin.slash(world.channel, "quetzal access grant", who=operators, level="operator")
    await world.advance(10)
    await world.advance(10)
    assert await seen_by(world) == {None}


async def test_a_second_grant_registers_nothing(world: World) -> None:
    before = _registrations(world)
    await world.admin.slash(world.channel, "quetzal access grant", who=world.stranger, level="viewer")
    await world.advance(1)
    assert _registrations(world) == before


def _registrations(world: World) -> int:
    requests = world.env.backend.http_requests
    return sum(request.method == "PUT" and request.path.endswith("/commands") for request in requests)
