"""Each notification is sent exactly once and in order, also after a cut, a kill or a refused request."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerting.receiver import LONGEST_WAIT_S
from bot.alerting.routing import CHANNEL_RATE_LIMIT, CHANNEL_RATE_PERIOD
from bot.domain.notifications import MessageKind
from tests.alerting.harness import (
    CHANNEL,
    GUILD,
    Harness,
    nothing_waits,
)
from tests.alerting.recording_receiver import Trouble


def references(harness: Harness) -> list[str]:
    return [message.reference for message in harness.receiver.messages]


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.LOST, Trouble.REFUSED])
async def test_a_request_that_fails_is_made_again_and_arrives_once(
    harness: Harness, trouble: Trouble
) -> None:
    harness.receiver.troubles.append(trouble)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(10)
    assert len(harness.receiver.messages) == 1
    assert await nothing_waits(harness)


@pytest.mark.parametrize("refused_for_s", [3600.5, 86_400, 1e18, float("inf")])
async def test_a_long_ban_is_neither_hammered_nor_waited_out(harness: Harness, refused_for_s: float) -> None:
    harness.receiver.refused_for_s = refused_for_s
    harness.receiver.troubles.extend([Trouble.REFUSED] * 2)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(600)
    assert harness.receiver.requests == 1
    await harness.pass_(2 * LONGEST_WAIT_S)
    assert [message.names for message in harness.receiver.messages] == [("A",)]


@pytest.mark.parametrize(
    "away_s", [90, *(pytest.param(away_s, marks=pytest.mark.sweep) for away_s in (1, 30, 600, 7200))]
)
@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.LOST, Trouble.HELD])
async def test_a_kill_between_send_and_store_neither_loses_nor_doubles(
    harness: Harness, trouble: Trouble, away_s: int
) -> None:
    harness.receiver.troubles.append(trouble)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    await harness.kill()
    harness.manual.advance(away_s)
    await harness.start()
    await harness.pass_(5)
    assert len(harness.receiver.messages) == 1
    assert await nothing_waits(harness)


async def test_what_changed_since_the_first_attempt_is_shown_in_the_end(harness: Harness) -> None:
    harness.receiver.troubles.append(Trouble.LOST)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    await harness.kill()
    await harness.minutes(32, "A")
    await harness.start()
    await harness.pass_(5)
    (alert,) = harness.receiver.of(MessageKind.ALERT)
    assert alert.open == ()
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 1


async def test_an_alert_grouped_into_the_list_before_it_could_be_sent_is_only_there(harness: Harness) -> None:
    await harness.start()
    for number in range(CHANNEL_RATE_LIMIT - 1):
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
    await harness.settle()
    harness.receiver.troubles.extend([Trouble.BEFORE] * 40)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.evaluate(harness.check("A", crashed=True, gave_up=True))
    await harness.pass_(120)
    harness.receiver.troubles.clear()
    await harness.pass_(60)
    notified = [
        (message.kind, message.names) for message in harness.receiver.messages if "A" in message.names
    ]
    assert notified == [(MessageKind.DIGEST, ("A",))]
    assert await nothing_waits(harness)


async def test_a_server_that_gets_an_alert_of_its_own_before_the_list_is_sent_is_only_there(
    harness: Harness,
) -> None:
    await harness.start()
    for number in range(CHANNEL_RATE_LIMIT):
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
    await harness.settle()
    harness.receiver.troubles.extend([Trouble.BEFORE] * 100)
    await harness.evaluate(harness.check("A", crashed=True), harness.check("B", crashed=True))
    await harness.pass_(CHANNEL_RATE_PERIOD.total_seconds() + 60)
    await harness.evaluate(harness.check("A", crashed=True, gave_up=True))
    harness.receiver.troubles.clear()
    await harness.pass_(400)
    notified = {
        (message.kind, message.names)
        for message in harness.receiver.messages
        if {"A", "B"} & {*message.names}
    }
    assert notified == {(MessageKind.DIGEST, ("B",)), (MessageKind.ALERT, ("A",))}
    assert await nothing_waits(harness)


@pytest.mark.parametrize(("trouble", "messages"), [(Trouble.BEFORE, 1), (Trouble.LOST, 2)])
async def test_a_crash_that_gets_worse_while_its_alert_is_unconfirmed_is_sent_at_once_and_not_twice(
    harness: Harness, trouble: Trouble, messages: int
) -> None:
    await harness.start()
    harness.receiver.troubles.append(trouble)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    before = len(harness.receiver.messages)
    await harness.evaluate(harness.check("A", crashed=True, gave_up=True))
    await harness.settle()
    assert len(harness.receiver.messages) == before + 1
    assert harness.receiver.messages[-1].mentions_role
    await harness.pass_(120)
    assert len(harness.receiver.messages) == messages
    assert await nothing_waits(harness)


async def test_crash_that_gets_worse_at_the_moment_its_alert_is_sent_is_notified_once(
    harness: Harness,
) -> None:
    await harness.evaluate(harness.check("A", crashed=True))
    is_free = asyncio.Event()
    holding = asyncio.create_task(harness.store.write(lambda _: is_free.wait()))
    worse = asyncio.create_task(harness.evaluate(harness.check("A", crashed=True, gave_up=True)))
    await harness.start()
    await harness.settle()  # the delivery has read the store, and waits to record its attempt
    is_free.set()
    await asyncio.gather(holding, worse)
    await harness.pass_(5)
    assert [message.names for message in harness.receiver.of(MessageKind.ALERT)] == [("A",)]
    assert harness.receiver.messages[-1].mentions_role
    assert await nothing_waits(harness)


async def test_one_of_two_that_gets_worse_before_their_alert_is_sent_is_notified_once(
    harness: Harness,
) -> None:
    await harness.evaluate(harness.check("A", crashed=True), harness.check("B", crashed=True))
    await harness.evaluate(harness.check("A", crashed=True, gave_up=True))
    await harness.start()
    await harness.pass_(5)
    assert [message.names for message in harness.receiver.of(MessageKind.ALERT)] == [("A",), ("B",)]
    assert await nothing_waits(harness)


@pytest.mark.parametrize("is_killed", [False, True])
async def test_an_edit_that_is_carried_out_late_does_not_undo_a_newer_one(
    harness: Harness, is_killed: bool
) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(2)
    harness.receiver.troubles.append(Trouble.LATE)
    await harness.evaluate(harness.check("B", crashed=True))  # joins by an edit that nobody answers in time
    await harness.settle()
    await harness.evaluate(harness.check("C", crashed=True))
    if is_killed:
        await harness.kill()
        await harness.start()
    await harness.pass_(25)
    (alert,) = harness.receiver.messages
    before = alert.names
    assert before == ("A", "B", "C")
    assert await harness.dispatcher.pending(GUILD) == ()
    harness.receiver.arrive()
    meanwhile = alert.names
    assert meanwhile == ("A", "B")
    harness.dispatcher.retry()  # a reconnect brings it no nearer
    await harness.settle()
    after = alert.names
    assert after == ("A", "B")
    await harness.pass_(60)
    assert alert.names == ("A", "B", "C")
    assert await nothing_waits(harness)


async def test_an_edit_that_was_refused_is_not_made_twice(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(2)
    harness.receiver.troubles.extend([Trouble.REFUSED] * 2)
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.pass_(200)
    assert [(message.names, message.edits) for message in harness.receiver.messages] == [(("A", "B"), 1)]


async def test_an_edit_that_must_wait_holds_up_no_new_alert(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(2)
    harness.receiver.troubles.append(Trouble.REFUSED)
    await harness.evaluate(
        harness.check("B", crashed=True)
    )  # joins by an edit, which is refused for three seconds
    await harness.settle()
    await harness.evaluate(harness.check("C", crashed=True, node="heron"))
    await harness.pass_(1)
    assert [message.names for message in harness.receiver.messages] == [("A",), ("C",)]
    await harness.pass_(4)
    assert [message.names for message in harness.receiver.messages] == [("A", "B"), ("C",)]


async def test_failing_recovery_holds_back_no_alert_of_another_server(harness: Harness) -> None:
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.minutes(30, "A")
    harness.receiver.broken.add(MessageKind.RECOVERY)
    await harness.minutes(4, "A")
    failed = harness.receiver.requests
    await harness.evaluate(harness.check("B", crashed=True, node="heron"))
    await harness.pass_(1)
    assert ("B",) in [message.names for message in harness.receiver.of(MessageKind.ALERT)]
    assert harness.receiver.of(MessageKind.RECOVERY) == []
    assert failed < 30  # it waits longer after each failure
    (waiting,) = await harness.dispatcher.pending(GUILD)
    assert (waiting.channel_id, waiting.count) == (CHANNEL, 1)
    assert waiting.since is not None

    harness.receiver.broken.clear()
    harness.dispatcher.retry()
    await harness.pass_(1)
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 1
    assert await harness.dispatcher.pending(GUILD) == ()


async def test_critical_alert_goes_before_what_waited_longer(harness: Harness) -> None:
    for number in range(3):
        await harness.minutes(5, f"W{number}", memory=85.0, node=f"n{number}")
    await harness.evaluate(harness.check("C", crashed=True, gave_up=True, node="heron"))
    await harness.start()
    await harness.pass_(5)
    assert harness.receiver.messages[0].mentions_role
    assert {message.names for message in harness.receiver.messages} >= {("C",), ("W0",)}


async def test_what_waits_for_its_back_off_is_tried_at_once_after_a_reconnect(harness: Harness) -> None:
    await harness.start()
    harness.receiver.broken.add(MessageKind.ALERT)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.pass_(300)
    (waiting,) = await harness.dispatcher.pending(GUILD)
    assert waiting.why == "Discord answered 500"
    harness.receiver.broken.clear()
    harness.dispatcher.retry()
    await harness.settle()
    assert [message.names for message in harness.receiver.messages] == [("A",)]


async def test_history_is_searched_less_and_less_often_while_that_fails(harness: Harness) -> None:
    harness.receiver.troubles.append(Trouble.LOST)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    await harness.kill()
    harness.manual.advance(600)
    harness.receiver.unreadable = True
    before = harness.receiver.requests
    await harness.start()
    await harness.pass_(300)
    assert harness.receiver.requests - before < 25
    harness.receiver.unreadable = False
    await harness.pass_(60)
    assert [message.names for message in harness.receiver.messages] == [("A",)]
    assert await nothing_waits(harness)


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=() if seed < 2 else pytest.mark.sweep) for seed in range(40)]
)
async def test_whatever_happens_every_alert_is_notified_once(harness: Harness, seed: int) -> None:
    dice = random.Random(seed)
    bad = [Trouble.BEFORE, Trouble.LOST, Trouble.REFUSED]
    await harness.start()
    for number in range(8):
        harness.receiver.troubles.extend(dice.choices([Trouble.NONE, *bad], k=2))
        await harness.evaluate(harness.check(f"S{number}", crashed=True, node=f"n{number}"))
        await harness.pass_(dice.choice([0, 1, 20]))
        if dice.random() < 0.6:
            await harness.kill()
            harness.manual.advance(dice.choice([0, 5, 61, 300, 1000]))
            await harness.start()
    harness.receiver.troubles.clear()
    await harness.kill()
    await harness.start()
    await harness.pass_(400)
    alerts = harness.receiver.of(MessageKind.ALERT)
    assert sorted(alert.names for alert in alerts) == [(f"S{number}",) for number in range(8)]
    await harness.minutes(31, *(f"S{number}" for number in range(8)))
    assert all(alert.open == () for alert in alerts)
    assert len(harness.receiver.of(MessageKind.RECOVERY)) == 8
    assert len(set(references(harness))) == len(references(harness))
    assert await nothing_waits(harness)


async def test_a_clock_that_is_set_back_delays_nothing_that_waits_and_doubles_nothing(
    harness: Harness,
) -> None:
    harness.receiver.closed.add(CHANNEL)
    await harness.start()
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    harness.receiver.closed.clear()
    harness.jump(timedelta(hours=-5))
    await harness.pass_(700)
    assert len(harness.receiver.messages) == 1
    assert await nothing_waits(harness)

    harness.receiver.troubles.append(Trouble.LOST)
    await harness.evaluate(harness.check("B", crashed=True))
    await harness.settle()
    await harness.kill()
    harness.manual.advance(600)
    harness.jump(timedelta(hours=-5))
    await harness.start()
    await harness.pass_(5)
    assert len(harness.receiver.messages) == 2
    assert await nothing_waits(harness)


async def test_what_waits_for_the_store_goes_out_as_soon_as_the_store_answers_again(
    harness: Harness, tmp_path: Path
) -> None:
    await harness.start()
    store, away = tmp_path / "quetzal.db", tmp_path / "away.db"
    store.rename(away)
    harness.dispatcher.retry()
    await harness.pass_(1200)
    away.rename(store)
    await harness.evaluate(harness.check("A", crashed=True))
    await harness.settle()
    assert [message.names for message in harness.receiver.messages] == [("A",)]
