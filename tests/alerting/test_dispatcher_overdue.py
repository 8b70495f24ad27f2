"""What has waited too long to be sent is counted as overdue, with the reason."""

from bot.alerting.dispatcher import Overdue
from bot.domain.notifications import MessageKind
from tests.alerting.harness import (
    CHANNEL,
    Harness,
    nothing_waits,
)
from tests.alerting.recording_receiver import Trouble


async def test_what_is_overdue_is_counted_from_the_first_failure_whenever_it_is_tried_again(
    harness: Harness,
) -> None:
    await harness.start()
    assert await harness.dispatcher.overdue() == Overdue(0.0)
    harness.receiver.broken.add(MessageKind.ALERT)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(400)
    assert await harness.dispatcher.overdue() == Overdue(400.0, "Discord answered 500")

    harness.receiver.broken.clear()
    await harness.pass_(60)
    assert len(harness.receiver.messages) == 1
    assert await harness.dispatcher.overdue() == Overdue(0.0)


async def test_a_long_ban_is_overdue_although_nothing_is_due(harness: Harness) -> None:
    harness.receiver.refused_for_s = 3600
    harness.receiver.troubles.append(Trouble.REFUSED)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(600)
    assert await harness.dispatcher.overdue() == Overdue(600.0, "too many requests")


async def test_a_message_that_is_never_attempted_is_overdue(harness: Harness) -> None:
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(400)
    assert await harness.dispatcher.overdue() == Overdue(400.0)


async def test_a_store_that_cannot_be_written_is_the_reason_for_what_is_overdue(harness: Harness) -> None:
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.store.write(lambda conn: conn.exec_driver_sql("PRAGMA query_only=ON"))
    await harness.start()
    await harness.pass_(100)
    assert await harness.dispatcher.overdue() == Overdue(100.0, "Quetzal's store isn't writable.")
    assert not harness.receiver.messages


async def test_what_waits_for_a_closed_channel_is_not_overdue(harness: Harness) -> None:
    harness.receiver.troubles.append(Trouble.BEFORE)
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(1000)
    assert not await nothing_waits(harness)
    assert await harness.dispatcher.overdue() == Overdue(0.0)


async def test_the_time_while_quetzal_was_not_running_is_not_overdue(harness: Harness) -> None:
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.kill()
    harness.manual.advance(7200)
    harness.restart()
    assert await harness.dispatcher.overdue() == Overdue(0.0)
    await harness.pass_(100)
    assert await harness.dispatcher.overdue() == Overdue(100.0)


async def test_a_failure_is_not_held_against_a_later_job_with_the_same_number(harness: Harness) -> None:
    await harness.start()
    harness.receiver.troubles.append(Trouble.BEFORE)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(200)
    assert await nothing_waits(harness)
    harness.receiver.broken.add(MessageKind.ALERT)
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.pass_(50)
    assert await harness.dispatcher.overdue() == Overdue(50.0, "Discord answered 500")
