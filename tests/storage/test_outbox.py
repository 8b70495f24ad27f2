"""Notifications wait in order, are drawn when they are sent, and are never forgotten."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import AlertState, Phase, RuleKind, Severity
from bot.domain.incidents import Incident, Subject
from bot.domain.notifications import (
    ClosedChannel,
    Delivery,
    Job,
    Message,
    MessageKind,
    Op,
)
from bot.storage import Store
from bot.storage.repositories import alerts, closed_channels, notifications, outbox, outbox_reroute

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
SERVER = Subject("main", "1a7ce997-259b-452e-8b4e-cecc464142ca")
CRASH = Incident(
    0,
    SERVER,
    RuleKind.CRASH,
    "Survival",
    "falcon",
    Severity.WARNING,
    Severity.WARNING,
    NOW,
    evidence={"exit_code": 137, "lines": ["java.lang.OutOfMemoryError"]},
)


async def post_alert(store: Store, *, channel_id: int = 7, topic: str = "crash:falcon") -> Message:
    async def change(conn: AsyncConnection) -> Message:
        incident = await alerts.begin(conn, CRASH)
        return await outbox.post(
            conn,
            guild_id=1,
            panel_id="main",
            channel_id=channel_id,
            kind=MessageKind.ALERT,
            group_key=topic,
            incident_ids=[incident.id],
            now=NOW,
        )

    return await store.write(change)


async def jobs(store: Store) -> tuple[Job, ...]:
    async with store.read() as conn:
        return await outbox.jobs(conn)


async def tried(store: Store) -> tuple[Job, Message]:
    (job,) = await jobs(store)
    return job, await store.write(lambda conn: outbox.record_attempt(conn, job, NOW))


async def test_an_incident_comes_back_as_it_was_written(store: Store) -> None:
    message = await post_alert(store)
    async with store.read() as conn:
        (incident,) = await notifications.incidents_of(conn, message.id)
        assert await notifications.of_incident(conn, incident.id) == (message,)
        assert await alerts.active(conn, ["main"]) == (incident,)
        assert await alerts.active(conn, ["other"]) == ()
        assert await alerts.history(conn, ["main"], since=NOW) == (incident,)
    assert incident.evidence == CRASH.evidence
    assert incident.subject == SERVER


async def test_only_what_is_about_the_same_incident_waits_for_what_came_before(store: Store) -> None:
    first, apart, other = (
        await post_alert(store),
        await post_alert(store),
        await post_alert(store, channel_id=8),
    )
    async with store.read() as conn:
        (incident,) = await notifications.incidents_of(conn, first.id)

    async def answer(conn: AsyncConnection) -> Message:
        return await outbox.post(
            conn,
            guild_id=1,
            panel_id="main",
            channel_id=first.channel_id,
            kind=MessageKind.RECOVERY,
            group_key="memory",
            incident_ids=[incident.id],
            now=NOW,
        )

    recovery = await store.write(answer)
    assert [job.message.id for job in await jobs(store)] == [first.id, apart.id, other.id]
    await store.write(lambda conn: outbox.drop(conn, first.id))
    assert [job.message.id for job in await jobs(store)] == [apart.id, other.id, recovery.id]


async def test_a_change_before_the_first_attempt_is_in_the_message_itself(store: Store) -> None:
    message = await post_alert(store)
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))
    job, _ = await tried(store)
    assert job.op is Op.POST
    await store.write(lambda conn: outbox.mark_posted(conn, job, 99, NOW))
    assert await jobs(store) == ()


async def test_a_change_while_it_is_under_way_is_shown_by_an_edit(store: Store) -> None:
    message = await post_alert(store)
    job, _ = await tried(store)
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))
    await store.write(lambda conn: outbox.mark_posted(conn, job, 99, NOW))
    (edit,) = await jobs(store)
    assert (edit.op, edit.message.discord_id) == (Op.EDIT, 99)

    _, shown = await tried(store)
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))  # once more, in that very moment
    await store.write(lambda conn: outbox.mark_edited(conn, edit, shown, repeat_at=NOW))
    assert [queued.op for queued in await jobs(store)] == [Op.EDIT]

    edit, shown = await tried(store)
    await store.write(lambda conn: outbox.mark_edited(conn, edit, shown, repeat_at=NOW))
    assert await jobs(store) == ()


async def test_the_first_attempt_keeps_its_moment_and_its_text(store: Store) -> None:
    message = await post_alert(store)
    _, first = await tried(store)
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))
    (job,) = await jobs(store)
    again = await store.write(lambda conn: outbox.record_attempt(conn, job, NOW + timedelta(seconds=5)))
    assert (again.first_attempt_at, again.attempted_revision) == (NOW, 1)
    assert (first.nonce, again.nonce) == (message.nonce, message.nonce)
    assert again.revision == 2


async def test_a_message_that_somebody_deleted_is_left_alone(store: Store) -> None:
    message = await post_alert(store)
    job, _ = await tried(store)
    await store.write(lambda conn: outbox.mark_posted(conn, job, 99, NOW))
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))
    (edit,) = await jobs(store)
    await store.write(lambda conn: outbox.mark_deleted(conn, edit, NOW, channel_id=edit.message.channel_id))
    await store.write(lambda conn: outbox.touch(conn, message.id, NOW))
    assert await jobs(store) == ()
    async with store.read() as conn:
        kept = await notifications.get(conn, message.id)
    assert kept is not None
    assert kept.delivery is Delivery.GONE


async def test_what_was_never_tried_follows_the_alerts_into_another_channel(store: Store) -> None:
    await post_alert(store)
    await tried(store)
    fresh = await post_alert(store)
    await store.write(lambda conn: outbox_reroute.move(conn, guild_id=1, panel_id="main", to=9, now=NOW))
    assert [(job.message.channel_id, job.message.id == fresh.id) for job in await jobs(store)] == [
        (7, False),
        (9, True),
    ]


async def test_states_that_are_well_need_no_row(store: Store) -> None:
    firing = alerts.StoredAlertState(AlertState(phase=Phase.FIRING, level=Severity.CRITICAL, fired_at=NOW), 3)
    about = (SERVER.about, RuleKind.STATE)
    await store.write(lambda conn: alerts.put_states(conn, "main", {about: firing}))
    async with store.read() as conn:
        assert await alerts.states(conn, "main", [SERVER.about]) == {about: firing}
    await store.write(lambda conn: alerts.put_states(conn, "main", {about: alerts.StoredAlertState()}))
    async with store.read() as conn:
        assert await alerts.states(conn, "main") == {}


async def test_old_messages_are_forgotten_only_when_their_incidents_have_ended(store: Store) -> None:
    message = await post_alert(store)
    job, _ = await tried(store)
    await store.write(lambda conn: outbox.mark_posted(conn, job, 99, NOW))
    later = NOW + timedelta(days=1)
    assert await store.write(lambda conn: outbox.prune(conn, before=later)) == 0

    async def end(conn: AsyncConnection) -> None:
        (incident,) = await notifications.incidents_of(conn, message.id)
        ended = Incident(**{name: getattr(incident, name) for name in incident.__slots__} | {"ended_at": NOW})
        await alerts.put(conn, ended)

    await store.write(end)
    assert await store.write(lambda conn: outbox.prune(conn, before=later)) == 1
    assert await store.write(lambda conn: alerts.prune(conn, before=later)) == 1


async def test_delivery_from_before_a_channel_was_closed_does_not_open_it(store: Store) -> None:
    channel = ClosedChannel(7, 1, "main", "it is closed", NOW, warned_at=NOW)
    await store.write(lambda conn: closed_channels.put(conn, channel))
    before, after = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    await store.write(lambda conn: closed_channels.reopen(conn, 7, after, begun=before))
    async with store.read() as conn:
        assert await closed_channels.read(conn) == (channel,)
    await store.write(lambda conn: closed_channels.reopen(conn, 7, after, begun=after))
    async with store.read() as conn:
        assert await closed_channels.read(conn) == ()
