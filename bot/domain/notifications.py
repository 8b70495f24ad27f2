"""Notifications of incidents: messages in channels, and their delivery jobs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is for. Only ALERT and DIGEST are edited as their incidents change.

    REPEAT is a reminder, RECOVERY a silent reply to the alert, FLAPPING the one notice before notifications
    pause, DIGEST one message for all alerts over a channel's rate limit.
    """

    ALERT = "alert"
    REPEAT = "repeat"
    RECOVERY = "recovery"
    FLAPPING = "flapping"
    DIGEST = "digest"


UPDATED_KINDS = (MessageKind.ALERT, MessageKind.DIGEST)
"""Kinds that show their incidents as they are now; the others stay as they were sent."""


class Delivery(StrEnum):
    """The delivery state of a message. GONE: it was delivered, and deleted on Discord since."""

    WAITING = "waiting"
    POSTED = "posted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one channel.

    `group_key` is what it groups by; `reference` stands in its footer and is unique; `nonce` is a random
    number of 64 bits, in decimal. `revision` grows with every change of its incidents; `attempted_revision`
    is the one whose text was sent first, which is what Discord shows when it recognises the nonce.
    `mentions_role`: it mentions the role that the guild chose for critical alerts.
    """

    id: int
    guild_id: int
    panel_id: str
    channel_id: int
    kind: MessageKind
    group_key: str
    reference: str
    nonce: str
    created_at: datetime
    mentions_role: bool = False
    reply_to: int | None = None
    revision: int = 1
    attempted_revision: int | None = None
    first_attempt_at: datetime | None = None
    posted_at: datetime | None = None
    discord_id: int | None = None
    delivery: Delivery = Delivery.WAITING


class Op(StrEnum):
    """What to do with a message."""

    POST = "post"
    EDIT = "edit"
    REPEAT = "repeat"
    """Edit it once more: an abandoned edit may be carried out late and undo a newer one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery job, not before `due_at`."""

    id: int
    op: Op
    message: Message
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Jobs that wait for a channel. `since`: when the oldest new message was made; None: only edits wait."""

    channel_id: int
    count: int
    since: datetime | None
    due_at: datetime
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedChannel:
    """A channel that cannot be written to. `warned_at`: when those who can fix it were warned."""

    channel_id: int
    guild_id: int
    panel_id: str
    why: str
    since: datetime
    warned_at: datetime | None = None


class Audience(StrEnum):
    """Who a board is for: those who run the servers, or those who play on them."""

    STAFF = "staff"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Board:
    """A status board: the message that always shows a guild's servers. `shown` is a digest of its content."""

    guild_id: int
    panel_id: str
    channel_id: int
    set_by: int
    set_at: datetime
    nonce: str
    discord_id: int | None = None
    posted_at: datetime | None = None
    shown: str | None = None
    audience: Audience = Audience.STAFF

    @property
    def key(self) -> tuple[int, str, Audience]:
        """Its guild has one for each panel and audience."""
        return self.guild_id, self.panel_id, self.audience
