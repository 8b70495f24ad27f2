"""An incident is one message with one end: how checks become incidents and notifications."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Override, RuleKind, Severity
from bot.domain.notifications import MessageKind
from bot.storage.repositories import (
    alert_rules,
    alerts,
    notifications,
    server_states,
)
from tests.alerting.harness import (
    GUILD,
    OFFLINE,
    PANEL,
    Harness,
    acknowledge,
    kinds,
)


async def test_a_load_that_lasts_is_notified_once_and_its_end_once(harness: Harness) -> None:
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


async def test_an_alert_that_worsened_before_it_could_be_sent_is_notified_once(harness: Harness) -> None:
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


async def test_grouped_alerts_end_in_one_reply(harness: Harness) -> None:
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


async def test_each_outage_of_a_panel_names_its_own_cause(harness: Harness) -> None:
    await harness.panel_out("in maintenance", times=3)
    await harness.evaluate(panel=True)
    await harness.pass_(60)
    await harness.panel_out("the database is down", times=3)
    (lasting,) = await harness.incidents()
    assert lasting.evidence["cause"] == "the database is down"
    await harness.panel_out("the certificate is not valid", times=1)
    (lasting,) = await harness.incidents()
    assert lasting.evidence["cause"] == "the certificate is not valid"


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
        assert len(await notifications.of_incident(conn, incident.id)) == 2
