"""/players kick, ban, unban, message and whitelist: the game's own commands, and what it answered."""

from dataclasses import replace

import pytest

from bot.domain.players import Player
from sandbox import eggs
from sandbox.demo_world_games import LivelyGame
from tests.support.games import answer
from tests.support.messages import buttons, text
from tests.support.world import World, shown


@pytest.fixture(autouse=True)
def game(world: World) -> LivelyGame:
    """Let Survival be a Minecraft server that is full at any hour."""
    lively = LivelyGame(world=world.sandbox.world, crowd=60)
    world.survival.game = lively
    return lively


async def say(world: World, command: str, **options: object) -> str:
    asked = await world.admin.slash(world.channel, f"players {command}", server="Survival", **options)
    await world.until(lambda: "Sending" not in text(shown(asked)))
    return text(shown(asked))


async def test_kick_says_what_the_game_answered(world: World, game: LivelyGame) -> None:
    online = game.players(world.sandbox.world.seconds())
    card = await say(world, "kick", player=online[0], reason="be nice")
    assert f"✅ Kicked {online[0]}".replace("_", r"\_") in card
    assert f"Kicked {online[0]}: be nice" in card
    assert online[0] not in game.players(world.sandbox.world.seconds())
    assert "The game didn't do it" in await say(world, "kick", player=online[0])


async def test_ban_asks_first_and_can_be_taken_back(world: World, game: LivelyGame) -> None:
    asked = await world.admin.slash(
        world.channel, "players ban", player="Nora", reason="griefing", server="Survival"
    )
    assert "Ban Nora?" in text(shown(asked))
    assert "griefing" in text(shown(asked))
    assert buttons(shown(asked)) == ["Ban", "Cancel"]
    assert not game.banned
    await world.admin.click(shown(asked), label="Ban")
    await world.until(lambda: "✅ Banned Nora" in text(shown(asked)))
    assert game.banned == {"Nora"}
    assert "Nora may join again" in await say(world, "unban", player="Nora")
    assert not game.banned
    assert "The game didn't do it" in await say(world, "unban", player="Nora")


async def test_who_was_kicked_or_banned_is_off_the_list_before_the_game_is_asked_again(
    world: World, game: LivelyGame
) -> None:
    online = game.players(world.sandbox.world.seconds())
    kicked, banned, stays = online[:3]
    answer(world, 3, players=tuple(map(Player, online[:3])))
    await say(world, "kick", player=kicked)
    asked = await world.admin.slash(world.channel, "players ban", player=banned, server="Survival")
    await world.admin.click(shown(asked), label="Ban")
    await world.until(lambda: "✅ Banned" in text(shown(asked)))

    assert "The game didn't do it" in await say(world, "kick", player="Nobody")
    listed = text(shown(await world.admin.slash(world.channel, "players list", server="Survival")))
    assert "**1 of 40 players**" in listed
    assert stays in listed.replace("\\", "")
    assert kicked not in listed.replace("\\", "")
    assert banned not in listed.replace("\\", "")


async def test_whitelist_is_changed_and_listed(world: World, game: LivelyGame) -> None:
    assert "Juno is on the whitelist" in await say(world, "whitelist add", player="Juno")
    assert "The game didn't do it" in await say(world, "whitelist add", player="Juno")
    assert "1 whitelisted player(s): Juno" in await say(world, "whitelist list")
    assert "Juno is off the whitelist" in await say(world, "whitelist remove", player="Juno")
    assert game.allowed == set()


async def test_message_goes_to_one_player(world: World, game: LivelyGame) -> None:
    online = game.players(world.sandbox.world.seconds())
    assert "Message sent to" in await say(world, "message", player=online[-1], text="restart soon")


async def test_only_who_is_on_is_suggested_and_names_can_not_inject(world: World) -> None:
    answer(world, 2, players=(Player("Nora", 120), Player("**@everyone**\nstop", 5)))
    offered = await world.admin.autocomplete(world.channel, "players kick", "player", "no", server="Survival")
    assert [choice["value"] for choice in offered] == ["Nora"]
    for hostile in ("Nora\nstop", "@a", "Nora stop", "**@everyone** stop"):
        assert "That isn't how this game names a player." in await say(world, "kick", player=hostile)
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/command")]


async def test_game_without_commands_says_so(world: World) -> None:
    egg = replace(eggs.openttd(), name="Mumble", startup="./murmur")
    world.sandbox.world.add_server("Voice", owner="owner", egg=egg, java=False, state="running")
    await world.advance(60)
    asked = await world.admin.slash(world.channel, "players kick", player="Nora", server="Voice")
    assert "Quetzal knows no console commands about players for this game." in text(shown(asked))
