"""/server command: one line in, what follows out."""

from bot.sandbox import Fault
from bot.sandbox.games import Game
from tests.cogs.look import text
from tests.world import World, shown


async def say(world: World, line: str, server: str = "Survival") -> str:
    asked = await world.admin.slash(world.channel, "server command", text=line, server=server)
    await world.until(lambda: bool(text(shown(asked))))
    return text(shown(asked))


async def test_the_lines_that_follow_are_shown_only_to_who_asked(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server command", text="list", server="Survival")
    await world.until(lambda: "Unknown command: list" in text(shown(asked)))

    assert shown(asked).ephemeral
    assert "`> list`" in text(shown(asked))


async def test_a_line_break_would_be_a_second_command_and_is_refused(world: World) -> None:
    told = await say(world, "say hi\nstop")

    assert "one line" in told
    assert "Nothing was sent." in told
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/command")]


async def test_an_offline_server_cannot_listen(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)

    assert "offline" in await say(world, "list", "Lobby")


async def test_when_the_console_cannot_be_read_that_is_said(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/websocket")

    assert "could not be read" in await say(world, "list")


async def test_what_the_console_says_cannot_break_out_of_its_block(world: World) -> None:
    class Hostile(Game):
        def reply(self, command: str) -> tuple[str, ...]:
            return ("``` @everyone <@1> \x1b[31mred\x1b[0m", "# heading\u202e")

    world.sandbox.world.add_server(name="Evil", owner="owner", state="running", game=Hostile())
    await world.advance(10)

    told = await say(world, "x", "Evil")
    assert told.count("```") == 2
    assert "\x1b" not in told
    assert "\u202e" not in told
