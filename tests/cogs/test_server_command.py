"""/server command: one line in, what follows out."""

import asyncio

import pytest
from typing_extensions import override

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.console import put
from sandbox.games import Game
from sandbox.node import frames
from tests.support.backups import acts
from tests.support.messages import text
from tests.support.world import World, shown

_TURNS = 5
"""Of the event loop between two lines: more often than anybody waits for silence."""


async def say(world: World, line: str, server: str = "Survival") -> str:
    asked = await world.admin.slash(world.channel, "server command", text=line, server=server)
    await world.until(lambda: "Sending `>" not in text(shown(asked)))
    return text(shown(asked))


async def test_the_lines_that_follow_are_shown_only_to_who_asked(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server command", text="list", server="Survival")
    await world.until(lambda: "Unknown command: list" in text(shown(asked)))

    assert shown(asked).ephemeral
    assert "`> list`" in text(shown(asked))


async def test_a_line_break_would_be_a_second_command_and_is_refused(world: World) -> None:
    response = await say(world, "say hi\nstop")

    assert "one line" in response
    assert "Nothing was sent." in response
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/command")]


async def test_an_offline_server_cannot_listen(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)

    assert "offline" in await say(world, "list", "Lobby")


async def test_when_the_console_cannot_be_read_that_is_said(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/websocket")

    response = await say(world, "list")
    assert "couldn't be read" in response
    assert "The panel had an internal error" in response


async def test_permissions_that_the_panel_stored_twice_are_named_with_what_to_do(world: World) -> None:
    shared = world.sandbox.world.add_server(name="Shared", owner="admin", state="running")
    held = ["control.console", "control.console", "websocket.connect"]
    world.sandbox.world.add_subuser(shared, "owner", held)
    await world.advance(10)
    response = await say(world, "list", "Shared")
    assert "are stored twice in the panel" in response
    assert "Remove the account under the server's Users" in response


async def test_what_the_console_says_cannot_break_out_of_its_block(world: World) -> None:
    class Hostile(Game):
        @override
        def reply(self, command: str) -> tuple[str, ...]:
            return ("``` @everyone <@1> \x1b[31mred\x1b[0m", "# heading\u202e")

    world.sandbox.world.add_server(name="Evil", owner="owner", state="running", game=Hostile())
    await world.advance(10)

    response = await say(world, "x", "Evil")
    assert response.count("```") == 2
    assert "\x1b" not in response
    assert "\u202e" not in response


@pytest.mark.parametrize(
    ("page", "reason"), [(None, "node can't be reached"), (502, "(HTTP 502)"), (504, "(HTTP 504)")]
)
async def test_a_line_for_a_node_that_is_down_says_why_it_may_not_have_arrived(
    world: World, page: int | None, reason: str
) -> None:
    world.sandbox.node_down()
    if page is not None:
        world.sandbox.faults.add(Fault.status(page, html=True), path="*/command")
    asked = await world.admin.slash(world.channel, "server command", text="list", server="Survival")
    await world.until(lambda: reason in text(shown(asked)), within_s=3)
    assert "`> list` may or may not have arrived" in text(shown(asked))
    assert await acts(world, "server.command") == [Outcome.UNKNOWN]


async def test_a_line_is_seen_to_be_on_its_way_while_node_and_panel_take_their_time(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server command", text="list", server="Survival")
    assert "Sending `> list`" in text(shown(asked))
    await world.until(lambda: "Unknown command: list" in text(shown(asked)))


async def test_a_console_that_never_rests_does_not_keep_a_line_from_being_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "FLOOD_LINES", 10**9)

    async def chatter() -> None:
        while not [entry for entry in world.sandbox.requests if entry.path.endswith("/command")]:
            put(world.sandbox.world, world.survival, "tick")
            for _ in range(_TURNS):
                await asyncio.sleep(0)

    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        group.create_task(chatter())
        response = await say(world, "list")
    assert "Unknown command: list" in response


async def test_a_line_of_any_length_is_there_whole(world: World) -> None:
    players = f"There are 2,000 players online: {', '.join(f'player{number}' for number in range(2_000))}"

    class Crowded(Game):
        @override
        def reply(self, command: str) -> tuple[str, ...]:
            return (players,)

    world.sandbox.world.add_server(name="Crowded", owner="owner", state="running", game=Crowded())
    await world.advance(10)
    asked = await world.admin.slash(world.channel, "server command", text="list", server="Crowded")
    await world.until(lambda: "Sending" not in text(shown(asked)))

    (file,) = shown(asked).attachments
    assert players in (await file.read()).decode()
