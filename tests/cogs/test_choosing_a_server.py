"""Which server is meant: typed, chosen from the list, or asked for."""

from pathlib import Path

import pytest

from bot.ui.kit.error_report import RecentErrors
from tests.support.messages import buttons, options, text
from tests.support.world import GUILD_ID, World, new_world, shown

UUID = "1a7ce997-259b-452e-8b4e-cecc464142ca"


async def suggested(world: World, typed: str) -> list[str]:
    choices = await world.admin.autocomplete(world.channel, "server status", "server", typed)
    return [choice["name"] for choice in choices]


async def lobbies(world: World, *names: str) -> None:
    for name in names:
        world.sandbox.world.add_server(name=name, owner="owner", state="offline")
    await world.admin.slash(world.channel, "server list")  # now they are known
    await world.advance(10)
    await world.admin.slash(world.channel, "server list")


async def test_without_a_name_the_only_server_is_meant(world: World) -> None:
    assert "Survival" in text(shown(await world.admin.slash(world.channel, "server status")))


async def test_suggestions_are_ranked_and_say_where_a_server_is(world: World) -> None:
    await lobbies(world, "Skyblock", "Old Survival", "Surf")

    suggestions = await suggested(world, "sur")
    assert [name.split(" · ")[0] for name in suggestions] == ["Surf", "Survival", "Old Survival"]
    assert world.survival.uuid[:8] in suggestions[1]
    assert (await suggested(world, world.survival.uuid[:6]))[0].startswith("Survival")


async def test_a_stranger_is_suggested_nothing(world: World) -> None:
    assert await world.stranger.autocomplete(world.channel, "server status", "server", "") == []


async def test_short_id_and_uuid_are_understood(world: World) -> None:
    await lobbies(world, "Skyblock")
    for typed in (world.survival.uuid, world.survival.uuid[:8], "SURVIVAL"):
        report = await world.admin.slash(world.channel, "server status", server=typed)
        assert "🟢 Survival" in text(shown(report))


async def test_a_panel_with_short_ids_of_its_own_is_asked_by_them_and_by_the_uuid(world: World) -> None:
    world.survival.short_id = "srv_01HZX7"
    await lobbies(world, "Skyblock")

    for typed in ("srv_01HZX7", "SRV_01hzx7", world.survival.uuid, world.survival.uuid[:8]):
        report = await world.admin.slash(world.channel, "server status", server=typed)
        assert "🟢 Survival" in text(shown(report))
    assert (await suggested(world, "srv_01"))[0].startswith("Survival")


async def test_a_default_stays_where_a_panel_changes_its_short_ids(world: World) -> None:
    await lobbies(world, "Skyblock")
    await world.admin.slash(world.channel, "server default", server="Survival")
    world.survival.short_id = "srv_01HZX7"
    await world.advance(61)

    assert "🟢 Survival" in text(shown(await world.admin.slash(world.channel, "server status")))


@pytest.mark.parametrize("scope", ["srv_01hzx7", UUID, UUID[:8]])
@pytest.mark.shows("Mine")
async def test_a_discord_server_sees_a_server_by_either_id(tmp_path: Path, scope: str) -> None:
    async with new_world(tmp_path, {GUILD_ID: frozenset({scope})}) as world:
        mine = world.sandbox.world.add_server(name="Mine", uuid=UUID, state="running")
        mine.short_id = "srv_01HZX7"
        await world.advance(61)

        listed = text(shown(await world.admin.slash(world.channel, "server list")))

    assert "Mine" in listed
    assert "Survival" not in listed


async def test_an_ambiguous_name_never_acts_it_asks(world: World) -> None:
    await lobbies(world, "Lobby", "Lobby")
    asked = await world.admin.slash(world.channel, "server power", action="start", server="Lobby")

    assert "matches several servers" in text(shown(asked))
    assert options(shown(asked)) == ["Lobby", "Lobby"]
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/power")]

    await world.admin.select(shown(asked), ["1"])
    await world.until(lambda: "is running" in text(shown(asked)))


async def test_a_choice_that_is_not_made_expires(world: World) -> None:
    await lobbies(world, "Lobby")
    asked = await world.admin.slash(world.channel, "server status")
    assert options(shown(asked)) == ["Lobby", "Survival"]

    await world.advance(61)
    assert "has expired" in text(shown(asked))
    assert options(shown(asked)) == []
    assert buttons(shown(asked)) == ["Open status: Lobby", "Open status: Survival"]
    assert asked.followups == []
    assert list(world.bot.shared(RecentErrors)) == []
    await world.admin.click(shown(asked), label="Open status: Survival")
    assert "🟢 Survival" in text(shown(asked))


async def test_a_name_that_only_resembles_one_is_asked_about(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server power", action="kill", server="Survivel")

    assert "There is no server called “Survivel”. Did you mean this one?" in text(shown(asked))
    assert options(shown(asked)) == ["Survival"]


async def test_an_unknown_name_says_what_to_do(world: World) -> None:
    response = text(shown(await world.admin.slash(world.channel, "server status", server="zzz")))

    assert "no server called “zzz”" in response
    assert "/server list" in response


async def test_a_server_made_a_moment_ago_is_found(world: World) -> None:
    await world.advance(10)
    world.sandbox.world.add_server(name="Brandnew", owner="owner", state="offline")

    assert "Brandnew" in text(
        shown(await world.admin.slash(world.channel, "server status", server="Brandnew"))
    )


async def test_a_hostile_name_stays_a_name(world: World) -> None:
    name = "**x** @everyone <@1> `y` ```\n# [z](http://e.vil)"
    await lobbies(world, name)

    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "@everyone" not in listed
    assert r"\<@1\>" in listed
    assert "http://" not in listed
    assert (await suggested(world, "**x"))[0].startswith("**x** @everyone <@1> `y` ``` # [z](http://e.vil)")
    report = shown(await world.admin.slash(world.channel, "server status", server=name))
    assert buttons(report)[:2] == ["Start", "Back up"]


async def test_many_servers_of_one_name_ask_with_the_first_twenty_five(world: World) -> None:
    await lobbies(world, *["Lobby"] * 30)
    asked = await world.admin.slash(world.channel, "server status", server="lobby")

    assert len(options(shown(asked))) == 25
    assert "the first 25 of 30 servers" in text(shown(asked))
