"""/server bulk: many servers at once, previewed, staggered, followed, with one report."""

from typing import Any

import discord
import pytest
from simcord import InteractionResult, ResponseMessage

from bot.domain.audit import Outcome
from bot.domain.levels import Level
from sandbox.games import Game
from sandbox.model import GameServer
from tests.support.alerts import shown_by
from tests.support.backups import acts
from tests.support.grants import grant
from tests.support.jobs_begun import job_messages, restart_begun
from tests.support.messages import buttons, text
from tests.support.panel_requests import count_requests
from tests.support.world import World, shown


async def lobbies(world: World, count: int, state: str = "running", **more: Any) -> list[GameServer]:
    made = [
        world.sandbox.world.add_server(name=f"Lobby {number}", owner="owner", state=state, **more)
        for number in range(count)
    ]
    await world.advance(60)
    return made


async def ask(world: World, action: str, wanted: str = "lobby", **options: Any) -> InteractionResult:
    result = await world.admin.slash(world.channel, "server bulk", action=action, filter=wanted, **options)
    await world.until(lambda: bool(text(shown(result))))
    return result


async def begin(world: World, action: str, button: str, wanted: str = "lobby", **options: Any) -> None:
    asked = await ask(world, action, wanted, **options)
    await world.admin.click(shown(asked), label=button)
    await world.until(lambda: bool(job_messages(world)))


def message(world: World) -> ResponseMessage:
    return shown_by(world, world.channel.id, job_messages(world)[0].id)


async def until_shown(world: World, words: str, within_s: float = 400) -> str:
    def last() -> discord.Message:
        return job_messages(world)[0]

    await world.until(lambda: words in text(last()), within_s=within_s)
    return text(last())


async def test_servers_are_previewed_and_stopped(world: World) -> None:
    servers = await lobbies(world, 5)
    servers[4].power.state = "offline"
    await world.advance(30)
    question = shown(await ask(world, "stop"))
    assert "Stop 4 servers?" in text(question)
    assert "Lobby 0, Lobby 1, Lobby 2, Lobby 3" in text(question)
    assert "Left out: 1 already offline." in text(question)
    assert "At most 3 at once on each node." in text(question)
    assert buttons(question) == ["Stop 4 servers", "Cancel"]

    await world.admin.click(question, label="Stop 4 servers")
    await world.until(lambda: bool(job_messages(world)))
    last = await until_shown(world, "✅ 4 servers stopped")
    assert "4 of 4" not in last
    assert buttons(message(world)) == []
    assert [server.power.state for server in servers] == ["offline"] * 5
    assert world.survival.power.state == "running"
    assert await acts(world, "server.bulk") == [Outcome.DONE]
    assert count_requests(world, "/power") == 4


@pytest.mark.sweep
async def test_never_more_than_three_of_a_node_at_once(world: World) -> None:
    servers = await lobbies(world, 7, game=Game(stop_seconds=20.0))
    asked = await ask(world, "stop")
    await world.admin.click(shown(asked), label="Stop 7 servers")
    most = 0

    def is_done() -> bool:
        nonlocal most
        most = max(most, sum(server.power.state == "stopping" for server in servers))
        return all(server.power.state == "offline" for server in servers)

    await world.until(is_done, within_s=300)
    assert most == 3


async def test_a_restart_brings_each_back_and_failures_come_first(world: World) -> None:
    servers = await lobbies(world, 3)
    servers[1].game = Game(crash_after=2.0)
    await begin(world, "restart", "Restart 3 servers")
    last = await until_shown(world, "1 server of 3 failed")
    assert "2 of 3 restarted" in last
    assert last.index("❌ **Lobby 1**") < last.index("✅ Lobby 0, Lobby 2")
    await world.until(lambda: len(job_messages(world)) == 2)
    assert job_messages(world)[1].content == f"<@{world.admin.id}> 🔴 1 server of 3 failed"


async def test_a_command_is_sent_to_each_once(world: World) -> None:
    await lobbies(world, 2)
    await begin(world, "command", "Send to 2 servers", command="save-all")
    await until_shown(world, "2 servers got the command")
    assert await acts(world, "server.command") == [Outcome.DONE] * 2


async def test_an_abort_stops_what_has_not_begun(world: World) -> None:
    servers = await lobbies(world, 5, game=Game(stop_seconds=30.0))
    await begin(world, "stop", "Stop 5 servers")
    await world.until(lambda: sum(server.power.state == "stopping" for server in servers) == 3)
    answer = shown(await world.admin.click(message(world), label="Abort"))
    assert "Servers already in progress will finish." in text(answer)
    last = await until_shown(world, "Bulk action aborted")
    assert "3 of 5 stopped" in last
    assert "Not begun: Lobby 3, Lobby 4" in last
    assert sum(server.power.state == "running" for server in servers) == 2


async def test_it_goes_on_after_a_restart_of_the_bot(world: World) -> None:
    await lobbies(world, 5, game=Game(stop_seconds=20.0))
    await begin(world, "stop", "Stop 5 servers")
    await world.until(lambda: count_requests(world, "/power") == 3)
    await world.restart()
    await until_shown(world, "✅ 5 servers stopped")
    assert count_requests(world, "/power") == 5
    assert len(job_messages(world)) == 1


async def test_only_servers_of_which_one_is_manager_are_meant(world: World) -> None:
    servers = await lobbies(world, 2)
    await grant(world, world.stranger.id, Level.MANAGER, servers[0].uuid)
    await grant(world, world.stranger.id, Level.OPERATOR, servers[1].uuid)
    asked = await world.stranger.slash(world.channel, "server bulk", action="stop", filter="all")
    await world.until(lambda: bool(text(shown(asked))))
    assert "Stop 1 server?" in text(shown(asked))
    assert "1 without manager access" in text(shown(asked))
    assert "Survival" not in text(shown(asked))


async def test_a_server_with_another_job_is_left_out(world: World) -> None:
    await lobbies(world, 1)
    await restart_begun(world)
    question = text(shown(await ask(world, "stop", "all")))
    assert "Stop 1 server?" in question
    assert "1 with another job under way" in question


async def test_a_server_is_free_once_a_bulk_action_is_done_with_it(world: World) -> None:
    servers = await lobbies(world, 5, game=Game(stop_seconds=60.0))
    await begin(world, "stop", "Stop 5 servers")
    await world.until(lambda: sum(server.power.state == "offline" for server in servers) == 3)
    await world.advance(30)
    question = text(shown(await ask(world, "start")))
    assert "Start 3 servers?" in question
    assert "2 with another job under way" in question
    refused = await world.admin.slash(world.channel, "server restart", server="Lobby 4", when="in 2 hours")
    await world.until(lambda: "A bulk action of `Lobby 4` is under way already" in text(shown(refused)))


async def test_nothing_that_matches_is_said(world: World) -> None:
    said = text(shown(await ask(world, "stop", "node:nowhere")))
    assert "No server to act on" in said
    assert "No server that you can see matches the filter." in said


async def test_a_filter_that_cannot_be_read_says_how_one_is_written(world: World) -> None:
    assert "`node:falcon`" in text(shown(await ask(world, "stop", "egg:paper")))
