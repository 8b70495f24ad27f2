"""The buttons on alerts: who may press them, what comes of it, and that they live as long as the alert."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord import ResponseMessage

from bot.domain.alerts import RuleKind, Severity
from bot.domain.annotations import Annotations
from bot.domain.incidents import Incident, Subject
from bot.domain.levels import Level
from bot.domain.notifications import Message, MessageKind
from bot.storage.repositories import alert_handling, alerts
from bot.ui.alerts.power_button import PowerButton
from tests.support.alerts import (
    PANEL_ID,
    begun,
    fired,
    incident,
    notify,
    over,
    seen,
    sent,
    touched,
)
from tests.support.bot_view import bot_channel
from tests.support.grants import grant
from tests.support.messages import buttons, options, text
from tests.support.world import GUILD_ID, World, shown


async def press(world: World, message: Message, label: str) -> ResponseMessage:
    result = shown(await world.operator.click(seen(world, message).message, label=label))
    await sent(world)
    return result


async def read(world: World, alert: Incident) -> Incident:
    async with world.services.store.read() as conn:
        (result,) = await alerts.get(conn, [alert.id], guild_id=GUILD_ID)
    return result


async def test_acknowledging_is_shown_to_everybody_and_ends_the_reminders(world: World) -> None:
    (alert,), message = await fired(world)
    assert buttons(seen(world, message)) == ["Acknowledge", "Silence", "Restart", "Details"]

    answer = await press(world, message, "Acknowledge")

    assert answer.ephemeral
    assert "Acknowledged **Survival** (memory). Reminders are off" in text(answer)
    assert f"Acknowledged by <@{world.operator.id}>" in text(seen(world, message))
    assert buttons(seen(world, message)) == ["Silence", "Restart", "Details"]
    async with world.services.store.read() as conn:
        (acked,) = await alert_handling.acknowledged(conn, [alert.id])
    assert (acked.guild_id, acked.by) == (GUILD_ID, world.operator.id)


async def test_it_works_after_a_restart_of_the_bot(world: World) -> None:
    (alert,), message = await fired(world)
    await world.restart()
    await press(world, message, "Acknowledge")
    assert (await read(world, alert)).acknowledged_by == world.operator.id


async def test_the_first_of_two_has_it_and_the_other_reads_who(world: World) -> None:
    _, message = await fired(world)
    before = seen(world, message).message
    await world.admin.click(before, label="Acknowledge")
    late = shown(await world.operator.click(before, label="Acknowledge"))

    assert f"memory at 93% · 👀 <@{world.admin.id}>" in text(late)


@pytest.mark.parametrize("label", ["Acknowledge", "Silence", "Restart", "Details"])
async def test_a_stranger_gets_a_private_no(world: World, label: str) -> None:
    (alert,), message = await fired(world)
    answer = shown(await world.stranger.click(seen(world, message).message, label=label))

    assert answer.ephemeral
    assert "You don't have access to Quetzal here." in text(answer)
    assert (await read(world, alert)).acknowledged_by is None


async def test_a_press_takes_the_right_on_every_server_of_the_message(world: World) -> None:
    other = world.sandbox.world.add_server(name="Secret", owner="owner")
    await grant(world, world.stranger.id, Level.OPERATOR, world.survival.uuid)
    _, message = await fired(world, incident(world), incident(world, other))

    refused = shown(await world.stranger.click(seen(world, message).message, label="Acknowledge all 2"))
    assert "You need operator access on that server" in text(refused)
    details = shown(await world.stranger.click(seen(world, message).message, label="Details"))
    assert "Survival" in text(details)
    assert "Secret" not in text(details)


async def test_silence_asks_for_how_long_and_can_be_ended(world: World) -> None:
    (alert,), message = await fired(world)
    asked = await world.operator.click(seen(world, message).message, label="Silence")
    assert buttons(shown(asked)) == ["1 hour", "4 hours", "Until tomorrow"]
    await world.operator.click(shown(asked), label="4 hours")
    await sent(world)

    until = world.services.clock.now() + timedelta(hours=4)
    assert (await read(world, alert)).silenced_until == until
    assert "💤 Silenced until" in text(seen(world, message))

    again = await world.operator.click(seen(world, message).message, label="Silence")
    await world.operator.click(shown(again), label="End silence")
    assert (await read(world, alert)).silenced_until is None


async def test_restart_is_confirmed_and_followed(world: World) -> None:
    _, message = await fired(world)
    asked = await world.operator.click(seen(world, message).message, label="Restart")
    assert "Restart Survival?" in text(shown(asked))
    await world.operator.click(shown(asked), label="Restart")
    await world.until(lambda: "was restarted and is running" in text(shown(asked)))
    assert "memory at 93%" in text(seen(world, message))


async def test_an_offline_server_is_offered_a_start(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(60)
    _, message = await fired(world, incident(world, lobby, rule=RuleKind.STATE, value=None))
    started = await world.operator.click(seen(world, message).message, label="Start")
    await world.until(lambda: "Lobby is running" in text(shown(started)))


async def test_details_say_where_the_console_lines_are(world: World) -> None:
    known = Annotations(gave_up=True, lines=("Exception in server tick loop",))
    _, message = await fired(world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=known))
    details = await press(world, message, "Details")
    assert "Read its last console lines in the file below." in text(details)
    assert [file.filename for file in details.attachments] == ["console.txt"]


async def test_buttons_of_several_servers_name_theirs(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
    await world.advance(60)
    _, message = await fired(world, incident(world), incident(world, lobby))
    assert buttons(seen(world, message)) == [
        "Acknowledge all 2",
        "Silence",
        "Restart Survival",
        "Restart Lobby",
        "Details",
    ]
    await world.restart()
    asked = await world.operator.click(seen(world, message).message, label="Restart Lobby")
    assert "Restart Lobby?" in text(shown(asked))


async def test_button_of_many_servers_asks_which(world: World) -> None:
    more = [
        world.sandbox.world.add_server(name=f"Lobby {number}", owner="owner", state="running")
        for number in range(3)
    ]
    await world.advance(60)
    _, message = await fired(world, incident(world), *(incident(world, server) for server in more))
    asked = await world.operator.click(seen(world, message).message, label="Restart a server…")
    assert options(shown(asked)) == ["Survival", "Lobby 0", "Lobby 1", "Lobby 2"]
    await world.operator.select(shown(asked), ["1"])
    assert "Restart Lobby 0?" in text(shown(asked))


async def test_button_of_an_older_release_asks_which(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
    await world.advance(60)
    _, message = await fired(world, incident(world), incident(world, lobby))
    view = discord.ui.View(timeout=None)
    view.add_item(PowerButton(message.id, "Restart"))
    channel = bot_channel(world)
    old = await channel.send("📣", view=view)
    asked = await world.operator.click(old, label="Restart")
    assert options(shown(asked)) == ["Survival", "Lobby"]


async def test_a_node_or_disk_is_offered_no_power(world: World) -> None:
    node = Incident(
        0,
        Subject.node(PANEL_ID, "node-1"),
        RuleKind.NODE,
        "node-1",
        "node-1",
        Severity.CRITICAL,
        Severity.CRITICAL,
        world.services.clock.now(),
        evidence={"servers": 12},
    )
    _, message = await fired(world, node)
    assert "🔴 Node node-1 can't be reached" in text(seen(world, message))
    assert "12 servers affected" in text(seen(world, message))
    assert buttons(seen(world, message)) == ["Acknowledge", "Silence", "Details"]


async def test_details_show_how_the_server_is_and_what_was_before(world: World) -> None:
    (old,) = await begun(
        world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=Annotations(exit_code=1))
    )
    await over(world, old)
    _, message = await fired(world)
    answer = await press(world, message, "Details")

    assert answer.ephemeral
    assert "**Running**" in text(answer)
    assert "Memory at 93%" in text(answer)
    assert "crash once" in text(answer)


async def test_when_it_is_over_the_buttons_go_and_a_late_press_gets_a_message(world: World) -> None:
    (alert,), message = await fired(world)
    early = seen(world, message).message
    await over(world, alert)
    assert buttons(seen(world, message)) == []

    reminder = await notify(world, [alert], kind=MessageKind.REPEAT)
    assert buttons(seen(world, reminder)) == []
    assert early.id == message.discord_id


async def test_an_alert_that_continues_in_a_newer_one_leads_there_without_buttons(world: World) -> None:
    (alert,), older = await fired(world)
    newer = await notify(world, [alert])
    await touched(world, older)

    assert "Continued in a newer alert" in text(seen(world, older))
    assert "**Survival**: memory at 93%" in text(seen(world, older))
    assert "What to do" not in text(seen(world, older))
    assert buttons(seen(world, older)) == []
    assert "Acknowledge" in buttons(seen(world, newer))

    await over(world, alert)
    assert "✅ Survival" in text(seen(world, older))


async def test_an_alert_whose_newer_one_was_deleted_has_its_buttons_again(world: World) -> None:
    (alert,), older = await fired(world)
    newer = await notify(world, [alert])
    await touched(world, older)
    await seen(world, newer).message.delete()
    await touched(world, newer)  # which is how it is noticed
    await touched(world, older)

    assert "What to do" in text(seen(world, older))
    assert "Acknowledge" in buttons(seen(world, older))


async def test_a_press_on_what_is_over_does_nothing(world: World) -> None:
    (alert,), message = await fired(world)
    reminder = await notify(world, [alert], kind=MessageKind.REPEAT)
    before = seen(world, reminder).message
    store = world.services.store
    await store.write(lambda conn: alerts.put(conn, _ended(world, alert)))
    for label in ("Acknowledge", "Silence", "Restart"):
        answer = shown(await world.operator.click(before, label=label))
        assert "Already resolved: **Survival** (memory)" in text(answer)
    assert message.discord_id


def _ended(world: World, alert: Incident) -> Incident:
    return replace(alert, ended_at=world.services.clock.now())
