"""The dispatcher: takes messages from the outbox and delivers each exactly once."""

import asyncio
import logging
import math
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from operator import itemgetter

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.channel_warnings import ChannelWarnings
from bot.alerting.delivery_attempt import DeliveryAttempt
from bot.alerting.receiver import (
    LONGEST_WAIT_S,
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    Receiver,
    RetryAfter,
)
from bot.core.back_off import back_off_s
from bot.core.clock import Clock
from bot.core.detached_task import cancel_all
from bot.core.supervisor import Pulse
from bot.domain.notifications import (
    Job,
    Message,
    MessageKind,
    Op,
    Pending,
)
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import closed_channels, outbox, outbox_reroute, outbox_waiting

log = logging.getLogger(__name__)

_BACK_OFF_S = (1, 2, 4, 8, 15, 30, 60, 120, 300)
_ALERT_BACK_OFF_S = 30.0
"""An alert is retried at least this often: people wait for it, and it may hold back what follows it."""
_AT_ONCE, _AT_ONCE_QUIET = 3, 2
"""Deliveries under way in one channel at most; one place is left to critical alerts."""
_CLOSED_CHANNEL_RETRY_S = 600.0
_STORE_S, _DEFECT_S = 5.0, 60.0
_IDLE_S = 300.0


class Dispatcher:
    """Sends the notifications of the outbox, each exactly once. Start `run` under the supervisor.

    1. Take the jobs that are due, critical ones first; a few at a time for each channel.
    2. Mark a message as tried, send it, and store its id.
    3. If it is unknown whether it arrived, send it with the same nonce or search the channel for it.
    4. If delivery fails, retry later with a growing pause. Only notifications about the same incident
       in the same channel wait for it.

    Call `wake` after writing to the outbox, and `retry` when something changed on Discord's side.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._began_s = clock.monotonic()
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()
        self._busy: dict[int, _Delivery] = {}
        self._failures: dict[int, int] = {}
        self._failing_since: dict[int, float] = {}
        self._reasons: dict[int, str] = {}
        self._retry: set[int | None] = set()
        self._warnings = ChannelWarnings(store, clock)

    def wake(self) -> None:
        """Look for new jobs in the outbox soon."""
        self._idle.clear()
        self._changed.set()

    def retry(self, guild_id: int | None = None) -> None:
        """Retry all waiting jobs now, in one guild or (None) in all."""
        self._retry.add(guild_id)
        self.wake()

    async def pending(self, guild_id: int) -> tuple[Pending, ...]:
        """Read what waits in a guild, and why as far as that is known."""
        async with self._store.read() as conn:
            closed = {channel.channel_id: channel.why for channel in await closed_channels.read(conn)}
            pending_messages = await outbox_waiting.pending(conn, guild_id)
        reasons = {**self._reasons, **closed}
        return tuple(replace(message, why=reasons.get(message.channel_id)) for message in pending_messages)

    async def overdue(self) -> "Overdue":
        """Return how long the most overdue message has waited.

        The time before this process began does not count: nothing could be delivered then. What waits for a
        channel that cannot be written to is left out: those who can fix it were warned.
        """
        async with self._store.read() as conn:
            closed = {channel.channel_id for channel in await closed_channels.read(conn)}
            jobs = await outbox.jobs(conn)
        now, now_s = self._clock.now(), self._clock.monotonic()
        self._failing_since = {
            job.id: self._failing_since[job.id] for job in jobs if job.id in self._failing_since
        }
        up_for_s = now_s - self._began_s
        waiting = [
            (
                max(
                    min((now - job.due_at).total_seconds(), up_for_s),
                    now_s - self._failing_since.get(job.id, now_s),
                ),
                job,
            )
            for job in jobs
            if job.op is not Op.REPEAT and job.message.channel_id not in closed
        ]
        for_s, job = max(waiting, key=itemgetter(0), default=(0.0, None))
        why = None if job is None else self._reasons.get(job.message.channel_id)
        return Overdue(max(0.0, for_s), why)

    async def idle(self) -> None:
        """Wait until nothing is left that could be sent now."""
        await self._idle.wait()

    async def run(self, receiver: Receiver, pulse: Pulse) -> None:
        """Deliver forever; start it under the supervisor."""
        await receiver.ready()
        try:
            while True:
                self._changed.clear()
                self._idle.clear()
                await self._wait(await self._next_round(receiver, pulse))
        finally:
            await cancel_all(delivery.task for delivery in self._busy.values())
            self._busy.clear()

    async def _next_round(self, receiver: Receiver, pulse: Pulse) -> float:
        """Start what is due; return the seconds until there is more to do, or the store is tried again."""
        try:
            next_due_s = await self._start_due_deliveries(receiver)
        except StoreError as error:  # the supervisor would wait longer each time, up to five minutes
            pulse.miss(error)
            if not self._busy:
                self._idle.set()
            return _STORE_S
        pulse.beat()
        return next_due_s

    async def _start_due_deliveries(self, receiver: Receiver) -> float:
        """Start due deliveries while their channels have room; return the seconds until the next one."""
        await self._apply_retry_requests()
        async with self._store.read() as conn:
            jobs = await outbox.jobs(conn)
        self._failures = {
            queued.id: self._failures[queued.id] for queued in jobs if queued.id in self._failures
        }
        now, next_due_s = self._clock.now(), _IDLE_S
        for job in jobs:
            wait_s = (job.due_at - now).total_seconds()
            if 0 < wait_s <= LONGEST_WAIT_S:  # else the clock was set back
                next_due_s = min(next_due_s, wait_s)
            elif self._has_room(job.message):
                work = self._deliver(receiver, job)
                task = self._clock.spawn_detached(work, name=f"message into channel {job.message.channel_id}")
                self._busy[job.message.id] = _Delivery(task, job.message.channel_id)
                task.add_done_callback(partial(self._free, job.message.id))
        if not self._busy and not self._changed.is_set():  # otherwise new jobs may not have been read
            self._idle.set()
        return next_due_s

    async def _apply_retry_requests(self) -> None:
        guild_ids = frozenset(self._retry)
        if not guild_ids:
            return
        self._failures.clear()
        now = self._clock.now()

        async def change(conn: AsyncConnection) -> None:
            for guild_id in (None,) if None in guild_ids else guild_ids:
                await outbox_waiting.retry(conn, now, guild_id=guild_id)

        await self._store.write(change)
        self._retry -= guild_ids

    def _has_room(self, message: Message) -> bool:
        """Whether a delivery may begin now: one at a time of a message, a few at a time into a channel."""
        if message.id in self._busy:
            return False
        here = sum(delivery.channel_id == message.channel_id for delivery in self._busy.values())
        return here < (_AT_ONCE if message.mentions_role else _AT_ONCE_QUIET)

    def _free(self, message_id: int, _: asyncio.Task[None]) -> None:
        self._busy.pop(message_id, None)
        self.wake()

    async def _wait(self, seconds: float) -> None:
        """Wait for something new, or for so many seconds."""
        waits = {
            self._clock.spawn_detached(self._changed.wait(), name="wait for a change in the outbox"),
            self._clock.spawn_detached(self._clock.sleep(seconds), name="wait until a delivery is due"),
        }
        try:
            await self._clock.wait_external(asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED))
        finally:
            await cancel_all(waits)

    async def _deliver(self, receiver: Receiver, job: Job) -> None:
        """Do one job as far as possible now; a defect delays this message only."""
        try:
            await self._try(receiver, job)
        except StoreError as error:
            # A message that was sent is recognised by its nonce, or found again by its reference.
            log.warning("the result of a delivery could not be stored: %s", error)
            self._reasons[job.message.channel_id] = error.happened
            await self._clock.sleep(_STORE_S)
        except Exception:
            log.exception("a message for channel %d could not be made", job.message.channel_id)
            await self._clock.sleep(_DEFECT_S)

    async def _try(self, receiver: Receiver, job: Job) -> None:
        message = job.message
        try:
            attempt = DeliveryAttempt(self._store, self._clock, receiver, job)
            if job.op is not Op.POST:
                await attempt.edit()
            elif await attempt.post() and message.mentions_role:
                await self._warnings.check_role(receiver, message)
        except MessageDeleted:
            now = self._clock.now()
            await self._store.write(
                lambda conn: outbox.mark_deleted(conn, job, now, channel_id=message.channel_id)
            )
        except ChannelClosed as closed:
            self._failing_since.pop(job.id, None)
            if closed.gone and await self._store.write(
                lambda conn: outbox_reroute.leave_deleted_channel(conn, job, self._clock.now())
            ):
                return
            await self._reschedule(job, _CLOSED_CHANNEL_RETRY_S, sent=False, whole_channel=True)
            await self._warnings.warn_of_channel(receiver, message, str(closed))
        except RetryAfter as later:
            self._note(job, "a message into channel %d is put off: %s", str(later))
            await self._reschedule(job, later.after_s, sent=False)
        except DeliveryUnknown as unsure:
            self._note(job, "it is unknown whether a message arrived in channel %d: %s", str(unsure))
            await self._reschedule(job, self._back_off_s(job), sent=None)
        else:
            self._reasons.pop(message.channel_id, None)
            self._failing_since.pop(job.id, None)  # SQLite gives the number to a later job

    def _note(self, job: Job, template: str, why: str) -> None:
        """Count a failure, log it once, and keep it as the reason why the channel waits."""
        self._failing_since.setdefault(job.id, self._clock.monotonic())
        failures = self._failures[job.id] = self._failures.get(job.id, 0) + 1
        self._reasons[job.message.channel_id] = why
        log.log(logging.INFO if failures == 1 else logging.DEBUG, template, job.message.channel_id, why)

    def _back_off_s(self, job: Job) -> float:
        """Wait longer after each failure, but never long for an alert."""
        is_alert = job.message.kind is MessageKind.ALERT or job.message.mentions_role
        at_most_s = _ALERT_BACK_OFF_S if is_alert else math.inf
        return back_off_s(_BACK_OFF_S, self._failures.get(job.id, 1), at_most_s=at_most_s)

    async def _reschedule(
        self, job: Job, seconds: float, *, sent: bool | None, whole_channel: bool = False
    ) -> None:
        """Schedule a retry. `sent` None: unknown, so it counts as tried from its first attempt on."""
        due_at = self._clock.now() + timedelta(seconds=seconds)
        untried = sent is False and job.message.first_attempt_at is None

        async def note(conn: AsyncConnection) -> None:
            await outbox_waiting.postpone(conn, job, due_at, refused=sent is False)
            if whole_channel:
                await outbox_waiting.postpone_channel(conn, job.message.channel_id, due_at)
            if untried:
                await outbox.untried(conn, job.message.id)

        await self._store.write(note)


@dataclass(frozen=True, slots=True)
class Overdue:
    """How long the most overdue message has waited; `why` as far as it is known."""

    for_s: float
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A delivery that is under way."""

    task: asyncio.Task[None]
    channel_id: int
