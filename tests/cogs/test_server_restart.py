"""/server restart: players are warned, it can be aborted, and it goes on after a restart of the bot."""

import discord
import pytest
from simcord import InteractionResult, ResponseMessage

from bot.domain.audit import AuditFilter, Outcome
from bot.domain.levels import Level
from bot.storage.repositories import audit
from bot.ui.jobs.messages import JobMessages
from sandbox import Fault
from sandbox.demo_world_games import LivelyGame
from sandbox.games import Game
from tests.support.alerts import shown_by
from tests.support.backups import acts, room
from tests.support.bot_view import bot_guild
from tests.support.grants import grant
from tests.support.messages import buttons, text
from tests.support.panel_requests import count_requests
from tests.support.world import GUILD_ID, World, shown


async def ask(world: World, **options: object) -> InteractionResult:
    return await world.admin.slash(world.channel, "server restart", server="Survival", **options)


async def begin(world: World, **options: object) -> None:
    """Ask for a restart, confirm it, and wait for its message."""
    asked = await ask(world, **options)
    await world.admin.click(shown(asked), label="Restart")
    assert "Restart of Survival is planned" in text(shown(asked))
    assert "<t:" not in text(shown(asked))  # it stays as it is when the restart is aborted
    await until_shown(world, "Survival")


def posted(world: World) -> list[discord.Message]:
    """Return the messages of jobs in the channel, the oldest first."""
    return [message for message in world.channel.history() if "job " in text(message)]


def message(world: World) -> ResponseMessage:
    return shown_by(world, world.channel.id, posted(world)[0].id)


async def until_shown(world: World, words: str, within_s: float = 400) -> str:
    await world.until(lambda: any(words in text(message) for message in posted(world)), within_s=within_s)
    return text(posted(world)[0])


async def said(world: World) -> list[object]:
    """Return what was sent to the players, the oldest first."""
    async with world.services.store.read() as conn:
        page = await audit.page(conn, AuditFilter(GUILD_ID, action="server.command"))
    return [act.facts["text"] for act in reversed(page.acts)]


async def test_players_are_warned_and_it_comes_back(world: World) -> None:
    question = shown(await ask(world))
    assert "Restart Survival?" in text(question)
    assert "Players are warned 1 min, then 10 s before." in text(question)
    assert count_requests(world, "/power") == 0

    await world.admin.click(question, label="Restart")
    await until_shown(world, "will restart")
    assert buttons(message(world)) == ["Abort"]
    last = await until_shown(world, "Back up after")
    assert "Back up after " in last
    assert "Players warned 1 min, then 10 s before" in last
    assert buttons(message(world)) == []
    assert count_requests(world, "/power") == 2
    assert await acts(world, "server.restart") == [Outcome.DONE]


@pytest.mark.sweep
async def test_a_warning_says_how_much_time_is_left(world: World) -> None:
    await begin(world, when="in 7 minutes")
    await until_shown(world, "Back up after", within_s=500)
    left = ("7 minutes", "5 minutes", "1 minute", "10 seconds")
    assert await said(world) == [f"say This server restarts in {time}." for time in left]


async def test_it_can_be_aborted_by_an_operator(world: World) -> None:
    await begin(world)
    await until_shown(world, "will restart")
    answer = shown(await world.operator.click(message(world), label="Abort"))
    assert answer.ephemeral
    assert "Survival stays online" in text(answer)
    last = await until_shown(world, "Survival stays online")
    assert f"Aborted by <@{world.operator.id}>" in last
    assert buttons(message(world)) == []
    await world.advance(120)
    assert count_requests(world, "/power") == 0
    assert await said(world) == ["say This server restarts in 1 minute.", "say The restart was cancelled."]
    assert await acts(world, "server.abort") == [Outcome.DONE]


async def test_a_stranger_cannot_abort_it(world: World) -> None:
    await begin(world)
    answer = shown(await world.stranger.click(message(world), label="Abort"))
    assert "You don't have access to Quetzal here." in text(answer)
    await until_shown(world, "Back up after")


async def test_a_second_one_is_refused_with_the_reason(world: World) -> None:
    await begin(world, when="in 2 hours")
    refused = text(shown(await ask(world)))
    assert "A restart of `Survival` is under way already" in refused
    assert f"<@{world.admin.id}>" in refused


async def test_it_goes_on_after_a_restart_of_the_bot_and_its_button_works(world: World) -> None:
    await begin(world, when="in 2 hours")
    await world.restart()
    await world.admin.click(message(world), label="Abort")
    await until_shown(world, "Survival stays online")
    assert len(posted(world)) == 1


async def test_a_backup_is_made_first(world: World) -> None:
    room(world)
    await begin(world, backup=True)
    await until_shown(world, "Backing up")
    last = await until_shown(world, "Back up after")
    (backup,) = world.survival.backups
    assert backup.is_successful
    assert backup.name in last


async def test_a_failed_backup_keeps_the_server_online_and_mentions_who_asked(world: World) -> None:
    room(world)
    world.survival.fail_next_backup = True
    await begin(world, backup=True)
    last = await until_shown(world, "wasn't restarted")
    assert "The server stays online." in last
    await world.until(lambda: len(posted(world)) == 2)
    ping = posted(world)[-1]
    assert ping.content == f"<@{world.admin.id}> 🔴 Survival wasn't restarted"
    assert ping.reference is not None
    assert count_requests(world, "/power") == 0


async def test_a_server_that_does_not_come_back_is_shown_with_its_last_lines(world: World) -> None:
    world.survival.game = Game(crash_after=2.0)
    await begin(world, warn="none")
    last = await until_shown(world, "didn't come back")
    assert "From the console:\n```\nStarting the server\n```" in last
    await world.until(lambda: len(posted(world)) == 2)
    assert "🔴 Survival didn't come back" in posted(world)[-1].content


async def test_a_server_that_does_not_come_back_is_shown_with_the_cause(world: World) -> None:
    world.survival.game = LivelyGame(world=world.sandbox.world)
    world.survival.disk.write("/eula.txt", b"eula=false\n")
    await begin(world, warn="none")
    last = await until_shown(world, "didn't come back")
    assert "after the start. Minecraft's EULA is not accepted." in last
    assert last.count("You need to agree to the EULA") == 1
    assert "Loaded 1 properties" not in last


async def test_an_offline_server_can_be_started_instead(world: World) -> None:
    world.survival.power.state = "offline"
    await world.advance(30)
    asked = await ask(world)
    await world.until(lambda: "Survival is offline" in text(shown(asked)))
    assert buttons(shown(asked)) == ["Start", "Status"]


async def test_one_that_went_offline_meanwhile_is_left_alone(world: World) -> None:
    await begin(world, when="in 10 minutes", warn="none")
    world.survival.power.state = "offline"
    last = await until_shown(world, "wasn't restarted", within_s=700)
    assert "It was offline already." in last
    assert count_requests(world, "/power") == 0


async def test_a_lost_right_ends_it_before_anything_is_stopped(world: World) -> None:
    await begin(world, when="in 10 minutes", warn="none")
    (admins,) = [role for role in world.guild.roles.values() if role.name == "Admins"]
    world.env.backend.guilds[world.guild.id].members[world.admin.id].role_ids.remove(admins.id)
    last = await until_shown(world, "wasn't restarted", within_s=700)
    assert f"<@{world.admin.id}>, who asked for it, no longer has operator access" in last
    assert count_requests(world, "/power") == 0


REFUSED_TIMES = ["yesterday", "in 3 weeks", "at 27:00"]


async def test_a_time_that_makes_no_sense_is_refused(world: World, subtests: pytest.Subtests) -> None:
    for when in REFUSED_TIMES:
        with subtests.test(when):
            assert "`when` must be a time within a week." in text(shown(await ask(world, when=when)))


async def test_when_empty_needs_players_that_are_counted(world: World) -> None:
    refused = shown(await ask(world, when="when empty"))
    assert "can't count the players" in text(refused)
    assert "/server query" in text(refused)
    await world.admin.click(refused, label="Player query")
    assert "Player query of Survival" in text(refused)


async def test_who_may_not_choose_the_query_is_not_led_to_it(world: World) -> None:
    await grant(world, world.stranger.id, Level.OPERATOR)
    asked = await world.stranger.slash(world.channel, "server restart", server="Survival", when="when empty")
    assert "can't count the players" in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_the_signal_is_sent_once_though_the_answer_is_lost(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/power")
    await begin(world, warn="none")
    await until_shown(world, "Back up after")
    assert count_requests(world, "/power") == 2


async def test_message_in_a_guild_that_removed_the_bot_is_not_tried_without_a_pause(world: World) -> None:
    await begin(world, when="2h")
    (job,) = await world.services.jobs.to_show()
    messages = JobMessages(world.bot)
    messages._doubts[job.id] = world.services.clock.monotonic()  # an edit that was given up a while ago
    guild = bot_guild(world)
    await guild.leave()
    await world.advance(1)
    assert world.bot.get_guild(GUILD_ID) is None
    assert await messages.round() > 1
