"""The protocol through which the dispatcher sends notifications. It does not depend on Discord."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.incidents import Incident
from bot.domain.notifications import ClosedChannel, Message


@dataclass(frozen=True, slots=True)
class Notification:
    """The content of a message. `reply_to` is the delivered message that it replies to.

    Incidents are sorted, most urgent first, resolved ones included. `is_superseded`: newer alerts in the
    channel show all of them, so that this one only leads there.
    """

    message: Message
    incidents: tuple[Incident, ...]
    reply_to: Message | None = None
    is_superseded: bool = False

    @property
    def leads_on(self) -> bool:
        """Whether it leads to a newer alert: as long as there is something to do there."""
        return self.is_superseded and any(incident.active for incident in self.incidents)


class DeliveryUnknown(Exception):
    """It is unknown whether it was delivered: no response, or a server error."""


DELIVERY_TIMEOUT_S = 20.0
LONGEST_WAIT_S = 900.0
"""The longest pause before a retry, whatever Discord or the proxy in front of it demands."""


class RetryAfter(Exception):
    """It was not delivered; try again after some seconds."""

    def __init__(self, after_s: float, why: str) -> None:
        super().__init__(why)
        # What is not a number counts as zero.
        self.after_s = min(after_s, LONGEST_WAIT_S) if after_s > 0 else 0.0


class ChannelClosed(Exception):
    """The channel cannot be written to; the message says why. `gone`: it was deleted."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class MessageDeleted(Exception):
    """The message was deleted on Discord: it had been delivered."""


@dataclass(frozen=True, slots=True)
class RoleState:
    """The role that a guild chose for critical alerts. `problem`: why a mention of it notifies no one."""

    role_id: int
    problem: str | None


class Receiver(Protocol):
    """Sends notifications to channels. Methods raise only the exceptions of this module."""

    async def ready(self) -> None:
        """Return when messages can be sent."""

    async def post(self, notification: Notification) -> int:
        """Send a new message with its nonce and its reference, and return its id."""

    async def edit(self, notification: Notification) -> None:
        """Update a delivered message."""

    async def find(self, message: Message, *, since: datetime) -> int | None:
        """Search the channel, from `since` on, for a message with this reference."""

    async def check_role(self, message: Message) -> RoleState | None:
        """Check whether the role of a critical message can be mentioned; None when it has none."""

    async def warn_of_role(self, role: ClosedChannel, configured_by: int | None) -> None:
        """Warn the person who chose the role, and the guild's owner, that it can't be mentioned.

        `role` has the role's id in place of a channel's.
        """

    async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
        """Warn the person who chose the channel, and the guild's owner, that it can't be written to."""
