"""/server default: typed, the channel's, mine, the Discord server's, the only one, else a question."""

import discord
import pytest
from simcord import ChannelHandle, MemberActor

from tests.support.bot_view import bot_channel
from tests.support.messages import buttons, options, text, titles
from tests.support.world import World, shown


@pytest.fixture(autouse=True)
async def servers(world: World) -> None:
    for name in ("Lobby", "Creative", "Skyblock"):
        world.sandbox.world.add_server(name=name, owner="owner", state="offline")
    await world.advance(60)


async def choose(world: World, who: MemberActor, server: str, scope: str = "me") -> str:
    return text(shown(await who.slash(world.channel, "server default", server=server, scope=scope)))


async def meant(world: World, who: MemberActor, **given: str) -> str:
    seen = shown(await who.slash(world.channel, "server status", **given))
    return titles(seen)[0].split(" ", 1)[-1]


async def test_the_nearest_default_counts_and_what_is_typed_goes_before_all(world: World) -> None:
    assert await meant(world, world.operator) == "server?"  # it asks
    assert "for this Discord server" in await choose(world, world.admin, "Skyblock", "this Discord server")
    assert await meant(world, world.operator) == "Skyblock"
    assert "for you" in await choose(world, world.operator, "Creative")
    assert await meant(world, world.operator) == "Creative"
    assert await meant(world, world.admin) == "Skyblock"
    assert "in this channel" in await choose(world, world.admin, "Lobby", "this channel")
    assert await meant(world, world.operator) == "Lobby"
    assert await meant(world, world.operator, server="Survival") == "Survival"


async def test_others_than_admins_choose_for_themselves_only(world: World) -> None:
    for scope in ("this channel", "this Discord server"):
        assert "You need admin access" in await choose(world, world.operator, "Lobby", scope)
    assert await meant(world, world.operator) == "server?"


async def test_a_default_that_the_person_may_not_see_does_not_count_and_is_not_named(world: World) -> None:
    await world.admin.slash(
        world.channel, "quetzal access grant", who=world.stranger, level="viewer", server="Lobby"
    )
    await choose(world, world.admin, "Survival", "this channel")
    assert await meant(world, world.stranger) == "Lobby"  # the only one they may see
    response = text(shown(await world.stranger.slash(world.channel, "server default")))
    assert "Survival" not in response


async def test_a_default_whose_server_is_gone_is_passed_over(world: World) -> None:
    await choose(world, world.operator, "Creative")
    await choose(world, world.admin, "Lobby", "this Discord server")
    gone = next(server for server in world.sandbox.world.servers.values() if server.name == "Creative")
    del world.sandbox.world.servers[gone.uuid]
    await world.advance(60)
    assert await meant(world, world.operator) == "Lobby"


async def test_what_was_chosen_is_shown_and_cleared_by_who_may(world: World) -> None:
    await choose(world, world.admin, "Lobby", "this channel")
    await choose(world, world.operator, "Creative")
    mine = await world.operator.slash(world.channel, "server default")
    assert "In this channel: **Lobby**" in text(shown(mine))
    assert "For you: **Creative**" in text(shown(mine))
    assert "Used here: **Lobby**" in text(shown(mine))
    assert buttons(shown(mine)) == ["Clear mine"]
    await world.operator.click(shown(mine), label="Clear mine")
    assert "Creative" not in text(shown(mine))

    theirs = await world.admin.slash(world.channel, "server default")
    await world.admin.click(shown(theirs), label="Clear this channel's")
    assert "No default server" in text(shown(theirs))


async def test_a_threads_default_is_its_channels(world: World) -> None:
    await choose(world, world.admin, "Lobby", "this channel")
    thread = await start_thread(world)
    seen = shown(await world.operator.slash(thread, "server status"))
    assert "Lobby" in titles(seen)[0]


async def start_thread(world: World) -> ChannelHandle:
    channel = bot_channel(world)
    made = await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    return next(thread for thread in world.channel.threads if thread.id == made.id)


async def test_paths_are_suggested_from_the_default_server(world: World) -> None:
    world.survival.disk.write("/server.properties", b"motd=Hello\n")
    await choose(world, world.operator, "Survival")
    offered = await world.operator.autocomplete(world.channel, "files read", "path", "ser")
    assert [choice["value"] for choice in offered] == ["/server.properties"]


async def test_where_nothing_is_chosen_and_several_could_be_meant_it_asks(world: World) -> None:
    asked = shown(await world.operator.slash(world.channel, "server status"))
    assert options(asked) == ["Creative", "Lobby", "Skyblock", "Survival"]


async def test_ones_own_default_is_chosen_by_a_menu(world: World) -> None:
    page = await world.admin.slash(world.channel, "server default")
    (chosen, *_) = options(shown(page))
    await world.admin.select(shown(page), ["0"])
    assert f"Used here: **{chosen}**" in text(shown(page))
    assert "Clear mine" in buttons(shown(page))
