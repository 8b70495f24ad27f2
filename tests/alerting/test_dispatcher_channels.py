"""A channel that is closed or deleted loses no alert, and a message that was deleted is not sent again."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count

from typing_extensions import override

from bot.alerting.channel_warnings import ChannelWarnings
from bot.alerting.receiver import DeliveryUnknown
from bot.alerting.routing import CHANNEL_RATE_LIMIT
from bot.core.clock import Clock
from bot.domain.notifications import ClosedChannel, MessageKind
from bot.storage.repositories import closed_channels, outbox, outbox_reroute
from tests.alerting.harness import (
    CHANNEL,
    CHIEF,
    GUILD,
    PANEL,
    Harness,
    nothing_waits,
)
from tests.alerting.recording_receiver import RecordingReceiver, Trouble

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


async def test_a_closed_channel_is_reported_once_and_its_alerts_wait(harness: Harness) -> None:
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(1900)
    assert harness.receiver.warned == [(CHANNEL, CHIEF)]
    assert not harness.receiver.messages
    await harness.kill()
    await harness.start()
    await harness.pass_(700)
    assert harness.receiver.warned == [(CHANNEL, CHIEF)]

    harness.receiver.closed.clear()
    await harness.pass_(700)
    assert [message.names for message in harness.receiver.messages] == [("A",)]
    async with harness.store.read() as conn:
        assert await closed_channels.read(conn) == ()


async def test_deliveries_that_fail_together_close_a_channel_once(harness: Harness) -> None:
    await harness.evaluate(harness.check("A", crashed=True))
    async with harness.store.read() as conn:
        (job,) = await outbox.jobs(conn)
    moments = count()
    clock = Clock(now=lambda: NOW + timedelta(milliseconds=next(moments)))
    seen: list[ClosedChannel] = []

    class Receiver(RecordingReceiver):
        @override
        async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
            seen.append(channel)
            raise DeliveryUnknown("no answer")

    warnings, receiver = ChannelWarnings(harness.store, clock), Receiver(clock)
    await asyncio.gather(*(warnings.warn_of_channel(receiver, job.message, "closed") for _ in range(3)))
    await warnings.warn_of_channel(receiver, job.message, "closed")
    assert len({channel.since for channel in seen}) == 1


async def test_alerts_follow_into_the_channel_that_is_chosen_instead(harness: Harness) -> None:
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(5)
    await harness.choose(8)
    now = harness.clock.now()
    await harness.store.write(
        lambda conn: outbox_reroute.move(conn, guild_id=GUILD, panel_id=PANEL, to=8, now=now)
    )
    harness.dispatcher.wake()
    await harness.pass_(5)
    assert [(message.channel_id, message.names) for message in harness.receiver.messages] == [(8, ("A",))]
    await harness.minutes(2, "A")
    assert len(harness.receiver.messages) == 1


async def test_nothing_waits_for_ever_for_a_channel_that_was_deleted(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(5)
    harness.receiver.deleted.add(CHANNEL)
    harness.receiver.troubles.append(Trouble.NONE)
    await harness.evaluate(harness.check("B", crashed=True, node="heron"))  # refused, so it waits
    await harness.pass_(5)
    assert not await nothing_waits(harness)

    await harness.choose(8)  # and whoever chooses does not move what waits
    await harness.minutes(40, "A", "B")
    elsewhere = [
        (message.kind, message.names) for message in harness.receiver.messages if message.channel_id == 8
    ]
    assert elsewhere.count((MessageKind.ALERT, ("B",))) == 1
    assert await nothing_waits(harness)


async def test_alerts_that_a_deleted_channel_may_have_had_are_sent_to_the_next_one(harness: Harness) -> None:
    harness.receiver.troubles.append(Trouble.LOST)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    harness.receiver.deleted.add(CHANNEL)
    await harness.choose(8)
    await harness.pass_(700)
    assert [(message.channel_id, message.names) for message in harness.receiver.messages] == [
        (CHANNEL, ("A",)),
        (8, ("A",)),
    ]
    assert await nothing_waits(harness)


async def test_a_closed_channel_holds_up_no_other(harness: Harness) -> None:
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(5)
    await harness.choose(8)
    await harness.evaluate(harness.check("B", crashed=True, node="heron"))
    await harness.pass_(2)
    assert ("B",) in [message.names for message in harness.receiver.messages]


async def test_a_message_that_somebody_deleted_is_not_made_again(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    harness.receiver.messages.clear()
    await harness.minutes(32, "A")
    assert harness.receiver.of(MessageKind.ALERT) == []
    assert await nothing_waits(harness)


async def test_an_alert_that_joined_a_deleted_message_is_sent_again(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    harness.receiver.messages.clear()  # somebody deletes it, before B joins it
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.settle()
    assert [alert.names for alert in harness.receiver.of(MessageKind.ALERT)] == [("B",)]
    assert await nothing_waits(harness)


async def test_what_a_deleted_message_has_shown_after_it_joined_is_not_sent_again(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.settle()
    harness.receiver.messages.clear()
    await harness.minutes(32, "A", "B")
    assert harness.receiver.of(MessageKind.ALERT) == []
    assert await nothing_waits(harness)


async def test_an_alert_that_worsens_in_a_deleted_list_is_sent_again(harness: Harness) -> None:
    await harness.start()
    for number in range(CHANNEL_RATE_LIMIT):
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
    await harness.evaluate(harness.check("A", crashed=True), harness.check("B", crashed=True))
    await harness.settle()
    (digest,) = harness.receiver.of(MessageKind.DIGEST)
    assert digest.names == ("A", "B")
    harness.receiver.messages.remove(digest)
    await harness.evaluate(harness.check("A", crashed=True, gave_up=True))
    await harness.settle()
    assert [again.names for again in harness.receiver.of(MessageKind.DIGEST)] == [("A",)]
    assert await nothing_waits(harness)


async def test_open_channel_is_written_to_at_once_when_a_guild_has_changed(harness: Harness) -> None:
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.evaluate(harness.check("B", crashed=True, node="heron"))
    await harness.pass_(60)
    (waiting,) = await harness.dispatcher.pending(GUILD)
    assert (waiting.count, waiting.why) == (2, "it is closed")
    harness.receiver.closed.clear()
    harness.dispatcher.retry(GUILD + 1)
    await harness.pass_(2)
    assert harness.receiver.messages == []
    harness.dispatcher.retry(GUILD)
    await harness.pass_(2)
    assert sorted(message.names for message in harness.receiver.messages) == [("A",), ("B",)]
