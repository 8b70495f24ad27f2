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
    Ground,
    ground,
    kinds,
)

OFFLINE = PowerState.OFFLINE
TWO_GUILDS: Mapping[str, Mapping[int, GuildScope]] = {PANEL: {1: "all", 2: "all"}}


async def acknowledge(here: Ground, incident: Incident, guild_id: int = GUILD) -> None:
    at = here.clock.now()
    await here.store.write(
        lambda conn: alert_handling.acknowledge(conn, [incident], guild_id=guild_id, by=5, at=at)
    )


async def silence(here: Ground, incident: Incident, lasts: timedelta, guild_id: int = GUILD) -> None:
    until = here.clock.now() + lasts
    await here.store.write(
        lambda conn: alert_handling.silence(conn, [incident], guild_id=guild_id, until=until)
    )


def told(here: Ground, channel_id: int) -> list[tuple[MessageKind, tuple[str, ...]]]:
    return [(one.kind, one.names) for one in here.paper.sheets if one.channel_id == channel_id]


async def test_a_load_that_lasts_is_told_once_and_its_end_once(here: Ground) -> None:
    await here.start()
    await here.minutes(3, "Survival", memory=85)
    assert not here.paper.sheets
    await here.minutes(1, "Survival", memory=85)
    (alert,) = here.paper.sheets
    assert (alert.kind, alert.open, alert.loud) == (MessageKind.ALERT, ("Survival",), False)

    await here.minutes(30, "Survival", memory=86)
    assert len(here.paper.sheets) == 1
    assert alert.edits == 0

    await here.minutes(7, "Survival", memory=50)
    _, answer = here.paper.sheets
    assert (answer.kind, answer.answers, answer.loud) == (MessageKind.RECOVERY, alert.id, False)
    assert alert.open == ()
    assert await here.incidents() == ()
    await here.minutes(31, "Survival", memory=50)
    async with here.store.read() as conn:
        assert await alerts.states(conn, PANEL) == {}


async def test_what_was_never_sent_says_all_in_one_message(here: Ground) -> None:
    await here.minutes(4, "Survival", memory=85)
    await here.minutes(7, "Survival", memory=50)
    await here.start()
    (alert,) = here.paper.sheets
    assert (alert.names, alert.open) == (("Survival",), ())


async def test_what_grew_before_it_could_be_sent_is_told_once(here: Ground) -> None:
    await here.minutes(4, "Survival", memory=85)
    await here.minutes(4, "Survival", memory=95)
    await here.start()
    await here.pass_(5)
    (alert,) = here.paper.sheets
    assert (alert.loud, alert.open) == (True, ("Survival",))

    await here.minutes(7, "Survival", memory=50)
    (answer,) = here.paper.of(MessageKind.RECOVERY)
    assert answer.answers == alert.id


async def test_servers_with_the_same_trouble_on_one_node_share_a_message(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(10)
    await here.take(here.seen("B", crashed=True), here.seen("C", crashed=True, node="heron"))
    await here.pass_(25)
    await here.take(here.seen("D", crashed=True))
    await here.settle()
    assert [one.names for one in here.paper.sheets] == [("A", "B"), ("C",), ("D",)]
    assert here.paper.sheets[0].edits == 1

    await here.minutes(31, "A", "C", "D")
    assert [one.open for one in here.paper.of(MessageKind.ALERT)] == [("B",), (), ()]
    assert len(here.paper.of(MessageKind.RECOVERY)) == 2
    await here.minutes(1, "B")
    assert len(here.paper.of(MessageKind.RECOVERY)) == 3


async def test_growth_is_a_new_message_that_mentions(here: Ground) -> None:
    await here.start()
    await here.minutes(4, "Survival", memory=85)
    await here.minutes(4, "Survival", memory=95)
    warning, critical = here.paper.sheets
    assert (warning.loud, critical.loud) == (False, True)
    assert len(await here.incidents()) == 1

    await here.minutes(7, "Survival", memory=50)
    (answer,) = here.paper.of(MessageKind.RECOVERY)
    assert answer.answers == critical.id
    assert warning.open == critical.open == ()


async def test_what_grew_together_ends_in_one_answer(here: Ground) -> None:
    await here.start()
    await here.minutes(4, "A", "B", memory=85)
    await here.minutes(4, "A", "B", memory=95)
    warning, critical = here.paper.sheets
    assert warning.names == critical.names == ("A", "B")
    await here.minutes(7, "A", "B", memory=50)
    assert [one.answers for one in here.paper.of(MessageKind.RECOVERY)] == [critical.id]


async def test_an_acknowledged_warning_that_grows_is_nobodys_again(here: Ground) -> None:
    await here.minutes(4, "Survival", memory=85)
    (incident,) = await here.incidents()
    await acknowledge(here, incident)
    await here.minutes(3, "Survival", memory=85)
    assert [one.acknowledged_by for one in await here.incidents()] == [5]
    await here.minutes(4, "Survival", memory=95)
    assert [(one.acknowledged_by, one.acknowledged_at) for one in await here.incidents()] == [(None, None)]
    assert kinds(await here.messages()) == ["alert", "alert"]


async def test_a_server_that_goes_down_again_is_a_new_alert_in_a_new_message(here: Ground) -> None:
    await here.start()
    await here.minutes(3, "Survival", state=OFFLINE)
    (first,) = await here.incidents()
    await acknowledge(here, first)
    await here.minutes(2, "Survival")
    await here.minutes(3, "Survival", state=OFFLINE)
    (second,) = await here.incidents()
    assert (second.id != first.id, second.acknowledged_by) == (True, None)
    assert [(one.kind, one.open) for one in here.paper.sheets] == [
        (MessageKind.ALERT, ()),
        (MessageKind.ALERT, ("Survival",)),
        (MessageKind.RECOVERY, ()),
    ]
    async with here.store.read() as conn:
        (ended,) = await alerts.get(conn, [first.id], guild_id=GUILD)
    assert ended.acknowledged_by == 5
    assert ended.ended_at == first.fired_at + timedelta(minutes=3)


async def test_each_outage_of_a_panel_tells_its_own_cause(here: Ground) -> None:
    await here.panel_out("in maintenance", times=3)
    await here.take(panel=True)
    await here.pass_(60)
    await here.panel_out("the database is down", times=3)
    (lasting,) = await here.incidents()
    assert lasting.evidence["cause"] == "the database is down"
    await here.panel_out("the certificate is not valid", times=1)
    (lasting,) = await here.incidents()
    assert lasting.evidence["cause"] == "the certificate is not valid"


async def test_an_acknowledgement_of_one_guild_ends_no_reminder_of_another(tmp_path: Path) -> None:
    async with ground(tmp_path, TWO_GUILDS) as here:
        await here.start()
        await here.minutes(4, "A", memory=95)
        (incident,) = await here.incidents()
        await acknowledge(here, incident, guild_id=1)
        for _ in range(5):
            await here.pass_(1)
            here.manual.advance(3600)
            await here.minutes(1, "A", memory=95)
        assert told(here, CHANNEL) == [(MessageKind.ALERT, ("A",))]
        assert told(here, CHANNEL + 1) == [(MessageKind.ALERT, ("A",)), (MessageKind.REPEAT, ("A",))]


async def test_growth_is_told_to_a_guild_that_acknowledged_less(tmp_path: Path) -> None:
    async with ground(tmp_path, TWO_GUILDS) as here:
        await here.start()
        await here.minutes(4, "A", memory=85)
        (incident,) = await here.incidents()
        await acknowledge(here, incident, guild_id=1)
        await here.minutes(4, "A", memory=95)
        assert len(told(here, CHANNEL)) == len(told(here, CHANNEL + 1)) == 2
        async with here.store.read() as conn:
            assert await alert_handling.acknowledged(conn, [incident.id]) == ()


async def test_a_silence_of_one_guild_mutes_no_other_and_what_it_missed_is_made_up_for(
    tmp_path: Path,
) -> None:
    async with ground(tmp_path, TWO_GUILDS) as here:
        await here.start()
        await here.minutes(4, "A", memory=85)
        (incident,) = await here.incidents()
        await silence(here, incident, timedelta(minutes=30), guild_id=1)
        await here.minutes(5, "A", memory=95)
        assert len(told(here, CHANNEL)) == 1
        assert len(told(here, CHANNEL + 1)) == 2
        await here.minutes(30, "A", memory=95)
        assert told(here, CHANNEL) == [(MessageKind.ALERT, ("A",))] * 2
        assert len(told(here, CHANNEL + 1)) == 2
        async with here.store.read() as conn:
            assert await alert_handling.silenced(conn, PANEL, [incident.subject.about]) == ()


async def test_a_silence_covers_what_fires_anew_and_is_told_when_it_ends(tmp_path: Path) -> None:
    async with ground(tmp_path, TWO_GUILDS) as here:
        await here.start()
        await here.minutes(4, "A", memory=95)
        (incident,) = await here.incidents()
        await silence(here, incident, timedelta(hours=1), guild_id=1)
        await here.minutes(8, "A", memory=50)
        await here.minutes(5, "A", memory=95)
        alerts_of = [kind for kind, _ in told(here, CHANNEL) if kind is MessageKind.ALERT]
        assert len(alerts_of) == 1
        assert [kind for kind, _ in told(here, CHANNEL + 1)].count(MessageKind.ALERT) == 2
        await here.minutes(60, "A", memory=95)
        assert [kind for kind, _ in told(here, CHANNEL)].count(MessageKind.ALERT) == 2


async def test_a_silence_of_the_only_guild_is_told_when_it_is_over(here: Ground) -> None:
    await here.start()
    await here.minutes(4, "A", memory=85)
    (incident,) = await here.incidents()
    await silence(here, incident, timedelta(minutes=30))
    await here.minutes(20, "A", memory=95)
    assert len(here.paper.sheets) == 1
    await here.minutes(12, "A", memory=95)
    assert [one.loud for one in here.paper.sheets] == [False, True]


async def test_a_node_that_is_down_swallows_its_servers(here: Ground) -> None:
    await here.start()
    here.seen("A")
    await here.take(nodes={"falcon": False})
    await here.pass_(60)
    await here.minutes(4, "A", memory=95)
    assert [one.names for one in here.paper.sheets] == [("falcon",)]
    assert {one.suppression for one in await here.incidents()} == {None, Suppression.INHIBITED}

    for _ in range(7):
        await here.take(here.seen("A", memory=95), nodes={"falcon": True})
        await here.pass_(60)
    assert [one.names for one in here.paper.of(MessageKind.ALERT)] == [("falcon",), ("A",)]
    assert len(here.paper.of(MessageKind.RECOVERY)) == 1


async def test_a_critical_crash_swallows_that_the_server_is_offline(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", state=OFFLINE, gave_up=True))
    await here.pass_(60)
    await here.minutes(5, "A", state=OFFLINE)
    (alert,) = here.paper.sheets
    assert alert.loud
    await here.minutes(30, "A", state=OFFLINE)  # the crash is half an hour old; it is still offline
    assert alert.open == ("A",)
    await here.minutes(6, "A")
    assert [one.kind for one in here.paper.sheets] == [MessageKind.ALERT, MessageKind.RECOVERY]
    assert await here.incidents() == ()


async def test_a_crash_that_came_back_does_not_swallow_that_it_went_down_after_that(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(30)
    await here.minutes(4, "A", state=OFFLINE)
    warning, critical = here.paper.sheets
    assert (warning.loud, critical.loud) == (False, True)
    assert {one.suppression for one in await here.incidents()} == {None}


async def test_a_stop_that_was_wanted_is_nothing(here: Ground) -> None:
    await here.minutes(10, "A", state=OFFLINE, asked=True)
    assert await here.incidents() == ()


async def test_what_flaps_is_told_so_once_and_then_left_alone(here: Ground) -> None:
    here.seen("A")
    await here.start()
    for _ in range(6):
        await here.take(nodes={"falcon": False})
        await here.pass_(60)
        for _ in range(6):
            await here.take(nodes={"falcon": True})
            await here.pass_(60)
    sheets = here.paper.sheets
    assert len(here.paper.of(MessageKind.FLAPPING)) == 1
    assert len([one for one in sheets if one.kind is MessageKind.ALERT]) == 2


async def test_maintenance_mutes_and_what_is_left_after_it_is_told(here: Ground) -> None:
    await here.start()
    now = here.clock.now()
    quiet = Maintenance(
        0, PANEL, here.seen("A").server.uuid, GUILD, "disks", now, now + timedelta(minutes=10), 5
    )
    await here.store.write(lambda conn: alert_rules.begin_maintenance(conn, quiet))
    await here.minutes(8, "A", memory=95)
    assert not here.paper.sheets
    assert [one.suppression for one in await here.incidents()] == [Suppression.MAINTENANCE]
    await here.minutes(4, "A", memory=95)
    assert [one.names for one in here.paper.sheets] == [("A",)]
    assert [one.suppression for one in await here.incidents()] == [None]


async def test_maintenance_of_all_servers_mutes_their_node_and_panel_for_that_guild(tmp_path: Path) -> None:
    async with ground(tmp_path, {PANEL: {1: "all", 2: "all"}}) as here:
        await here.start()
        here.seen("A")
        until = here.clock.now() + timedelta(minutes=10)
        quiet = Maintenance(0, PANEL, None, 1, "new disks", here.clock.now(), until, 5)
        await here.store.write(lambda conn: alert_rules.begin_maintenance(conn, quiet))
        await here.take(nodes={"falcon": False})
        await here.settle()
        for _ in range(3):
            await here.take(panel=False)
        await here.settle()
        assert [(one.channel_id, one.names) for one in here.paper.sheets] == [
            (8, ("falcon",)),
            (8, ("main",)),
        ]
        await here.pass_(600)
        await here.take(nodes={"falcon": False}, panel=False)
        await here.settle()
        assert [(one.channel_id, one.names) for one in here.paper.sheets[2:]] == [(7, ("main",))]


async def test_a_flood_is_one_digest_that_is_edited(here: Ground) -> None:
    await here.start()
    for number in range(25):
        await here.take(here.seen(f"S{number}", crashed=True, node=f"n{number}"))
        await here.pass_(5)
    assert len(here.paper.of(MessageKind.ALERT)) == 10
    (digest,) = here.paper.of(MessageKind.DIGEST)
    assert len(digest.open) == 15
    await here.minutes(31, *(f"S{number}" for number in range(25)))
    assert digest.open == ()
    assert len(here.paper.of(MessageKind.RECOVERY)) == 10


async def test_a_critical_alert_repeats_every_four_hours(here: Ground) -> None:
    await here.start()
    here.seen("A")
    await here.take(nodes={"falcon": False})
    for _ in range(9):
        await here.pass_(1)
        here.manual.advance(3600)
        await here.take(nodes={"falcon": False})
    await here.settle()
    repeats = here.paper.of(MessageKind.REPEAT)
    assert len(repeats) == 2
    assert all(one.loud and one.answers == here.paper.sheets[0].id for one in repeats)


async def test_each_guild_is_told_of_what_it_may_see(tmp_path: Path) -> None:
    async with ground(tmp_path, {PANEL: {1: "all", 2: frozenset({"b_______"})}}) as here:
        await here.start()
        await here.take(here.seen("A", crashed=True), here.seen("B", crashed=True, node="heron"))
        await here.take(panel=False)
        await here.pass_(60)
        await here.take(panel=False)
        await here.pass_(60)
        await here.take(panel=False)
        await here.settle()
        told = {
            channel: [one.names for one in here.paper.sheets if one.channel_id == channel]
            for channel in (7, 8)
        }
        assert told == {7: [("A",), ("B",), ("main",)], 8: [("B",), ("main",)]}


async def test_a_channel_that_is_chosen_later_hears_of_what_still_fires(here: Ground) -> None:
    await here.choose(None)
    await here.start()
    await here.minutes(5, "A", memory=95)
    assert not here.paper.sheets
    await here.choose(CHANNEL)
    await here.minutes(2, "A", memory=95)
    assert [one.names for one in here.paper.sheets] == [("A",)]


async def test_rules_can_be_changed_for_one_server(here: Ground) -> None:
    async def change(conn: AsyncConnection) -> None:
        await alert_rules.put(
            conn,
            panel_id=PANEL,
            server_uuid=here.seen("A").server.uuid,
            rule=RuleKind.MEMORY,
            guild_id=GUILD,
            override=Override(enabled=False),
            by=5,
            now=here.clock.now(),
        )

    await here.minutes(4, "A", "B", memory=95)
    assert len(await here.incidents()) == 2
    await here.store.write(change)
    await here.minutes(1, "A", "B", memory=95)
    assert [one.name for one in await here.incidents()] == ["B"]


async def test_a_server_that_was_deleted_leaves_nothing_red(here: Ground) -> None:
    await here.start()
    await here.minutes(4, "A", "B", memory=95)
    await here.judge.forget_missing_servers(PANEL, [here.servers["B"].uuid], here.clock.now())
    await here.settle()
    assert [one.name for one in await here.incidents()] == ["B"]
    async with here.store.read() as conn:
        assert list(await server_states.of(conn, PANEL)) == [here.servers["B"].uuid]


async def test_a_node_that_holds_no_servers_any_more_leaves_nothing_red(here: Ground) -> None:
    await here.start()
    seen = here.seen("A")
    await here.take(nodes={"falcon": False})
    await here.settle()
    await here.judge.forget_missing_servers(PANEL, [seen.server.uuid, "node:heron"], here.clock.now())
    await here.settle()
    assert await here.incidents() == ()
    assert [one.open for one in here.paper.sheets] == [(), ()]


async def test_two_panels_share_a_channel_but_no_message(tmp_path: Path) -> None:
    async with ground(tmp_path, {PANEL: {GUILD: "all"}, "other": {GUILD: "all"}}) as here:
        chosen = GuildSettings(
            GUILD, "other", CHIEF, here.clock.now(), alert_channel_id=CHANNEL, alerts_by=CHIEF
        )
        await here.store.write(lambda conn: guild_settings.put(conn, chosen))
        for panel_id in (PANEL, "other"):
            for _ in range(3):
                batch = CheckBatch(panel_id, here.clock.now(), panel=RuleInput(is_reachable=False))
                await here.judge.process(batch)
        assert [(one.panel_id, one.kind.value) for one in await here.messages()] == [
            (PANEL, "alert"),
            ("other", "alert"),
        ]


async def test_a_clock_that_is_set_back_puts_nothing_into_old_messages(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(10)
    here.jump(timedelta(hours=-5))
    await here.take(here.seen("B", crashed=True))
    await here.settle()
    assert [one.names for one in here.paper.sheets] == [("A",), ("B",)]


async def test_a_store_that_cannot_be_written_keeps_nothing_half(here: Ground) -> None:
    refuse = "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END"
    await here.store.write(lambda conn: conn.exec_driver_sql(refuse))
    with pytest.raises(IntegrityError, match="full"):
        await here.take(here.seen("A", crashed=True))
    assert await here.incidents() == ()
    async with here.store.read() as conn:
        assert await alerts.states(conn, PANEL) == {}
        assert await server_states.of(conn, PANEL) == {}
    await here.store.write(lambda conn: conn.exec_driver_sql("DROP TRIGGER full"))
    await here.take(here.seen("A", crashed=True))
    assert kinds(await here.messages()) == ["alert"]


async def test_the_worst_level_and_the_peak_are_kept(here: Ground) -> None:
    await here.minutes(4, "A", memory=85)
    await here.minutes(4, "A", memory=97)
    await here.minutes(8, "A", memory=82)
    (incident,) = await here.incidents()
    assert (incident.level, incident.worst) == (Severity.WARNING, Severity.CRITICAL)
    assert incident.peak == pytest.approx(97)
    assert incident.value == pytest.approx(82)
    async with here.store.read() as conn:
        assert len(await outbox.of_incident(conn, incident.id)) == 2
