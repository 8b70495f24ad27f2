"""/server idle: a server that nobody plays on stops, and whoever may see it can start it again."""

import pytest
from simcord import InteractionResult, ResponseMessage

from bot.domain.audit import Outcome
from bot.domain.levels import Level
from bot.domain.notifications import Board
from bot.domain.observation import Observation
from bot.panel.models import PowerState
from bot.storage.repositories import boards, server_states
from bot.storage.repositories.server_states import ServerState
from tests.support.alerts import shown_by
from tests.support.backups import acts
from tests.support.bot_view import bot_channel
from tests.support.games import answer
from tests.support.grants import grant
from tests.support.jobs_begun import job_messages
from tests.support.messages import buttons, text
from tests.support.metrics_history import key_of
from tests.support.panel_requests import count_requests
from tests.support.world import GUILD_ID, World, shown


async def idle(world: World, **options: object) -> InteractionResult:
    asked = await world.admin.slash(world.channel, "server idle", server="Survival", **options)
    await world.until(lambda: bool(text(shown(asked))))
    return asked


async def switch_on(world: World, after: str = "10 minutes") -> None:
    answer(world, 0)
    asked = await idle(world, after=after)
    await world.admin.click(shown(asked), label="Stop when empty")
    assert "Survival stops when it's empty" in text(shown(asked))
    assert buttons(shown(asked)) == ["Turn off"]


async def pass_minutes(world: World, minutes: float, players: int | None = 0) -> None:
    """Let time pass, in which the game answers each half minute with so many players."""
    for _ in range(round(minutes * 2)):
        if players is not None:
            answer(world, players)
        await world.advance(30)


def message(world: World) -> ResponseMessage:
    return shown_by(world, world.channel.id, job_messages(world)[-1].id)


async def stopped(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 11)
    await world.until(lambda: "Stopped because it was empty" in text(message(world)))


async def test_it_asks_first_and_shows_what_is_set(world: World) -> None:
    assert "isn't stopped when it's empty" in text(shown(await idle(world)))
    answer(world, 0)
    question = shown(await idle(world, after="30 minutes"))
    assert "Stop Survival when it's empty?" in text(question)
    assert "After **30 minutes** without players." in text(question)
    await world.admin.click(question, label="Stop when empty")
    rule = shown(await idle(world))
    assert "After 30 minutes without players" in text(rule)
    await world.admin.click(rule, label="Turn off")
    assert "isn't stopped when it's empty" in text(shown(await idle(world)))
    assert await acts(world, "server.idle") == [Outcome.DONE] * 2


async def test_a_rule_whose_channel_was_deleted_says_so(world: World) -> None:
    gone = world.guild.create_text_channel("gone")
    answer(world, 0)
    question = shown(await world.admin.slash(gone, "server idle", server="Survival", after="30 minutes"))
    await world.admin.click(question, label="Stop when empty")
    await bot_channel(world, gone.id).delete()
    await world.env.settle()
    assert "can't be posted there: the channel was deleted" in text(shown(await idle(world)))


async def test_a_usual_time_is_one_tap(world: World) -> None:
    answer(world, 0)
    nothing = shown(await idle(world))
    assert buttons(nothing) == ["15 minutes", "30 minutes", "1 hour", "4 hours"]
    await world.admin.click(nothing, label="30 minutes")
    assert "After **30 minutes** without players." in text(nothing)
    await world.admin.click(nothing, label="Stop when empty")
    assert "After 30 minutes without players" in text(shown(await idle(world)))


async def test_an_empty_server_stops_after_a_warning(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 6)
    warned = message(world)
    assert "Survival is empty" in text(warned)
    assert buttons(warned) == ["Keep it running"]
    assert world.survival.power.state == "running"
    await pass_minutes(world, 5)
    await world.until(lambda: "Stopped because it was empty" in text(message(world)))
    assert world.survival.power.state == "offline"
    assert buttons(message(world)) == ["Start"]
    assert count_requests(world, "/power") == 1


async def test_a_server_that_somebody_plays_on_stays(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 15, players=1)
    assert job_messages(world) == []


async def test_somebody_who_joins_in_time_keeps_it_running(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 6)
    await pass_minutes(world, 1, players=1)
    await world.until(lambda: "Somebody joined." in text(message(world)))
    assert count_requests(world, "/power") == 0


async def test_players_that_cannot_be_counted_keep_it_running(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 6)
    await pass_minutes(world, 12, players=None)
    await world.until(lambda: "couldn't be counted" in text(message(world)))
    assert count_requests(world, "/power") == 0


async def test_one_press_keeps_it_running_for_the_whole_time_again(world: World) -> None:
    await switch_on(world)
    await pass_minutes(world, 6)
    await world.operator.click(message(world), label="Keep it running")
    await pass_minutes(world, 4)
    assert f"Kept running by <@{world.operator.id}>." in text(message(world))
    assert len(job_messages(world)) == 1
    assert count_requests(world, "/power") == 0


async def test_a_server_that_is_off_does_not_count_as_empty(world: World) -> None:
    await stopped(world)
    await pass_minutes(world, 8)
    assert len(job_messages(world)) == 1


async def test_a_viewer_starts_it_again(world: World) -> None:
    await stopped(world)
    await grant(world, world.stranger.id, Level.VIEWER)
    answer = await world.stranger.click(message(world), label="Start")
    await world.until(lambda: "Survival is running" in text(shown(answer)))
    assert world.survival.power.state == "running"
    assert await acts(world, "server.power") == [Outcome.DONE] * 2
    again = shown(await world.stranger.click(message(world), label="Start"))
    assert "wasn't stopped because it was empty, or it runs again" in text(again)


async def test_a_viewer_cannot_start_what_somebody_stopped(world: World) -> None:
    await stopped(world)
    await world.admin.slash(world.channel, "server idle", server="Survival", off=True)
    await grant(world, world.stranger.id, Level.VIEWER)
    answer = shown(await world.stranger.click(message(world), label="Start"))
    assert "wasn't stopped because it was empty" in text(answer)
    assert count_requests(world, "/power") == 1


async def test_the_list_says_why_it_is_off_and_lets_viewers_start_it(world: World) -> None:
    await stopped(world)
    await grant(world, world.stranger.id, Level.VIEWER)
    listed = shown(await world.stranger.slash(world.channel, "server list"))
    assert "stopped because empty" in text(listed)
    assert "Start" in buttons(listed)


@pytest.mark.parametrize("after", ["soon", "1 minute", "2 days"])
async def test_a_time_that_makes_no_sense_is_answered_with_the_usual_ones(world: World, after: str) -> None:
    answer(world, 0)
    refused = shown(await idle(world, after=after))
    assert "`after` must be a time between" in text(refused)
    await world.admin.click(refused, label="1 hour")
    assert "After **1 hour** without players." in text(refused)


async def test_it_needs_players_that_are_counted(world: World) -> None:
    refused = shown(await idle(world, after="30 minutes"))
    assert "can't count the players" in text(refused)
    assert buttons(refused) == ["Player query"]
    await world.admin.click(refused, label="Player query")
    assert "Player query of Survival" in text(refused)


async def test_it_ends_when_whoever_set_it_up_lost_the_level(world: World) -> None:
    await grant(world, world.stranger.id, Level.MANAGER)
    answer(world, 0)
    asked = await world.stranger.slash(world.channel, "server idle", server="Survival", after="10 minutes")
    await world.until(lambda: bool(text(shown(asked))))
    await world.stranger.click(shown(asked), label="Stop when empty")
    await grant(world, world.stranger.id, Level.VIEWER)
    await pass_minutes(world, 12)
    assert count_requests(world, "/power") == 0
    assert "Paused" in text(shown(await idle(world)))


async def test_the_board_has_a_start_button(world: World) -> None:
    now = world.services.clock.now()
    board = Board(GUILD_ID, "main", world.channel.id, world.admin.id, now, "1")
    await world.services.store.write(lambda conn: boards.put(conn, board))
    await stopped(world)
    off = Observation(
        key_of(world.survival), world.services.clock.now(), PowerState.OFFLINE, 0, 0, 0, 0, 0, 0
    )
    known = {world.survival.uuid: ServerState(off, stop_requested=True)}
    await world.services.store.write(lambda conn: server_states.put(conn, "main", known))
    await world.advance(21)
    (posted,) = [entry for entry in world.channel.history() if "Game servers" in text(entry)]
    drawn = shown_by(world, world.channel.id, posted.id)
    assert "stopped because empty" in text(drawn)
    assert buttons(drawn) == ["Start"]
