"""Nothing lost, nothing doubled: whatever is cut, killed, closed or refused on the way to a channel."""

import random
from datetime import timedelta

import pytest

from bot.alerting.receiver import LONGEST_WAIT_S
from bot.alerting.routing import CHANNEL_RATE_LIMIT
from bot.domain.notifications import MessageKind
from bot.storage.repositories import outbox, outbox_reroute
from tests.alerting.harness import (
    CHANNEL,
    CHIEF,
    GUILD,
    PANEL,
    Ground,
)
from tests.alerting.recording_receiver import Trouble


def references(here: Ground) -> list[str]:
    return [one.reference for one in here.paper.sheets]


async def nothing_waits(here: Ground) -> bool:
    async with here.store.read() as conn:
        return await outbox.waiting(conn) == 0


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.LOST, Trouble.REFUSED])
async def test_a_request_that_fails_is_made_again_and_arrives_once(here: Ground, trouble: Trouble) -> None:
    here.paper.troubles.append(trouble)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(10)
    assert len(here.paper.sheets) == 1
    assert await nothing_waits(here)


@pytest.mark.parametrize("refused_for_s", [3600.5, 86_400, 1e18, float("inf")])
async def test_a_long_ban_is_neither_hammered_nor_waited_out(here: Ground, refused_for_s: float) -> None:
    here.paper.refused_for_s = refused_for_s
    here.paper.troubles.extend([Trouble.REFUSED] * 2)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(600)
    assert here.paper.requests == 1
    await here.pass_(2 * LONGEST_WAIT_S)
    assert [one.names for one in here.paper.sheets] == [("A",)]


@pytest.mark.parametrize("away_s", [1, 30, 90, 600, 7200])
@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.LOST, Trouble.HELD])
async def test_a_kill_between_send_and_store_neither_loses_nor_doubles(
    here: Ground, trouble: Trouble, away_s: int
) -> None:
    here.paper.troubles.append(trouble)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    await here.kill()
    here.manual.advance(away_s)
    await here.start()
    await here.pass_(5)
    assert len(here.paper.sheets) == 1
    assert await nothing_waits(here)


async def test_what_changed_since_the_first_attempt_is_shown_in_the_end(here: Ground) -> None:
    here.paper.troubles.append(Trouble.LOST)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    await here.kill()
    await here.minutes(32, "A")
    await here.start()
    await here.pass_(5)
    (alert,) = here.paper.of(MessageKind.ALERT)
    assert alert.open == ()
    assert len(here.paper.of(MessageKind.RECOVERY)) == 1


async def test_a_closed_channel_is_told_of_once_and_its_alerts_wait(here: Ground) -> None:
    here.paper.closed.add(CHANNEL)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(1900)
    assert here.paper.warned == [(CHANNEL, CHIEF)]
    assert not here.paper.sheets
    await here.kill()
    await here.start()
    await here.pass_(700)
    assert here.paper.warned == [(CHANNEL, CHIEF)]

    here.paper.closed.clear()
    await here.pass_(700)
    assert [one.names for one in here.paper.sheets] == [("A",)]
    async with here.store.read() as conn:
        assert await outbox.closed(conn) == ()


async def test_alerts_follow_into_the_channel_that_is_chosen_instead(here: Ground) -> None:
    here.paper.closed.add(CHANNEL)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(5)
    await here.choose(8)
    now = here.clock.now()
    await here.store.write(
        lambda conn: outbox_reroute.move(conn, guild_id=GUILD, panel_id=PANEL, to=8, now=now)
    )
    here.sender.wake()
    await here.pass_(5)
    assert [(one.channel_id, one.names) for one in here.paper.sheets] == [(8, ("A",))]
    await here.minutes(2, "A")
    assert len(here.paper.sheets) == 1


async def test_nothing_waits_for_ever_for_a_channel_that_was_deleted(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(5)
    here.paper.deleted.add(CHANNEL)
    here.paper.troubles.append(Trouble.NONE)
    await here.take(here.seen("B", crashed=True, node="heron"))  # refused, so it waits
    await here.pass_(5)
    assert not await nothing_waits(here)

    await here.choose(8)  # and whoever chooses does not move what waits
    await here.minutes(40, "A", "B")
    there = [(one.kind, one.names) for one in here.paper.sheets if one.channel_id == 8]
    assert there.count((MessageKind.ALERT, ("B",))) == 1
    assert await nothing_waits(here)


async def test_what_a_deleted_channel_may_have_had_is_told_in_the_next_one(here: Ground) -> None:
    here.paper.troubles.append(Trouble.LOST)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    here.paper.deleted.add(CHANNEL)
    await here.choose(8)
    await here.pass_(700)
    assert [(one.channel_id, one.names) for one in here.paper.sheets] == [(CHANNEL, ("A",)), (8, ("A",))]
    assert await nothing_waits(here)


async def test_a_closed_channel_holds_up_no_other(here: Ground) -> None:
    here.paper.closed.add(CHANNEL)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(5)
    await here.choose(8)
    await here.take(here.seen("B", crashed=True, node="heron"))
    await here.pass_(2)
    assert ("B",) in [one.names for one in here.paper.sheets]


async def test_a_message_that_somebody_deleted_is_not_made_again(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    here.paper.sheets.clear()
    await here.minutes(32, "A")
    assert here.paper.of(MessageKind.ALERT) == []
    assert await nothing_waits(here)


async def test_what_joined_a_message_that_was_deleted_before_is_sent_anew(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    here.paper.sheets.clear()  # somebody deletes it, before B joins it
    await here.take(here.seen("B", crashed=True))
    await here.settle()
    assert [alert.names for alert in here.paper.of(MessageKind.ALERT)] == [("B",)]
    assert await nothing_waits(here)


async def test_what_a_deleted_message_has_shown_after_it_joined_is_not_sent_again(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    await here.take(here.seen("B", crashed=True))
    await here.settle()
    here.paper.sheets.clear()
    await here.minutes(32, "A", "B")
    assert here.paper.of(MessageKind.ALERT) == []
    assert await nothing_waits(here)


async def test_what_gets_worse_in_a_list_that_was_deleted_before_is_sent_anew(here: Ground) -> None:
    await here.start()
    for number in range(CHANNEL_RATE_LIMIT):
        await here.take(here.seen(f"S{number}", crashed=True, node=f"n{number}"))
    await here.take(here.seen("A", crashed=True), here.seen("B", crashed=True))
    await here.settle()
    (digest,) = here.paper.of(MessageKind.DIGEST)
    assert digest.names == ("A", "B")
    here.paper.sheets.remove(digest)
    await here.take(here.seen("A", crashed=True, gave_up=True))
    await here.settle()
    assert [again.names for again in here.paper.of(MessageKind.DIGEST)] == [("A",)]
    assert await nothing_waits(here)


@pytest.mark.parametrize("is_killed", [False, True])
async def test_an_edit_that_is_carried_out_late_does_not_undo_a_newer_one(
    here: Ground, is_killed: bool
) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(2)
    here.paper.troubles.append(Trouble.LATE)
    await here.take(here.seen("B", crashed=True))  # joins by an edit that nobody answers in time
    await here.settle()
    await here.take(here.seen("C", crashed=True))
    if is_killed:
        await here.kill()
        await here.start()
    await here.pass_(25)
    (alert,) = here.paper.sheets
    assert alert.names == ("A", "B", "C")
    assert await here.sender.pending(GUILD) == ()
    here.paper.arrive()
    assert alert.names == ("A", "B")
    here.sender.retry()  # a reconnect brings it no nearer
    await here.settle()
    assert alert.names == ("A", "B")
    await here.pass_(60)
    assert alert.names == ("A", "B", "C")
    assert await nothing_waits(here)


async def test_an_edit_that_was_refused_is_not_made_twice(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(2)
    here.paper.troubles.extend([Trouble.REFUSED] * 2)
    await here.take(here.seen("B", crashed=True))
    await here.pass_(200)
    assert [(one.names, one.edits) for one in here.paper.sheets] == [(("A", "B"), 1)]


async def test_an_edit_that_must_wait_holds_up_no_new_alert(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.pass_(2)
    here.paper.troubles.append(Trouble.REFUSED)
    await here.take(here.seen("B", crashed=True))  # joins by an edit, which is refused for three seconds
    await here.settle()
    await here.take(here.seen("C", crashed=True, node="heron"))
    await here.pass_(1)
    assert [one.names for one in here.paper.sheets] == [("A",), ("C",)]
    await here.pass_(4)
    assert [one.names for one in here.paper.sheets] == [("A", "B"), ("C",)]


async def test_failing_recovery_holds_back_no_alert_of_another_server(here: Ground) -> None:
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.minutes(30, "A")
    here.paper.broken.add(MessageKind.RECOVERY)
    await here.minutes(4, "A")
    failed = here.paper.requests
    await here.take(here.seen("B", crashed=True, node="heron"))
    await here.pass_(1)
    assert ("B",) in [one.names for one in here.paper.of(MessageKind.ALERT)]
    assert here.paper.of(MessageKind.RECOVERY) == []
    assert failed < 30  # it waits longer after each failure
    (waiting,) = await here.sender.pending(GUILD)
    assert (waiting.channel_id, waiting.count) == (CHANNEL, 1)
    assert waiting.since is not None

    here.paper.broken.clear()
    here.sender.retry()
    await here.pass_(1)
    assert len(here.paper.of(MessageKind.RECOVERY)) == 1
    assert await here.sender.pending(GUILD) == ()


async def test_critical_alert_goes_before_what_waited_longer(here: Ground) -> None:
    for number in range(3):
        await here.minutes(5, f"W{number}", memory=85.0, node=f"n{number}")
    await here.take(here.seen("C", crashed=True, gave_up=True, node="heron"))
    await here.start()
    await here.pass_(5)
    assert here.paper.sheets[0].loud
    assert {one.names for one in here.paper.sheets} >= {("C",), ("W0",)}


async def test_what_waits_for_its_back_off_is_tried_at_once_after_a_reconnect(here: Ground) -> None:
    await here.start()
    here.paper.broken.add(MessageKind.ALERT)
    await here.take(here.seen("A", crashed=True))
    await here.pass_(300)
    (waiting,) = await here.sender.pending(GUILD)
    assert waiting.why == "Discord answered 500"
    here.paper.broken.clear()
    here.sender.retry()
    await here.settle()
    assert [one.names for one in here.paper.sheets] == [("A",)]


async def test_history_is_searched_less_and_less_often_while_that_fails(here: Ground) -> None:
    here.paper.troubles.append(Trouble.LOST)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    await here.kill()
    here.manual.advance(600)
    here.paper.unreadable = True
    before = here.paper.requests
    await here.start()
    await here.pass_(300)
    assert here.paper.requests - before < 25
    here.paper.unreadable = False
    await here.pass_(60)
    assert [one.names for one in here.paper.sheets] == [("A",)]
    assert await nothing_waits(here)


async def test_open_channel_is_written_to_at_once_when_a_guild_has_changed(here: Ground) -> None:
    here.paper.closed.add(CHANNEL)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.take(here.seen("B", crashed=True, node="heron"))
    await here.pass_(60)
    (waiting,) = await here.sender.pending(GUILD)
    assert (waiting.count, waiting.why) == (2, "it is closed")
    here.paper.closed.clear()
    here.sender.retry(GUILD + 1)
    await here.pass_(2)
    assert here.paper.sheets == []
    here.sender.retry(GUILD)
    await here.pass_(2)
    assert sorted(one.names for one in here.paper.sheets) == [("A",), ("B",)]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_everything_is_told_once(here: Ground, seed: int) -> None:
    dice = random.Random(seed)
    bad = [Trouble.BEFORE, Trouble.LOST, Trouble.REFUSED]
    await here.start()
    for number in range(8):
        here.paper.troubles.extend(dice.choices([Trouble.NONE, *bad], k=2))
        await here.take(here.seen(f"S{number}", crashed=True, node=f"n{number}"))
        await here.pass_(dice.choice([0, 1, 20]))
        if dice.random() < 0.6:
            await here.kill()
            here.manual.advance(dice.choice([0, 5, 61, 300, 1000]))
            await here.start()
    here.paper.troubles.clear()
    await here.kill()
    await here.start()
    await here.pass_(400)
    alerts = here.paper.of(MessageKind.ALERT)
    assert sorted(one.names for one in alerts) == [(f"S{number}",) for number in range(8)]
    await here.minutes(31, *(f"S{number}" for number in range(8)))
    assert all(one.open == () for one in alerts)
    assert len(here.paper.of(MessageKind.RECOVERY)) == 8
    assert len(set(references(here))) == len(references(here))
    assert await nothing_waits(here)


async def test_a_clock_that_is_set_back_delays_nothing_that_waits_and_doubles_nothing(here: Ground) -> None:
    here.paper.closed.add(CHANNEL)
    await here.start()
    await here.take(here.seen("A", crashed=True))
    await here.settle()
    here.paper.closed.clear()
    here.jump(timedelta(hours=-5))
    await here.pass_(700)
    assert len(here.paper.sheets) == 1
    assert await nothing_waits(here)

    here.paper.troubles.append(Trouble.LOST)
    await here.take(here.seen("B", crashed=True))
    await here.settle()
    await here.kill()
    here.manual.advance(600)
    here.jump(timedelta(hours=-5))
    await here.start()
    await here.pass_(5)
    assert len(here.paper.sheets) == 2
    assert await nothing_waits(here)
