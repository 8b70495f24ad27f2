"""Alerts that a worse one inhibits, that flap, or that a maintenance window mutes."""

from datetime import timedelta

from bot.domain.alerts import RuleKind, Suppression
from bot.domain.incidents import Maintenance
from bot.domain.notifications import MessageKind
from bot.storage.repositories import (
    alert_rules,
)
from tests.alerting.harness import (
    GUILD,
    OFFLINE,
    PANEL,
    Harness,
)


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
    await harness.minutes(10, "A", state=OFFLINE, stop_requested=True)
    assert await harness.incidents() == ()


async def test_flapping_is_notified_once_and_then_muted(harness: Harness) -> None:
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


async def test_maintenance_mutes_and_the_alerts_left_after_it_are_sent(harness: Harness) -> None:
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


async def test_a_flood_is_one_digest_that_is_edited(harness: Harness) -> None:
    await harness.start()
    for number in range(14):
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
        await harness.pass_(5)
    assert len(harness.receiver.of(MessageKind.ALERT)) == 10
    (digest,) = harness.receiver.of(MessageKind.DIGEST)
    before = digest.open
    assert len(before) == 4
    await harness.minutes(31, *(f"S{number}" for number in range(14)))
    assert digest.open == ()
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 10


async def test_a_silent_game_is_no_news_while_its_node_is_down(harness: Harness) -> None:
    await harness.start()
    harness.check("A")
    await harness.evaluate(nodes={"falcon": False})
    await harness.pass_(60)
    await harness.minutes(2, "A", silent_minutes=12)
    assert [message.names for message in harness.receiver.messages] == [("falcon",)]
    await harness.evaluate(nodes={"falcon": True})
    await harness.pass_(400)
    await harness.evaluate(nodes={"falcon": True})
    await harness.minutes(2, "A", silent_minutes=19)
    assert [message.names for message in harness.receiver.of(MessageKind.ALERT)] == [("falcon",), ("A",)]


async def test_a_server_that_is_down_does_not_hang_as_well(harness: Harness) -> None:
    await harness.start()
    await harness.minutes(4, "A", state=OFFLINE)
    await harness.minutes(2, "A", silent_minutes=12)
    assert len(harness.receiver.of(MessageKind.ALERT)) == 1
    assert {incident.rule for incident in await harness.incidents()} == {RuleKind.STATE, RuleKind.NO_ANSWER}
