"""/players and /server query: who is on, who was, and how a game is asked."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from simcord import InteractionResult, MemberActor
from typing_extensions import override

from bot.client import QuetzalBot
from bot.domain.audit import Outcome
from bot.domain.levels import Level
from bot.domain.players import Player, named_player
from bot.domain.usage_history import Band, Point
from bot.ui.players.presence import keep_presence
from sandbox.games import Game
from sandbox.model import GameServer
from tests.support.backups import acts
from tests.support.games import BedrockGame, answer
from tests.support.grants import grant
from tests.support.messages import button_beside, buttons, pictures, rows, text
from tests.support.metrics_history import key_of, point, remember
from tests.support.world import GUILD_ID, World, new_world, shown

HOSTILE = "**@everyone** [x](https://evil.example)"


def plain(result: InteractionResult) -> str:
    """Return what is read on it, without what keeps a version from looking like a list."""
    return text(shown(result)).replace("\u200b", "")


async def listed(world: World, **options: object) -> str:
    return plain(await world.admin.slash(world.channel, "players list", **options))


def on(count: int, *, seconds: int | None = 60) -> tuple[Player, ...]:
    return tuple(
        Player(f"Player{number}", None if seconds is None else seconds * (count - number))
        for number in range(count)
    )


def lobby(world: World, name: str = "Lobby") -> GameServer:
    return world.sandbox.world.add_server(name, state="running")


async def test_who_is_on_and_for_how_long(world: World) -> None:
    answer(world, 3, players=(Player("Nora", 179), Player("Alex", 7_500), Player("Tim")))
    assert (await listed(world, server="Survival")).split("\n") == [
        "",
        "## 👥 Survival",
        "**3 of 40 players**",
        "Alex · 2 h 5 min",
        "Nora · 2 min",
        "Tim",
        f"-# 1.21.4 · Answered <t:{int(world.services.clock.now().timestamp())}:R>",
    ]


async def test_more_than_ten_are_shown_when_asked_for(world: World) -> None:
    answer(world, 15, players=on(12))
    first = await world.admin.slash(world.channel, "players list", server="Survival")
    assert "-# …and 5 more" in text(shown(first))
    assert "Player11" not in text(shown(first))
    every = text(shown(await world.admin.click(shown(first), label="Everybody")))
    assert "Player11 · 1 min" in every
    assert "-# …and 3 more, whom the game doesn't name" in every


async def test_names_can_be_left_out(world: World) -> None:
    answer(world, 12, players=on(12))
    result = await world.admin.slash(world.channel, "players list", server="Survival", hide_names=True)
    assert "12 of 40 players" in text(shown(result))
    assert "Player" not in text(shown(result)).replace("players", "")
    assert "Everybody" not in buttons(shown(result))
    overview = await listed(world, hide_names=True)
    assert "Player1" not in overview


async def test_names_of_players_are_shown_as_they_are_and_mention_nobody(world: World) -> None:
    answer(world, 1, players=(named_player(HOSTILE),))
    for options in ({"server": "Survival"}, {}):
        said = text(shown(await world.admin.slash(world.channel, "players list", **options)))
        assert "@everyone" not in said
        assert "](http" not in said
        assert "https://" not in said


async def test_all_servers_the_fullest_first(world: World) -> None:
    quiet, full = lobby(world, "Quiet"), lobby(world, "Full")
    await world.advance(60)  # the list of servers is read again
    answer(world, 3, players=on(3))
    answer(world, 0, server=quiet)
    answer(world, 20, None, server=full)
    result = await world.admin.slash(world.channel, "players list")
    said = text(shown(result))
    assert "**23 players on 2 servers**" in said
    assert rows(shown(result)) == ["🟢 **Full**", "🟢 **Survival**", "⚫ **Quiet**"]
    assert "-# 👥 20" in said
    assert "-# 👥 3/40 · Player0, Player1 +1" in said
    opened = await world.admin.click(shown(result), custom_id=button_beside(shown(result), "Survival"))
    assert "## 👥 Survival" in text(shown(opened))
    assert "◀ Players" in buttons(shown(opened))


async def test_players_whom_the_game_does_not_name_are_counted_in_the_row(world: World) -> None:
    answer(world, 12, players=on(5))
    assert "-# 👥 12/40 · Player0, Player1 +10" in await listed(world)


async def test_an_empty_server_says_so(world: World) -> None:
    answer(world, 0)
    assert "**Nobody is on**" in await listed(world)
    assert "**0 of 40 players**" in await listed(world, server="Survival")


async def test_without_an_answer_it_says_what_is_known_and_what_to_do(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        await world.advance(30)
        said = await listed(world, server="Survival")
        assert "**Players unknown**" in said
        assert "`/server query`" in said
        assert "⚪ **Survival**\n-# players unknown" in await listed(world)
        await world.sandbox.advance(0)
        world.survival.power.state = "offline"
        await world.advance(90)
        assert "**Offline**\nNobody can be on." in await listed(world, server="Survival")
        assert "No server is running." in await listed(world)


async def test_a_game_that_hangs_is_said_to_hang(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        game = BedrockGame(world.survival)
        async with game.socket:
            world.survival.allocations[0].port = game.port
            await world.until(lambda: world.services.players.latest(game.key) is not None)
            game.is_hung = True
            await world.until(lambda: world.services.players.answers.of(game.key).silent_since is not None)
            assert "**The game stopped answering <t:" in await listed(world, server="Survival")
            overview = await listed(world)
            assert "🟠 1 game not answering" in overview
            assert "🟠 **Survival**\n-# stopped answering <t:" in overview


async def played(world: World, players: Band | None = None) -> None:
    """Have a month in which the evenings (18:00 to 21:00 UTC) were busy."""

    def step(_: float, at: int, observations: int) -> Point:
        evening = 18 <= at // 3600 % 24 < 21
        band = Band(10, 12, 14) if evening else Band(0, 2, 3)
        made = point(at, observations)
        return replace(made, players=band, player_limit=20)

    await remember(world, ago=timedelta(days=8), step=step)


async def test_history_says_peak_mean_and_busiest_hours(world: World) -> None:
    await played(world)
    result = await world.admin.slash(world.channel, "players history", server="Survival")
    said = text(shown(result))
    assert "## 👥 Survival, the last 7 days" in said
    assert "**Peak 14 of 20 players** · <t:" in said
    assert "3.2 players on average" in said
    busiest = world.services.clock.now().replace(hour=18, minute=0, second=0, microsecond=0)
    if busiest > world.services.clock.now():
        busiest -= timedelta(days=1)
    first, last = (int((busiest + timedelta(hours=hours)).timestamp()) for hours in (0, 3))
    assert f"Busiest from <t:{first}:t> to <t:{last}:t>, 12 on average" in said
    (drawn,) = pictures(shown(result))
    assert drawn["description"].startswith("Chart of players in the last 7 days, until ")
    again = await world.admin.click(shown(result), label="24h")
    assert "the last 24 hours" in text(shown(again))


async def test_a_short_history_names_no_busiest_hours(world: World) -> None:
    await played(world)
    result = await world.admin.slash(world.channel, "players history", server="Survival", period="6h")
    assert "Busiest" not in text(shown(result))


async def test_history_without_an_answer_says_so(world: World) -> None:
    await remember(world)
    result = await world.admin.slash(world.channel, "players history", server="Survival")
    assert "**No players counted**" in text(shown(result))


async def test_the_players_lie_below_the_load_and_have_a_button(world: World) -> None:
    await played(world)
    result = await world.admin.slash(world.channel, "server performance", server="Survival")
    said = text(shown(result))
    assert "**Players** mean 3.2, peak 14 of 20" in said
    players = await world.admin.click(shown(result), label="Players")
    assert "Mean 3.2, peak 14 of 20" in text(shown(players))


async def test_without_players_performance_does_not_speak_of_them(world: World) -> None:
    await remember(world)
    result = await world.admin.slash(world.channel, "server performance", server="Survival")
    assert "Players" not in text(shown(result))
    assert "Players" not in buttons(shown(result))


async def query(world: World, **options: object) -> str:
    result = await world.admin.slash(world.channel, "server query", server="Survival", **options)
    return plain(result)


@pytest.mark.shows("Cave World", "Bedrock level")
async def test_a_query_is_chosen_asked_at_once_and_kept(world: World) -> None:
    game = BedrockGame(world.survival)
    async with game.socket:
        world.survival.allocations[0].port = game.port
        await world.advance(60)
        assert "**Not found yet**" in await query(world)
        said = await query(world, protocol="bedrock")
        assert f"**`bedrock` on port {game.port}**" in said
        assert f"Chosen by <@{world.admin.id}>" in said
        assert "👥 3 of 20 players" in said
        assert "-# Cave World · 1.21.20 · Bedrock level" in said
        assert await acts(world, "server.query") == [Outcome.DONE]
        said = await query(world, protocol="auto")
        assert f"**`bedrock` on port {game.port}**" in said
        assert "Found by Quetzal" in said


async def test_a_choice_that_gets_no_answer_is_kept_and_said_to_be_silent(world: World) -> None:
    said = await query(world, protocol="bedrock")
    assert "**`bedrock` on port 25565**" in said
    assert "👥" not in said
    assert "**`bedrock` on port 25565**" in await query(world)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"protocol": "gopher"}, "That isn't a protocol Quetzal knows."),
        ({"port": 25565}, "A port needs a protocol, too."),
        ({"protocol": "bedrock", "port": 22}, "Choose one of its allocations: 25565."),
    ],
)
async def test_what_cannot_be_asked_is_refused(world: World, options: dict[str, object], words: str) -> None:
    assert words in await query(world, **options)
    assert await acts(world, "server.query") == []


async def test_an_operator_cannot_choose(world: World) -> None:
    answered = await world.operator.slash(world.channel, "server query", server="Survival", protocol="auto")
    assert "manager" in text(shown(answered))


async def test_the_bots_status_says_how_many_are_on(world: World) -> None:
    quiet = lobby(world, "Quiet")
    await world.advance(60)
    bot = world.bot
    assert isinstance(bot, QuetzalBot)
    world.services.supervisor.start("presence", lambda pulse: keep_presence(bot, pulse))
    await world.advance(1)
    guild = bot.get_guild(GUILD_ID)
    assert guild is not None
    assert str(guild.me.activity) == "Nobody is playing"
    answer(world, 3)
    answer(world, 0, server=quiet)
    await world.advance(61)
    assert str(guild.me.activity) == "3 players on 1 server"


async def test_the_list_has_players_in_its_head_and_its_rows(world: World) -> None:
    answer(world, 31, 100)
    said = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "**1 online** · 31 players" in said
    assert "🟢 **Survival**\n-# 👥 31/100 · CPU" in said


class Listing(Game):
    """A game whose console says who is on."""

    @override
    def reply(self, command: str) -> Iterable[str]:
        said = "There are 2 of a max of 20 players online: Alex, Nora" if command == "list" else "?"
        return (f"[12:00:00 INFO]: {said}",)


@asynccontextmanager
async def unasked(tmp_path: Path) -> AsyncIterator[World]:
    """Open a world whose running server answers no query."""
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        await world.advance(30)
        await world.games_answer()
        yield world


async def console_said(world: World, person: MemberActor, result: InteractionResult) -> str:
    pressed = await person.click(shown(result), label="Ask the console")
    await world.until(lambda: "Asking the console" not in plain(pressed))
    return plain(pressed)


async def test_where_no_query_is_answered_the_console_can_be_asked(tmp_path: Path) -> None:
    async with unasked(tmp_path) as world:
        world.survival.game = Listing()
        result = await world.operator.slash(world.channel, "players list", server="Survival")
        said = await console_said(world, world.operator, result)
        assert "**2 of 20 players**\nAlex\nNora" in said
        assert await acts(world, "server.command") == [Outcome.DONE]
        assert world.services.players.latest(key_of(world.survival)) is None


async def test_a_console_that_does_not_say_is_no_answer(tmp_path: Path) -> None:
    async with unasked(tmp_path) as world:
        result = await world.admin.slash(world.channel, "players list", server="Survival")
        said = await console_said(world, world.admin, result)
        assert "The console didn't say who is on" in said


async def test_the_console_is_offered_only_where_it_helps_and_to_operators(tmp_path: Path) -> None:
    async with unasked(tmp_path) as world:
        await grant(world, world.stranger.id, Level.VIEWER, world.survival.uuid)
        viewed = await world.stranger.slash(world.channel, "players list", server="Survival")
        assert "Players unknown" in plain(viewed)
        assert "Ask the console" not in buttons(shown(viewed))
        answer(world, 3)
        known = await world.admin.slash(world.channel, "players list", server="Survival")
        assert "Ask the console" not in buttons(shown(known))
