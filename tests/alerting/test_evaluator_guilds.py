"""Each guild acknowledges, silences and sees alerts for itself."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.alerts import RuleInput
from bot.domain.guild_settings import GuildSettings
from bot.domain.incidents import Incident, Maintenance
from bot.domain.levels import GuildScope
from bot.domain.notifications import MessageKind
from bot.monitoring.batch import CheckBatch
from bot.storage.repositories import (
    alert_handling,
    alert_rules,
    guild_settings,
)
from tests.alerting.harness import (
    CHANNEL,
    CHIEF,
    GUILD,
    PANEL,
    Harness,
    acknowledge,
    open_harness,
)

TWO_GUILDS: Mapping[str, Mapping[int, GuildScope]] = {PANEL: {1: "all", 2: "all"}}


async def silence(harness: Harness, incident: Incident, lasts: timedelta, guild_id: int = GUILD) -> None:
    until = harness.clock.now() + lasts
    await harness.store.write(
        lambda conn: alert_handling.silence(conn, [incident], guild_id=guild_id, until=until)
    )


def messages_in(harness: Harness, channel_id: int) -> list[tuple[MessageKind, tuple[str, ...]]]:
    return [
        (message.kind, message.names)
        for message in harness.receiver.messages
        if message.channel_id == channel_id
    ]


async def test_an_acknowledgement_of_one_guild_ends_no_reminder_of_another(tmp_path: Path) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=95)
        (incident,) = await harness.incidents()
        await acknowledge(harness, incident, guild_id=1)
        for _ in range(5):
            await harness.pass_(1)
            harness.manual.advance(3600)
            await harness.minutes(1, "A", memory=95)
        assert messages_in(harness, CHANNEL) == [(MessageKind.ALERT, ("A",))]
        assert messages_in(harness, CHANNEL + 1) == [
            (MessageKind.ALERT, ("A",)),
            (MessageKind.REPEAT, ("A",)),
        ]


async def test_a_worse_alert_is_sent_to_a_guild_that_acknowledged_less(tmp_path: Path) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=85)
        (incident,) = await harness.incidents()
        await acknowledge(harness, incident, guild_id=1)
        await harness.minutes(4, "A", memory=95)
        assert len(messages_in(harness, CHANNEL)) == len(messages_in(harness, CHANNEL + 1)) == 2
        async with harness.store.read() as conn:
            assert await alert_handling.acknowledged(conn, [incident.id]) == ()


@pytest.mark.sweep
async def test_a_silence_of_one_guild_mutes_no_other_and_what_it_missed_is_made_up_for(
    tmp_path: Path,
) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=85)
        (incident,) = await harness.incidents()
        await silence(harness, incident, timedelta(minutes=30), guild_id=1)
        await harness.minutes(5, "A", memory=95)
        assert len(messages_in(harness, CHANNEL)) == 1
        assert len(messages_in(harness, CHANNEL + 1)) == 2
        await harness.minutes(30, "A", memory=95)
        assert messages_in(harness, CHANNEL) == [(MessageKind.ALERT, ("A",))] * 2
        assert len(messages_in(harness, CHANNEL + 1)) == 2
        async with harness.store.read() as conn:
            assert await alert_handling.silenced(conn, PANEL, [incident.subject.about]) == ()


async def test_a_silence_covers_alerts_that_fire_again_and_they_are_sent_when_it_ends(tmp_path: Path) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=95)
        (incident,) = await harness.incidents()
        await silence(harness, incident, timedelta(hours=1), guild_id=1)
        await harness.minutes(8, "A", memory=50)
        await harness.minutes(5, "A", memory=95)
        alerts_of = [kind for kind, _ in messages_in(harness, CHANNEL) if kind is MessageKind.ALERT]
        assert len(alerts_of) == 1
        assert [kind for kind, _ in messages_in(harness, CHANNEL + 1)].count(MessageKind.ALERT) == 2
        await harness.minutes(60, "A", memory=95)
        assert [kind for kind, _ in messages_in(harness, CHANNEL)].count(MessageKind.ALERT) == 2


async def test_an_alert_is_sent_when_the_silence_of_the_only_guild_ends(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "A", memory=85)
    (incident,) = await harness.incidents()
    await silence(harness, incident, timedelta(minutes=30))
    await harness.minutes(20, "A", memory=95)
    assert len(harness.receiver.messages) == 1
    await harness.minutes(12, "A", memory=95)
    assert [message.mentions_role for message in harness.receiver.messages] == [False, True]


async def test_maintenance_of_all_servers_mutes_their_node_and_panel_for_that_guild(tmp_path: Path) -> None:
    async with open_harness(tmp_path, {PANEL: {1: "all", 2: "all"}}) as harness:
        await harness.start()
        harness.check("A")
        until = harness.clock.now() + timedelta(minutes=10)
        quiet = Maintenance(0, PANEL, None, 1, "new disks", harness.clock.now(), until, 5)
        await harness.store.write(lambda conn: alert_rules.begin_maintenance(conn, quiet))
        await harness.evaluate(nodes={"falcon": False})
        await harness.settle()
        for _ in range(3):
            await harness.evaluate(panel=False)
        await harness.settle()
        assert [(message.channel_id, message.names) for message in harness.receiver.messages] == [
            (8, ("falcon",)),
            (8, ("main",)),
        ]
        await harness.pass_(600)
        await harness.evaluate(nodes={"falcon": False}, panel=False)
        await harness.settle()
        assert [(message.channel_id, message.names) for message in harness.receiver.messages[2:]] == [
            (7, ("main",))
        ]


async def test_each_guild_is_notified_of_what_it_may_see(tmp_path: Path) -> None:
    async with open_harness(tmp_path, {PANEL: {1: "all", 2: frozenset({"b_______"})}}) as harness:
        await harness.start()
        await harness.evaluate(
            harness.check("A", crashed=True), harness.check("B", crashed=True, node="heron")
        )
        await harness.evaluate(panel=False)
        await harness.pass_(60)
        await harness.evaluate(panel=False)
        await harness.pass_(60)
        await harness.evaluate(panel=False)
        await harness.settle()
        by_channel = {
            channel: [message.names for message in harness.receiver.messages if message.channel_id == channel]
            for channel in (7, 8)
        }
        assert by_channel == {7: [("A",), ("B",), ("main",)], 8: [("B",), ("main",)]}


async def test_a_channel_that_is_chosen_later_hears_of_what_still_fires(harness: Harness) -> None:
    await harness.choose(None)
    await harness.start()
    await harness.minutes(5, "A", memory=95)
    assert not harness.receiver.messages
    await harness.choose(CHANNEL)
    await harness.minutes(2, "A", memory=95)
    assert [message.names for message in harness.receiver.messages] == [("A",)]


async def test_two_panels_share_a_channel_but_no_message(tmp_path: Path) -> None:
    async with open_harness(tmp_path, {PANEL: {GUILD: "all"}, "other": {GUILD: "all"}}) as harness:
        chosen = GuildSettings(
            GUILD, "other", CHIEF, harness.clock.now(), alert_channel_id=CHANNEL, alerts_by=CHIEF
        )
        await harness.store.write(lambda conn: guild_settings.put(conn, chosen))
        for panel_id in (PANEL, "other"):
            for _ in range(3):
                batch = CheckBatch(panel_id, harness.clock.now(), panel=RuleInput(is_reachable=False))
                await harness.evaluator.process(batch)
        assert [(message.panel_id, message.kind.value) for message in await harness.messages()] == [
            (PANEL, "alert"),
            ("other", "alert"),
        ]
