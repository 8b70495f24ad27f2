"""Recorded channels: they know a nonce for a few minutes, lose answers on request, and forget nothing."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import count

from bot.alerting.receiver import (
    ChannelClosed,
    DeliveryUnknown,
    MessageDeleted,
    Notification,
    RetryAfter,
    RoleState,
)
from bot.core.clock import Clock
from bot.domain.notifications import ClosedChannel, Message, MessageKind

NONCE_WINDOW = timedelta(minutes=5)


class Trouble(Enum):
    """What befalls a request. LOST: it was carried out, and no answer came.

    HELD: it was carried out, and the answer never comes. LATE: an edit that nobody waits for any longer is
    carried out when `arrive` says so.
    """

    NONE = "none"
    REFUSED = "refused"
    BEFORE = "before"
    LOST = "lost"
    HELD = "held"
    LATE = "late"
    CLOSED = "closed"
    GONE = "gone"


@dataclass
class RecordedMessage:
    """One message as it is read now."""

    id: int
    channel_id: int
    kind: MessageKind
    reference: str
    nonce: str
    at: datetime
    mentions_role: bool
    names: tuple[str, ...]
    open: tuple[str, ...]
    answers: int | None
    edits: int = 0


@dataclass
class RecordingReceiver:
    """Implements Receiver in memory."""

    clock: Clock
    messages: list[RecordedMessage] = field(default_factory=list)
    troubles: deque[Trouble] = field(default_factory=deque)
    warned: list[tuple[int, int | None]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    broken: set[MessageKind] = field(default_factory=set)
    """Kinds of messages that are always answered with a fault."""
    under_way: list[Notification] = field(default_factory=list)
    """Edits whose request has arrived and that are carried out late."""
    refused_for_s: float = 3.0
    unreadable: bool = False
    role: RoleState | None = None
    requests: int = 0
    numbers: "count[int]" = field(default_factory=lambda: count(1000))

    async def ready(self) -> None:
        """Be ready at once."""

    async def post(self, notification: Notification) -> int:
        """Write it down, unless it was written down just now."""
        trouble = self._trouble(notification.message.channel_id)
        if notification.message.kind in self.broken:
            raise DeliveryUnknown("Discord answered 500")
        known = next(
            (candidate for candidate in self.messages if self._recognised(candidate, notification.message)),
            None,
        )
        if known is None:
            message = notification.message
            known = RecordedMessage(
                next(self.numbers),
                message.channel_id,
                message.kind,
                message.reference,
                message.nonce,
                self.clock.now(),
                message.mentions_role,
                *_read(notification),
                notification.reply_to.discord_id if notification.reply_to else None,
            )
            self.messages.append(known)
        await self._answer(trouble)
        return known.id

    async def edit(self, notification: Notification) -> None:
        """Write over it."""
        trouble = self._trouble(notification.message.channel_id)
        sheet = next(
            (recorded for recorded in self.messages if recorded.id == notification.message.discord_id), None
        )
        if sheet is None:
            raise MessageDeleted
        if trouble is Trouble.LATE:
            self.under_way.append(notification)
            raise DeliveryUnknown("no answer in 20 s")
        sheet.names, sheet.open = _read(notification)
        sheet.edits += 1
        await self._answer(trouble)

    def arrive(self) -> None:
        """Carry out what was late, though nobody waits for it now."""
        for notification in self.under_way:
            sheet = next(
                recorded for recorded in self.messages if recorded.id == notification.message.discord_id
            )
            sheet.names, sheet.open = _read(notification)
        self.under_way.clear()

    async def find(self, message: Message, *, since: datetime) -> int | None:
        """Look through the channel."""
        self._trouble(message.channel_id)
        if self.unreadable:
            raise DeliveryUnknown("Discord answered 500")
        harness = [
            candidate
            for candidate in self.messages
            if candidate.channel_id == message.channel_id and candidate.at >= since
        ]
        return next((recorded.id for recorded in harness if recorded.reference == message.reference), None)

    async def check_role(self, message: Message) -> RoleState | None:
        """Say what became of the role, if there is one."""
        return self.role

    async def warn_of_role(self, role: ClosedChannel, configured_by: int | None) -> None:
        """Note who was notified."""
        self.warned.append((role.channel_id, configured_by))

    async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
        """Note who was notified."""
        self.warned.append((channel.channel_id, configured_by))

    def of(self, kind: MessageKind) -> list[RecordedMessage]:
        """Give the messages of a kind."""
        return [recorded for recorded in self.messages if recorded.kind is kind]

    def _recognised(self, sheet: RecordedMessage, message: Message) -> bool:
        fresh = self.clock.now() - sheet.at <= NONCE_WINDOW
        return fresh and (sheet.channel_id, sheet.nonce) == (message.channel_id, message.nonce)

    def _trouble(self, channel_id: int) -> Trouble:
        self.requests += 1
        trouble = self.troubles.popleft() if self.troubles else Trouble.NONE
        if channel_id in self.closed or trouble is Trouble.CLOSED:
            raise ChannelClosed("it is closed")
        if channel_id in self.deleted or trouble is Trouble.GONE:
            raise ChannelClosed("it is gone", gone=True)
        if trouble is Trouble.REFUSED:
            raise RetryAfter(self.refused_for_s, "too many requests")
        if trouble is Trouble.BEFORE:
            raise DeliveryUnknown("the connection was cut")
        return trouble

    async def _answer(self, trouble: Trouble) -> None:
        if trouble is Trouble.LOST:
            raise DeliveryUnknown("the answer was lost")
        if trouble is Trouble.HELD:
            await asyncio.Event().wait()


def _read(notification: Notification) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = tuple(sorted(incident.name for incident in notification.incidents))
    return names, tuple(sorted(incident.name for incident in notification.incidents if incident.active))
