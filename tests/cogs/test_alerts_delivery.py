"""Alerts arrive in Discord: once, in order, in whatever state they are, and through whatever goes wrong."""

from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle

from bot.alerting.receiver import (
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    Notification,
    RetryAfter,
)
from bot.domain.alerts import RuleKind, Severity
from bot.domain.annotations import Annotations
from bot.domain.guild_settings import GuildSettings
from bot.domain.notifications import ClosedChannel, Delivery, MessageKind
from bot.domain.observation import Limits, Observation, Sample, ServerKey
from bot.panel.models import PowerState
from bot.storage.repositories import closed_channels, guild_settings, metrics
from bot.ui.alerts.chart import AlertChart, draw_alert
from bot.ui.alerts.discord_receiver import DiscordReceiver
from tests.support.alerts import (
    PANEL_ID,
    begun,
    fired,
    incident,
    notify,
    now,
    over,
    seen,
    sent,
)
from tests.support.messages import text
from tests.support.world import GUILD_ID, World

CRASH = Annotations(
    exit_code=137, out_of_memory=True, gave_up=True, lines=("loading", "```@everyone OutOfMemory")
)


async def choose_role(world: World, role_id: int) -> None:
    chosen = GuildSettings(
        GUILD_ID, PANEL_ID, world.admin.id, world.services.clock.now(), alert_role_id=role_id
    )
    await world.services.store.write(lambda conn: guild_settings.put(conn, chosen))


async def test_an_alert_says_what_how_bad_since_when_and_what_to_do(world: World) -> None:
    _, message = await fired(world)

    read = text(seen(world, message))
    assert "🔴 Survival: memory at 93%" in read
    assert "**Critical** · started" in read
    assert "warning above 80%, critical above 90% of 4 GiB" in read
    assert "What to do" in read
    assert message.reference in read


async def test_a_crash_shows_its_cause_and_last_lines_and_mentions_nobody(world: World) -> None:
    crash = incident(world, rule=RuleKind.CRASH, value=1.0, facts=CRASH)
    _, message = await fired(world, crash)

    read = text(seen(world, message))
    assert "crashed and was not restarted" in read
    assert "ran out of memory and was killed at its limit (exit code 137)" in read
    assert "OutOfMemory" in read
    assert "```@everyone" not in read.replace("```\nloading", "")


async def test_the_chosen_role_is_mentioned_by_critical_alerts_only(world: World) -> None:
    role = world.guild.create_role("On call", mentionable=True)
    await choose_role(world, role.id)

    _, quiet = await fired(world, incident(world, level=Severity.WARNING, value=85.0))
    _, loud = await fired(world, incident(world, rule=RuleKind.CPU, value=95.0), loud=True)

    assert seen(world, quiet).content == ""
    assert seen(world, loud).message.role_mentions[0].id == role.id


async def test_what_is_over_turns_green_and_a_silent_answer_says_so(world: World) -> None:
    (began,), message = await fired(world)
    await world.advance(600)
    await over(world, began)
    answer = await notify(world, [began], kind=MessageKind.RECOVERY, reply_to=message.id)

    green = seen(world, message)
    assert "✅ Survival recovered: memory back to normal" in text(green)
    assert "20 min, peak 93%" in text(green)
    said = seen(world, answer)
    assert "✅ Survival recovered: memory back to normal" in text(said)
    assert said.flags.suppress_notifications
    assert said.message.reference is not None
    assert said.message.reference.message_id == message.discord_id


async def test_an_answer_to_a_deleted_alert_is_sent_all_the_same(world: World) -> None:
    (began,), message = await fired(world)
    await (
        world.bot.get_partial_messageable(world.channel.id)
        .get_partial_message(message.discord_id or 0)
        .delete()
    )
    await over(world, began)

    assert (await now(world, message)).delivery is Delivery.GONE
    answer = await notify(world, [began], kind=MessageKind.RECOVERY, reply_to=message.id)
    assert "recovered" in text(seen(world, answer))


async def test_the_hour_is_drawn_again_with_each_change(world: World) -> None:
    at = world.services.clock.now()
    limits = Limits(4 * 1024**3, 100, None)
    samples = [
        Sample(
            Observation(
                ServerKey(PANEL_ID, world.survival.uuid),
                at - timedelta(minutes=minute),
                PowerState.RUNNING,
                (60 - minute) * 64 * 1024**2,
                50.0,
                0,
                0,
                0,
                3_600_000,
                limits=limits,
            )
        )
        for minute in range(60)
    ]
    await world.services.store.write(lambda conn: metrics.write(conn, samples, at))
    chart = AlertChart("warm up", [(0.0, 1.0)], 60.0, at - timedelta(hours=1), at)
    assert await world.services.charts.draw(draw_alert, chart)

    (alert,), message = await fired(world)
    (first,) = seen(world, message).attachments
    assert seen(world, message).embeds[0].image.url
    assert "Chart of memory of Survival, from" in (first.description or "")
    assert "Trend: up" in text(seen(world, message))
    await over(world, alert)
    (second,) = seen(world, message).attachments
    assert second.id != first.id
    assert "Chart of memory of Survival, from" in (second.description or "")


async def test_many_in_one_message_are_cut_to_what_discord_takes(world: World) -> None:
    servers = [world.sandbox.world.add_server(name=f"`*{n}*` " + "x" * 180, owner="owner") for n in range(40)]
    _, message = await fired(world, *(incident(world, server) for server in servers))

    shown = seen(world, message)
    assert "🔴 40 active alerts: memory" in text(shown)
    assert "and 1" in text(shown)
    assert len(shown.embeds[0]) <= 6000


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MessageKind.REPEAT, "⏰ Reminder: Survival: memory at 93%"),
        (MessageKind.FLAPPING, "🔁 Survival: memory is flapping"),
        (MessageKind.DIGEST, "📋 1 active alert"),
    ],
)
async def test_the_other_kinds_say_what_they_are_for(world: World, kind: MessageKind, words: str) -> None:
    (began,), _ = await fired(world)
    assert words in text(seen(world, await notify(world, [began], kind=kind)))


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (403, 50001, ChannelClosed),
        (403, 50013, ChannelClosed),
        (404, 10003, ChannelClosed),
        (404, 10008, MessageDeleted),
        (403, 50005, MessageDeleted),
        (500, 0, DeliveryUnknown),
        (503, 0, DeliveryUnknown),
        (403, 0, RetryAfter),
        (401, 0, RetryAfter),
    ],
)
async def test_what_goes_wrong_is_said_in_the_watchs_words(
    world: World, status: int, code: int, raised: type[Exception]
) -> None:
    made = await begun(world, incident(world))
    message = replace(await notify(world, made), discord_id=None)
    world.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=None)
    with pytest.raises(raised):
        await DiscordReceiver(world.bot).post(Notification(message, tuple(made)))


async def test_a_form_that_discord_refuses_is_cut_down(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035)
    _, message = await fired(world)

    read = text(seen(world, message))
    assert "Survival: memory at 93%" in read
    assert "What to do" not in read
    assert message.reference in read


async def test_a_message_is_found_by_its_reference_and_no_other(world: World) -> None:
    _, first = await fired(world)
    _, second = await fired(world, incident(world, rule=RuleKind.CPU, value=95.0))
    receiver = DiscordReceiver(world.bot)
    since = world.services.clock.now() - timedelta(minutes=5)

    assert await receiver.find(second, since=since) == second.discord_id
    assert await receiver.find(replace(first, reference="Q-0000000000"), since=since) is None


async def test_without_the_channel_history_a_delivery_stays_unconfirmed(world: World) -> None:
    closed = discord.PermissionOverwrite(read_message_history=False)
    deaf = world.guild.create_text_channel("deaf", overwrites={world.guild.default_role: closed})
    message = await notify(world, await begun(world, incident(world)), channel_id=deaf.id)
    with pytest.raises(ChannelClosed, match="history"):
        await DiscordReceiver(world.bot).find(message, since=world.services.clock.now())


async def test_a_guild_that_the_bot_left_is_written_to_no_more(world: World) -> None:
    made, message = await fired(world)
    elsewhere = replace(message, guild_id=1)
    with pytest.raises(ChannelClosed, match="no longer in that Discord server"):
        await DiscordReceiver(world.bot).post(Notification(elsewhere, tuple(made)))


async def test_a_closed_channel_is_reported_to_who_chose_it_and_to_the_owner_and_its_alerts_come_later(
    world: World,
) -> None:
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=1)
    made = await begun(world, incident(world))
    message = await notify(world, made)
    assert message.delivery is Delivery.WAITING
    async with world.services.store.read() as conn:
        (closed,) = await closed_channels.read(conn)
    assert closed.warned_at is not None

    await world.advance(601)
    await sent(world)
    assert "memory at 93%" in text(seen(world, await now(world, message)))


@pytest.mark.shows("it was deleted.")
async def test_somebody_who_takes_no_messages_does_no_harm(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007, times=None)
    closed = ClosedChannel(
        world.channel.id, GUILD_ID, PANEL_ID, "it was deleted.", world.services.clock.now()
    )
    await DiscordReceiver(world.bot).warn(closed, world.admin.id)


@pytest.mark.shows("it was deleted.")
async def test_that_a_channel_is_closed_is_written_once_however_often_it_is_tried(world: World) -> None:
    since = world.services.clock.now()
    closed = ClosedChannel(world.channel.id, GUILD_ID, PANEL_ID, "it was deleted.", since)

    async def warnings() -> int:
        await world.env.settle()
        direct = world.env.backend.get_dm_channel(world.admin.id)
        return len(ChannelHandle(world.env, None, direct).history())

    await DiscordReceiver(world.bot).warn(closed, world.admin.id)
    await world.restart()
    await world.advance(600)
    await DiscordReceiver(world.bot).warn(closed, world.admin.id)
    assert await warnings() == 1

    again = replace(closed, since=since + timedelta(days=1))
    await DiscordReceiver(world.bot).warn(again, world.admin.id)
    assert await warnings() == 2


async def test_nothing_is_lost_over_a_restart(world: World) -> None:
    made = await begun(world, incident(world))
    await world.restart()
    message = await notify(world, made)
    assert "Survival: memory at 93%" in text(seen(world, message))
