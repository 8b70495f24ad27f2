"""What becomes of looks: one incident, one message, one end; grouped, muted and counted as designed."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Override, RuleInput, RuleKind, Severity, Suppression
from bot.domain.guild_settings import GuildSettings
from bot.domain.incidents import Incident, Maintenance
from bot.domain.levels import GuildScope
from bot.domain.notifications import MessageKind
from bot.monitoring.batch import CheckBatch
from bot.panel.models import PowerState
from bot.storage.repositories import (
    alert_handling,
    alert_rules,
    alerts,
    guild_settings,
    outbox,
    server_states,
)
from tests.alerting.harness import (
    CHANNEL,
    CHIEF,
    GUILD,
    PANEL,
    Harness,
    kinds,
    open_harness,
)

OFFLINE = PowerState.OFFLINE
TWO_GUILDS: Mapping[str, Mapping[int, GuildScope]] = {PANEL: {1: "all", 2: "all"}}


async def acknowledge(harness: Harness, incident: Incident, guild_id: int = GUILD) -> None:
    at = harness.clock.now()
    await harness.store.write(
        lambda conn: alert_handling.acknowledge(conn, [incident], guild_id=guild_id, by=5, at=at)
    )


async def silence(harness: Harness, incident: Incident, lasts: timedelta, guild_id: int = GUILD) -> None:
    until = harness.clock.now() + lasts
    await harness.store.write(
        lambda conn: alert_handling.silence(conn, [incident], guild_id=guild_id, until=until)
    )


def told(harness: Harness, channel_id: int) -> list[tuple[MessageKind, tuple[str, ...]]]:
    return [
        (message.kind, message.names)
        for message in harness.receiver.messages
        if message.channel_id == channel_id
    ]


async def test_a_load_that_lasts_is_told_once_and_its_end_once(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(3, "Survival", memory=85)
    assert not harness.receiver.messages
    await harness.minutes(1, "Survival", memory=85)
    (alert,) = harness.receiver.messages
    assert (alert.kind, alert.open, alert.mentions_role) == (MessageKind.ALERT, ("Survival",), False)

    await harness.minutes(30, "Survival", memory=86)
    assert len(harness.receiver.messages) == 1
    assert alert.edits == 0

    await harness.minutes(7, "Survival", memory=50)
    _, answer = harness.receiver.messages
    assert (answer.kind, answer.answers, answer.mentions_role) == (MessageKind.RECOVERY, alert.id, False)
    assert alert.open == ()
    assert await harness.incidents() == ()
    await harness.minutes(31, "Survival", memory=50)
    async with harness.store.read() as conn:
        assert await alerts.states(conn, PANEL) == {}


async def test_what_was_never_sent_says_all_in_one_message(harness: Harness) -> None:
    await harness.minutes(4, "Survival", memory=85)
    await harness.minutes(7, "Survival", memory=50)
    await harness.start()
    (alert,) = harness.receiver.messages
    assert (alert.names, alert.open) == (("Survival",), ())


async def test_what_grew_before_it_could_be_sent_is_told_once(harness: Harness) -> None:
    await harness.minutes(4, "Survival", memory=85)
    await harness.minutes(4, "Survival", memory=95)
    await harness.start()
    await harness.pass_(5)
    (alert,) = harness.receiver.messages
    assert (alert.mentions_role, alert.open) == (True, ("Survival",))

    await harness.minutes(7, "Survival", memory=50)
    (answer,) = harness.receiver.of(MessageKind.RECOVERY)
    assert answer.answers == alert.id


async def test_servers_with_the_same_trouble_on_one_node_share_a_message(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(10)
    await harness.evaluate(harness.check("B", crashed=True), harness.check("C", crashed=True, node="heron"))
    await harness.pass_(25)
    await harness.evaluate(harness.check("D", crashed=True))
    await harness.settle()
    assert [message.names for message in harness.receiver.messages] == [("A", "B"), ("C",), ("D",)]
    assert harness.receiver.messages[0].edits == 1

    await harness.minutes(31, "A", "C", "D")
    assert [message.open for message in harness.receiver.of(MessageKind.ALERT)] == [("B",), (), ()]
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 2
    await harness.minutes(1, "B")
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 3


async def test_growth_is_a_new_message_that_mentions(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "Survival", memory=85)
    await harness.minutes(4, "Survival", memory=95)
    warning, critical = harness.receiver.messages
    assert (warning.mentions_role, critical.mentions_role) == (False, True)
    assert len(await harness.incidents()) == 1

    await harness.minutes(7, "Survival", memory=50)
    (answer,) = harness.receiver.of(MessageKind.RECOVERY)
    assert answer.answers == critical.id
    assert warning.open == critical.open == ()


async def test_what_grew_together_ends_in_one_answer(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "A", "B", memory=85)
    await harness.minutes(4, "A", "B", memory=95)
    warning, critical = harness.receiver.messages
    assert warning.names == critical.names == ("A", "B")
    await harness.minutes(7, "A", "B", memory=50)
    assert [message.answers for message in harness.receiver.of(MessageKind.RECOVERY)] == [critical.id]


async def test_an_acknowledged_warning_that_grows_is_nobodys_again(harness: Harness) -> None:
    await harness.minutes(4, "Survival", memory=85)
    (incident,) = await harness.incidents()
    await acknowledge(harness, incident)
    await harness.minutes(3, "Survival", memory=85)
    assert [alert.acknowledged_by for alert in await harness.incidents()] == [5]
    await harness.minutes(4, "Survival", memory=95)
    assert [(alert.acknowledged_by, alert.acknowledged_at) for alert in await harness.incidents()] == [
        (None, None)
    ]
    assert kinds(await harness.messages()) == ["alert", "alert"]


async def test_a_server_that_goes_down_again_is_a_new_alert_in_a_new_message(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(3, "Survival", state=OFFLINE)
    (first,) = await harness.incidents()
    await acknowledge(harness, first)
    await harness.minutes(2, "Survival")
    await harness.minutes(3, "Survival", state=OFFLINE)
    (second,) = await harness.incidents()
    assert (second.id != first.id, second.acknowledged_by) == (True, None)
    assert [(message.kind, message.open) for message in harness.receiver.messages] == [
        (MessageKind.ALERT, ()),
        (MessageKind.ALERT, ("Survival",)),
        (MessageKind.RECOVERY, ()),
    ]
    async with harness.store.read() as conn:
        (ended,) = await alerts.get(conn, [first.id], guild_id=GUILD)
    assert ended.acknowledged_by == 5
    assert ended.ended_at == first.fired_at + timedelta(minutes=3)


async def test_each_outage_of_a_panel_tells_its_own_cause(harness: Harness) -> None:
    await harness.panel_out("in maintenance", times=3)
    await harness.evaluate(panel=True)
    await harness.pass_(60)
    await harness.panel_out("the database is down", times=3)
    (lasting,) = await harness.incidents()
    assert lasting.evidence["cause"] == "the database is down"
    await harness.panel_out("the certificate is not valid", times=1)
    (lasting,) = await harness.incidents()
    assert lasting.evidence["cause"] == "the certificate is not valid"


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
        assert told(harness, CHANNEL) == [(MessageKind.ALERT, ("A",))]
        assert told(harness, CHANNEL + 1) == [(MessageKind.ALERT, ("A",)), (MessageKind.REPEAT, ("A",))]


async def test_growth_is_told_to_a_guild_that_acknowledged_less(tmp_path: Path) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=85)
        (incident,) = await harness.incidents()
        await acknowledge(harness, incident, guild_id=1)
        await harness.minutes(4, "A", memory=95)
        assert len(told(harness, CHANNEL)) == len(told(harness, CHANNEL + 1)) == 2
        async with harness.store.read() as conn:
            assert await alert_handling.acknowledged(conn, [incident.id]) == ()


async def test_a_silence_of_one_guild_mutes_no_other_and_what_it_missed_is_made_up_for(
    tmp_path: Path,
) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=85)
        (incident,) = await harness.incidents()
        await silence(harness, incident, timedelta(minutes=30), guild_id=1)
        await harness.minutes(5, "A", memory=95)
        assert len(told(harness, CHANNEL)) == 1
        assert len(told(harness, CHANNEL + 1)) == 2
        await harness.minutes(30, "A", memory=95)
        assert told(harness, CHANNEL) == [(MessageKind.ALERT, ("A",))] * 2
        assert len(told(harness, CHANNEL + 1)) == 2
        async with harness.store.read() as conn:
            assert await alert_handling.silenced(conn, PANEL, [incident.subject.about]) == ()


async def test_a_silence_covers_what_fires_anew_and_is_told_when_it_ends(tmp_path: Path) -> None:
    async with open_harness(tmp_path, TWO_GUILDS) as harness:
        await harness.start()
        await harness.minutes(4, "A", memory=95)
        (incident,) = await harness.incidents()
        await silence(harness, incident, timedelta(hours=1), guild_id=1)
        await harness.minutes(8, "A", memory=50)
        await harness.minutes(5, "A", memory=95)
        alerts_of = [kind for kind, _ in told(harness, CHANNEL) if kind is MessageKind.ALERT]
        assert len(alerts_of) == 1
        assert [kind for kind, _ in told(harness, CHANNEL + 1)].count(MessageKind.ALERT) == 2
        await harness.minutes(60, "A", memory=95)
        assert [kind for kind, _ in told(harness, CHANNEL)].count(MessageKind.ALERT) == 2


async def test_a_silence_of_the_only_guild_is_told_when_it_is_over(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "A", memory=85)
    (incident,) = await harness.incidents()
    await silence(harness, incident, timedelta(minutes=30))
    await harness.minutes(20, "A", memory=95)
    assert len(harness.receiver.messages) == 1
    await harness.minutes(12, "A", memory=95)
    assert [message.mentions_role for message in harness.receiver.messages] == [False, True]


async def test_a_node_that_is_down_swallows_its_servers(harness: Harness) -> None:
    await harness.start()
    harness.check("A")
    await harness.evaluate(nodes={"falcon": False})
    await harness.pass_(60)
    await harness.minutes(4, "A", memory=95)
    assert [message.names for message in harness.receiver.messages] == [("falcon",)]
    assert {incident.suppression for incident in await harness.incidents()} == {None, Suppression.INHIBITED}

    for _ in range(7):
        await harness.evaluate(harness.check("A", memory=95), nodes={"falcon": True})
        await harness.pass_(60)
    assert [message.names for message in harness.receiver.of(MessageKind.ALERT)] == [("falcon",), ("A",)]
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 1


async def test_a_critical_crash_swallows_that_the_server_is_offline(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", state=OFFLINE, gave_up=True))
    await harness.pass_(60)
    await harness.minutes(5, "A", state=OFFLINE)
    (alert,) = harness.receiver.messages
    assert alert.mentions_role
    await harness.minutes(30, "A", state=OFFLINE)  # the crash is half an hour old; it is still offline
    assert alert.open == ("A",)
    await harness.minutes(6, "A")
    assert [message.kind for message in harness.receiver.messages] == [
        MessageKind.ALERT,
        MessageKind.RECOVERY,
    ]
    assert await harness.incidents() == ()


async def test_a_crash_that_came_back_does_not_swallow_that_it_went_down_after_that(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(30)
    await harness.minutes(4, "A", state=OFFLINE)
    warning, critical = harness.receiver.messages
    assert (warning.mentions_role, critical.mentions_role) == (False, True)
    assert {incident.suppression for incident in await harness.incidents()} == {None}


async def test_a_stop_that_was_wanted_is_nothing(harness: Harness) -> None:
    await harness.minutes(10, "A", state=OFFLINE, asked=True)
    assert await harness.incidents() == ()


async def test_what_flaps_is_told_so_once_and_then_left_alone(harness: Harness) -> None:
    harness.check("A")
    await harness.start()
    for _ in range(6):
        await harness.evaluate(nodes={"falcon": False})
        await harness.pass_(60)
        for _ in range(6):
            await harness.evaluate(nodes={"falcon": True})
            await harness.pass_(60)
    sheets = harness.receiver.messages
    assert len(harness.receiver.of(MessageKind.FLAPPING)) == 1
    assert len([sheet for sheet in sheets if sheet.kind is MessageKind.ALERT]) == 2


async def test_maintenance_mutes_and_what_is_left_after_it_is_told(harness: Harness) -> None:
    await harness.start()
    now = harness.clock.now()
    quiet = Maintenance(
        0, PANEL, harness.check("A").server.uuid, GUILD, "disks", now, now + timedelta(minutes=10), 5
    )
    await harness.store.write(lambda conn: alert_rules.begin_maintenance(conn, quiet))
    await harness.minutes(8, "A", memory=95)
    assert not harness.receiver.messages
    assert [incident.suppression for incident in await harness.incidents()] == [Suppression.MAINTENANCE]
    await harness.minutes(4, "A", memory=95)
    assert [message.names for message in harness.receiver.messages] == [("A",)]
    assert [incident.suppression for incident in await harness.incidents()] == [None]


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


async def test_a_flood_is_one_digest_that_is_edited(harness: Harness) -> None:
    await harness.start()
    for number in range(25):
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
        await harness.pass_(5)
    assert len(harness.receiver.of(MessageKind.ALERT)) == 10
    (digest,) = harness.receiver.of(MessageKind.DIGEST)
    assert len(digest.open) == 15
    await harness.minutes(31, *(f"S{number}" for number in range(25)))
    assert digest.open == ()
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 10


async def test_a_critical_alert_repeats_every_four_hours(harness: Harness) -> None:
    await harness.start()
    harness.check("A")
    await harness.evaluate(nodes={"falcon": False})
    for _ in range(9):
        await harness.pass_(1)
        harness.manual.advance(3600)
        await harness.evaluate(nodes={"falcon": False})
    await harness.settle()
    repeats = harness.receiver.of(MessageKind.REPEAT)
    assert len(repeats) == 2
    assert all(
        repeat.mentions_role and repeat.answers == harness.receiver.messages[0].id for repeat in repeats
    )


async def test_each_guild_is_told_of_what_it_may_see(tmp_path: Path) -> None:
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


async def test_rules_can_be_changed_for_one_server(harness: Harness) -> None:
    async def change(conn: AsyncConnection) -> None:
        await alert_rules.put(
            conn,
            panel_id=PANEL,
            server_uuid=harness.check("A").server.uuid,
            rule=RuleKind.MEMORY,
            guild_id=GUILD,
            override=Override(enabled=False),
            by=5,
            now=harness.clock.now(),
        )

    await harness.minutes(4, "A", "B", memory=95)
    assert len(await harness.incidents()) == 2
    await harness.store.write(change)
    await harness.minutes(1, "A", "B", memory=95)
    assert [incident.name for incident in await harness.incidents()] == ["B"]


async def test_a_server_that_was_deleted_leaves_nothing_red(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "A", "B", memory=95)
    await harness.evaluator.forget_missing_servers(PANEL, [harness.servers["B"].uuid], harness.clock.now())
    await harness.settle()
    assert [incident.name for incident in await harness.incidents()] == ["B"]
    async with harness.store.read() as conn:
        assert list(await server_states.of(conn, PANEL)) == [harness.servers["B"].uuid]


async def test_a_node_that_holds_no_servers_any_more_leaves_nothing_red(harness: Harness) -> None:
    await harness.start()
    seen = harness.check("A")
    await harness.evaluate(nodes={"falcon": False})
    await harness.settle()
    await harness.evaluator.forget_missing_servers(
        PANEL, [seen.server.uuid, "node:heron"], harness.clock.now()
    )
    await harness.settle()
    assert await harness.incidents() == ()
    assert [message.open for message in harness.receiver.messages] == [(), ()]


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


async def test_a_clock_that_is_set_back_puts_nothing_into_old_messages(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(10)
    harness.jump(timedelta(hours=-5))
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.settle()
    assert [message.names for message in harness.receiver.messages] == [("A",), ("B",)]


async def test_a_store_that_cannot_be_written_keeps_nothing_half(harness: Harness) -> None:
    refuse = "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END"
    await harness.store.write(lambda conn: conn.exec_driver_sql(refuse))
    with pytest.raises(IntegrityError, match="full"):
        await harness.evaluate(harness.check("A", crashed=True))
    assert await harness.incidents() == ()
    async with harness.store.read() as conn:
        assert await alerts.states(conn, PANEL) == {}
        assert await server_states.of(conn, PANEL) == {}
    await harness.store.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER full"))
    await harness.evaluate(harness.check("A", crashed=True))
    assert kinds(await harness.messages()) == ["alert"]


async def test_the_worst_level_and_the_peak_are_kept(harness: Harness) -> None:
    await harness.minutes(4, "A", memory=85)
    await harness.minutes(4, "A", memory=97)
    await harness.minutes(8, "A", memory=82)
    (incident,) = await harness.incidents()
    assert (incident.level, incident.worst) == (Severity.WARNING, Severity.CRITICAL)
    assert incident.peak == pytest.approx(97)
    assert incident.value == pytest.approx(82)
    async with harness.store.read() as conn:
        assert len(await outbox.of_incident(conn, incident.id)) == 2
