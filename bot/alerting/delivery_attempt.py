"""One attempt to deliver a message, so that it is in its channel exactly once.

A message is marked as tried before it is sent, and as posted once its id is known. If neither its id nor a
refusal is known (a kill, a timeout), it is sent with the same nonce within a minute, which Discord recognises
for a few minutes; later the channel is read from five minutes before the first attempt. An edit whose reply
was lost may be carried out after a newer one and undo it: the newer one is made again a minute later.
"""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.receiver import DELIVERY_TIMEOUT_S, DeliveryUnknown, Notification, Receiver, RetryAfter
from bot.core.clock import Clock
from bot.domain.notifications import UPDATED_KINDS, Delivery, Job, MessageKind
from bot.storage import Store
from bot.storage.repositories import closed_channels, notifications, outbox

T = TypeVar("T")

NONCE_LIFETIME = timedelta(seconds=60)
HISTORY_SEARCH_MARGIN = timedelta(minutes=5)
_ARRIVAL_MARGIN = timedelta(seconds=1)
LATE_EDIT_WINDOW = timedelta(seconds=60)
"""How long an edit that timed out may still be carried out."""


class DeliveryAttempt:
    """Does one job once; raises the exceptions of a receiver when it is not delivered."""

    def __init__(self, store: Store, clock: Clock, receiver: Receiver, job: Job) -> None:
        self._store = store
        self._clock = clock
        self._receiver = receiver
        self._job = job
        self._message = job.message

    async def post(self) -> bool:
        """Send the message unless it has arrived already; False when newer ones show all that it would."""
        begun = self._clock.now()
        discord_id = await self._find_in_history()
        if discord_id is None and (shown := await self._shown_by_newer()):
            discord_id = await self._find_superseded()
            if discord_id is None and not await self._store.write(
                lambda conn: outbox.leave_out(conn, self._message.id, shown)
            ):
                return False
        was_found = discord_id is not None
        if discord_id is None:
            discord_id = await self._with_timeout(self._receiver.post(await self._record(is_post=True)))

        async def note(conn: AsyncConnection) -> None:
            await outbox.mark_posted(conn, self._job, discord_id, self._clock.now())
            if not was_found:  # reading a channel does not show that it can be written to
                await closed_channels.reopen(conn, self._message.channel_id, self._clock.now(), begun=begun)

        await self._store.write(note)
        return True

    async def edit(self) -> None:
        """Let the message show its incidents as they are now."""
        begun = self._clock.now()
        notification = await self._record()
        await self._with_timeout(self._receiver.edit(notification))

        async def note(conn: AsyncConnection) -> None:
            repeat_at = self._clock.now() + LATE_EDIT_WINDOW
            await outbox.mark_edited(conn, self._job, notification.message, repeat_at=repeat_at)
            await closed_channels.reopen(conn, self._message.channel_id, self._clock.now(), begun=begun)

        await self._store.write(note)

    async def _find_in_history(self) -> int | None:
        """Find a message that may have been sent already, when its nonce is not recognised any more."""
        first = self._message.first_attempt_at
        if first is None or self._nonce_is_recognized():
            return None
        since = min(first, self._clock.now()) - HISTORY_SEARCH_MARGIN
        return await self._with_timeout(self._receiver.find(self._message, since=since))

    def _nonce_is_recognized(self) -> bool:
        first = self._message.first_attempt_at
        return first is not None and abs(self._clock.now() - first) <= NONCE_LIFETIME

    async def _shown_by_newer(self) -> frozenset[int]:
        """Return the incidents that a newer message shows already, so that they aren't sent twice."""
        async with self._store.read() as conn:
            return await notifications.superseded_incidents(conn, self._message, by=UPDATED_KINDS)

    async def _find_superseded(self) -> int | None:
        """Find a superseded message that may just have arrived; None once it is certain that it did not.

        Raises RetryAfter while it may still arrive.
        """
        first = self._message.first_attempt_at
        if first is None or not self._nonce_is_recognized():
            return None
        since = first - HISTORY_SEARCH_MARGIN
        discord_id = await self._with_timeout(self._receiver.find(self._message, since=since))
        if discord_id is None:
            arrives_until = first + NONCE_LIFETIME + _ARRIVAL_MARGIN
            raise RetryAfter((arrives_until - self._clock.now()).total_seconds(), "it may still arrive")
        return discord_id

    async def _record(self, *, is_post: bool = False) -> Notification:
        """Record the attempt, and read what the message is made from, in one transaction.

        Raises RetryAfter when an incident got worse at this moment, so that a newer message shows it.
        """

        async def record(conn: AsyncConnection) -> Notification:
            by = UPDATED_KINDS if is_post else ()
            if await notifications.superseded_incidents(conn, self._message, by=by):
                raise RetryAfter(0.0, "an incident got worse meanwhile")
            message = await outbox.record_attempt(conn, self._job, self._clock.now())
            incidents = await notifications.incidents_of(conn, message.id)
            reply_to = None if message.reply_to is None else await notifications.get(conn, message.reply_to)
            is_posted = reply_to is not None and reply_to.delivery is Delivery.POSTED
            is_superseded = (
                message.kind is MessageKind.ALERT
                and not is_post
                and await notifications.is_superseded(conn, message)
            )
            return Notification(message, incidents, reply_to if is_posted else None, is_superseded)

        return await self._store.write(record)

    async def _with_timeout(self, sending: Awaitable[T]) -> T:
        try:
            return await self._clock.timeout(DELIVERY_TIMEOUT_S, sending)
        except TimeoutError:
            raise DeliveryUnknown(f"no answer in {DELIVERY_TIMEOUT_S:.0f} s") from None
