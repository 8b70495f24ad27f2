"""Whitelist requests: anybody asks on the public board, operators decide once, the game's command is sent."""

from collections.abc import Iterable
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, ResponseMessage
from typing_extensions import override

from bot.domain.audit import Outcome
from bot.domain.levels import Actor, Level
from bot.domain.whitelist import RequestState
from bot.services.players import AlreadyDecided
from bot.storage.repositories import whitelist
from bot.ui.kit.card import Card, layout
from bot.ui.players.whitelist_messages import WhitelistMessages
from sandbox import Fault
from sandbox.demo_world_games import LivelyGame
from sandbox.games import Game
from tests.attacks.forging import forge_press
from tests.support.backups import acts
from tests.support.bot_view import bot_channel
from tests.support.forms import fill
from tests.support.grants import grant
from tests.support.messages import buttons, text, titles
from tests.support.panel_requests import count_requests
from tests.support.whitelist import ask, public_board, requested, requests, takes_requests
from tests.support.world import GUILD_ID, World, shown


class RefusingGame(LivelyGame):
    """Knows no such player."""

    @override
    def reply(self, command: str) -> Iterable[str]:
        return ["That player does not exist"]


class SilentGame(Game):
    """Says nothing to what is typed."""

    @override
    def reply(self, command: str) -> Iterable[str]:
        return []


@pytest.fixture(autouse=True)
async def game(world: World) -> LivelyGame:
    """Let Survival be a Minecraft server that the bot has seen."""
    lively = LivelyGame(world=world.sandbox.world, crowd=60)
    world.survival.game = lively
    await world.advance(60)
    return lively


def allowed(world: World) -> set[str]:
    game = world.survival.game
    assert isinstance(game, LivelyGame)
    return game.allowed


def direct(world: World) -> ChannelHandle:
    """Return where the stranger gets private messages of the bot."""
    return ChannelHandle(world.env, None, world.env.backend.get_dm_channel(world.stranger.id))


def private(world: World) -> list[str]:
    return [text(message) for message in direct(world).history()]


async def decide(world: World, message: ResponseMessage, button: str = "Approve") -> str:
    pressed = await world.admin.click(message, label=button)
    if pressed.modal is not None:
        pressed = await fill(world.admin, pressed, reason="Full at the moment.")
    await world.until(lambda: "Approving" not in text(shown(pressed)))
    return text(shown(pressed))


async def _begun() -> None:
    """Show nothing of the begin."""


async def test_operators_turn_it_on_and_the_public_board_shows_the_button(world: World) -> None:
    assert buttons(await public_board(world)) == []
    page = await world.operator.slash(world.channel, "players whitelist requests", server="Survival")
    assert "Survival takes no whitelist requests" in text(shown(page))
    await world.operator.click(shown(page), label="Take requests here")
    assert f"Requests are posted in <#{world.channel.id}>" in text(shown(page))
    assert "Nobody can ask yet" not in text(shown(page))
    assert buttons(await public_board(world)) == ["Request whitelist"]

    await world.operator.click(shown(page), label="Turn off")
    assert buttons(await public_board(world)) == []
    assert await acts(world, "whitelist.requests") == [Outcome.DONE] * 2


async def test_without_a_public_board_it_says_what_is_missing(world: World) -> None:
    page = await world.operator.slash(world.channel, "players whitelist requests", server="Survival")
    await world.operator.click(shown(page), label="Take requests here")
    assert "Nobody can ask yet: an admin has to post the public board" in text(shown(page))


async def test_a_channel_that_is_gone_is_said_where_requests_are_turned_on(world: World) -> None:
    staff = world.guild.create_text_channel("staff")
    page = await world.operator.slash(staff, "players whitelist requests", server="Survival")
    await world.operator.click(shown(page), label="Take requests here")
    channel = bot_channel(world, staff.id)
    await channel.delete()
    await world.env.settle()
    page = await world.operator.slash(world.channel, "players whitelist requests", server="Survival")
    assert "They can't be posted there: Quetzal can't see that channel." in text(shown(page))
    await world.operator.click(shown(page), label="Post them here")
    assert f"Requests are posted in <#{world.channel.id}>" in text(shown(page))


async def test_approve_puts_the_player_on_the_whitelist_and_tells_them(world: World) -> None:
    await takes_requests(world)
    answered = await ask(world, world.stranger)
    assert "✅ Request sent" in text(shown(answered))
    await world.until(lambda: bool(requests(world)))
    (message,) = requests(world)
    read = text(message)
    assert f"<@{world.stranger.id}> asks to be on the whitelist as `Nora`." in read
    assert "> I build castles." in read
    assert buttons(message) == ["Approve", "Refuse…"]
    assert count_requests(world, "/command") == 0

    assert "✅ Nora is on the whitelist" in await decide(world, message)
    assert allowed(world) == {"Nora"}
    await world.until(lambda: bool(private(world)))
    assert "✅ You're on the whitelist of Survival" in private(world)[0]
    await world.advance(31)
    (message,) = requests(world)
    assert titles(message) == ["✅ Whitelist request for Survival"]
    assert f"**Approved** by <@{world.admin.id}>" in text(message)
    assert buttons(message) == []
    assert await acts(world, "whitelist.request") == [Outcome.DONE]
    assert await acts(world, "whitelist.approve") == [Outcome.DONE]


async def test_refuse_gives_the_reason_and_sends_nothing_to_the_game(world: World) -> None:
    message = await requested(world)
    assert "Request of Nora refused" in await decide(world, message, "Refuse…")
    await world.until(lambda: bool(private(world)))
    assert "You aren't on the whitelist of Survival" in private(world)[0]
    assert "Reason: Full at the moment." in private(world)[0]
    await world.advance(31)
    assert f"**Refused** by <@{world.admin.id}>" in text(requests(world)[0])
    assert count_requests(world, "/command") == 0
    assert await acts(world, "whitelist.refuse") == [Outcome.DONE]


async def test_closed_private_messages_are_said_on_the_request(world: World) -> None:
    message = await requested(world)
    world.env.inject_error(
        "POST", f"/channels/{direct(world).id}/messages", status=403, code=50007, times=None
    )
    await decide(world, message)
    await world.until(lambda: "They don't accept private messages" in text(requests(world)[0]))
    assert "**Approved** by" in text(requests(world)[0])


async def test_two_deciders_make_one_decision(world: World) -> None:
    message = await requested(world)
    await decide(world, message)
    for action in ("approve", "refuse"):
        pressed = await forge_press(world.operator, world.channel, message, f"whitelist:{action}:1")
        assert "Somebody else has decided that already." in text(shown(pressed))
    assert count_requests(world, "/command") == 1
    assert await acts(world, "whitelist.refuse") == []


async def test_second_approval_while_the_command_is_sent_leaves_the_first_alone(world: World) -> None:
    message = await requested(world)
    whitelist = world.services.whitelist
    states: list[RequestState] = []

    async def press_as_well() -> None:
        with pytest.raises(AlreadyDecided):
            await whitelist.approve(Actor(7, "Bo", GUILD_ID, is_administrator=True), 1, _begun)
        states.extend(request.state for request in await whitelist.to_show())

    world.sandbox.faults.add(Fault.meanwhile(press_as_well), path="*/command", times=1)
    assert "✅ Nora is on the whitelist" in await decide(world, message)
    assert states == [RequestState.DECIDING]
    await world.until(lambda: "**Approved** by" in text(requests(world)[0]))
    assert count_requests(world, "/command") == 1


async def test_a_form_that_was_open_while_another_decided_changes_nothing(world: World) -> None:
    message = await requested(world)
    form = await world.operator.click(message, label="Refuse…")
    await decide(world, message)
    late = await fill(world.operator, form, reason="No.")
    assert "Somebody else has decided that already." in text(shown(late))
    await world.advance(31)
    assert "**Approved** by" in text(requests(world)[0])


async def test_an_offline_server_leaves_the_request_open(world: World) -> None:
    message = await requested(world)
    process, world.survival.power.container_started = world.survival.power.container_started, None
    assert "offline" in await decide(world, message)
    await world.until(lambda: "Not approved yet." in text(requests(world)[0]))
    assert buttons(requests(world)[0]) == ["Approve", "Refuse…"]

    world.survival.power.container_started = process
    assert "✅ Nora is on the whitelist" in await decide(world, requests(world)[0])
    assert await acts(world, "whitelist.approve") == [Outcome.DONE, Outcome.FAILED]


async def test_a_game_that_says_no_leaves_the_request_open(world: World) -> None:
    message = await requested(world)
    world.survival.game = RefusingGame(world=world.sandbox.world)
    assert "The game didn't do it" in await decide(world, message)
    await world.until(lambda: "Not approved yet." in text(requests(world)[0]))
    assert private(world) == []


async def test_a_game_that_prints_nothing_is_approved_with_a_hint(world: World) -> None:
    message = await requested(world)
    world.survival.game = SilentGame()
    assert "Sent, no answer" in await decide(world, message)
    await world.until(lambda: "**Approved** by" in text(requests(world)[0]))
    assert "check with `/players whitelist list`" in text(requests(world)[0])


async def test_somebody_who_is_listed_already_counts_as_approved(world: World) -> None:
    message = await requested(world)
    allowed(world).add("Nora")
    await decide(world, message)
    await world.until(lambda: "**Approved** by" in text(requests(world)[0]))


async def test_a_lost_answer_leaves_it_open_and_the_next_approval_settles_it(world: World) -> None:
    message = await requested(world)
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/command", times=1)
    assert "Not confirmed" in await decide(world, message)
    await world.until(lambda: "may or may not have arrived" in text(requests(world)[0]))
    await decide(world, requests(world)[0])
    await world.until(lambda: "**Approved** by" in text(requests(world)[0]))
    assert allowed(world) == {"Nora"}


async def test_what_was_interrupted_is_open_again_after_a_restart(world: World) -> None:
    message = await requested(world)
    (request,) = await world.services.whitelist.to_show()
    deciding = {"state": RequestState.DECIDING, "decided_by": world.admin.id}
    await world.services.store.write(lambda conn: whitelist.note(conn, request.id, deciding))
    await world.restart()
    await world.until(lambda: "Quetzal was stopped while it was approved" in text(requests(world)[0]))
    (message,) = requests(world)
    await world.advance(60)
    assert "✅ Nora is on the whitelist" in await decide(world, message)


async def test_one_that_was_posted_and_not_noted_is_found_again(world: World) -> None:
    await requested(world)
    (request,) = await world.services.whitelist.to_show()
    lost = {"discord_id": None, "posted_at": None, "shown": None}
    await world.services.store.write(lambda conn: whitelist.note(conn, request.id, lost))
    await world.restart()
    await world.advance(31)
    assert len(requests(world)) == 1


async def test_one_that_was_stored_and_not_posted_is_posted_after_a_restart(world: World) -> None:
    await takes_requests(world)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=500, times=None)
    await ask(world, world.stranger)
    await world.advance(31)
    assert requests(world) == []
    world.env.backend.faults.clear()
    await world.restart()
    await world.until(lambda: bool(requests(world)))


async def test_one_open_request_a_person_and_three_a_day(world: World) -> None:
    message = await requested(world)
    again = await ask(world, world.stranger, player="Juno")
    assert "You have already asked for this server." in text(shown(again))
    for _ in range(2):
        await decide(world, requests(world)[-1], "Refuse…")
        await ask(world, world.stranger)
        await world.advance(31)
    await decide(world, requests(world)[-1], "Refuse…")
    assert "You can ask 3 times a day." in text(shown(await ask(world, world.stranger)))
    await world.sleep_through(timedelta(days=1).total_seconds())
    assert "✅ Request sent" in text(shown(await ask(world, world.stranger)))
    assert message.id == requests(world)[0].id


HOSTILE_NAMES = ("Nora\nstop", "Nora; stop", "@everyone", "Nora stop", '"Nora"', "<@1>", "`x`", "a" * 64)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_name_that_the_game_cannot_have_is_refused_and_can_be_corrected(
    world: World, name: str
) -> None:
    await takes_requests(world)
    refused = await ask(world, world.stranger, player=name)
    assert "That isn't how this game names a player." in text(shown(refused))
    form = await world.stranger.click(shown(refused), label="Correct")
    assert "✅ Request sent" in text(shown(await fill(world.stranger, form, player="Nora")))


async def test_what_people_write_pings_nobody_and_is_shown_as_it_is(world: World) -> None:
    await takes_requests(world)
    await ask(world, world.stranger, about="@everyone **now** <@1> https://evil.example `x`\n## Hi")
    await world.until(lambda: bool(requests(world)))
    read = text(requests(world)[0])
    assert "@everyone" not in read
    assert r"\*\*now\*\* \<@1\> https:" in read
    assert "https://evil" not in read
    message = world.env.backend.get_message(world.channel.id, requests(world)[0].id)
    assert message.mention_everyone is False


async def test_with_several_servers_the_form_asks_which_one(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
    await world.advance(60)
    await takes_requests(world)
    await takes_requests(world, lobby)
    form = await world.stranger.click(await public_board(world), label="Request whitelist")
    await fill(world.stranger, form, server=[lobby.uuid], player="Nora")
    await world.until(lambda: bool(requests(world)))
    assert "Whitelist request for Lobby" in text(requests(world)[0])


async def test_the_decision_needs_the_level_on_that_server(world: World) -> None:
    message = await requested(world)
    await grant(world, world.stranger.id, Level.VIEWER)
    for label in ("Approve", "Refuse…"):
        pressed = await world.stranger.click(message, label=label)
        assert "You need operator access on that server" in text(shown(pressed))
    assert count_requests(world, "/command") == 0


async def test_a_board_of_before_takes_no_requests_once_they_are_off(world: World) -> None:
    await takes_requests(world)
    drawn = await public_board(world)
    page = await world.operator.slash(world.channel, "players whitelist requests", server="Survival")
    await world.operator.click(shown(page), label="Turn off")
    pressed = await world.stranger.click(drawn, label="Request whitelist")
    assert "doesn't take whitelist requests at the moment" in text(shown(pressed))


@pytest.mark.shows("What was given up")
async def test_edit_that_was_carried_out_late_is_corrected_once_the_channel_is_open_again(
    world: World,
) -> None:
    message = await requested(world)
    messages, path = WhitelistMessages(world.bot), f"/channels/{world.channel.id}/messages/{message.id}"
    await world.services.store.write(lambda conn: whitelist.note(conn, 1, {"note": "The game didn't do it."}))
    world.env.inject_error("PATCH", path, status=500)
    assert await messages.round() == 5.0
    await world.advance(6)
    await messages.round()
    assert "The game didn't do it." in text(requests(world)[0])

    world.env.inject_error("PATCH", path, status=403, code=50013, times=None)
    await world.advance(90)  # the edit that was given up can't come later than that
    await messages.round()
    world.env.backend.faults.clear()
    written = world.bot.get_partial_messageable(world.channel.id).get_partial_message(message.id)
    await written.edit(view=layout(Card("What was given up", "whitelist request 1")))
    await world.advance(601)
    await messages.round()
    assert "The game didn't do it." in text(requests(world)[0])


async def test_a_channel_that_is_closed_moves_requests_to_the_alert_channel(world: World) -> None:
    alerts = world.guild.create_text_channel("alerts")
    await world.admin.slash(world.channel, "alerts channel", channel=alerts)
    await takes_requests(world)
    world.env.inject_error(
        "POST", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=None
    )
    await ask(world, world.stranger)
    await world.until(lambda: any("whitelist request 1" in text(message) for message in alerts.history()))
    assert isinstance(alerts.history()[-1], discord.Message)
