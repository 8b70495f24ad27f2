"""The protocol through which the dispatcher sends notifications. It does not depend on Discord."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.incidents import Incident
from bot.domain.notifications import ClosedChannel, Message


@dataclass(frozen=True, slots=True)
class Notification:
    """All that a message is drawn from. `answers` is the delivered message that it replies to.

    Incidents come the worst and oldest first; those that ended are in it too.
    """

    message: Message
    incidents: tuple[Incident, ...]
    reply_to_id: Message | None = None


class DeliveryUnknown(Exception):
    """Nobody knows whether it was delivered: no answer, or a fault behind the door."""


DELIVERY_TIMEOUT_S = 20.0
LONGEST_WAIT_S = 900.0
"""The longest pause before a retry, whatever Discord or the proxy in front of it demands."""


class RetryAfter(Exception):
    """It was not delivered and may be tried again in so many seconds."""

    def __init__(self, after_s: float, why: str) -> None:
        super().__init__(why)
        self.after_s = min(after_s, LONGEST_WAIT_S) if after_s > 0 else 0.0  # what is no number is nothing


class ChannelClosed(Exception):
    """The channel cannot be written to; so many words say why. `gone`: it is not there any more."""

    def __init__(self, why: str, *, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class MessageDeleted(Exception):
    """The message was deleted by somebody: it had been delivered."""


@dataclass(frozen=True, slots=True)
class RoleState:
    """The role that a guild chose for critical alerts. `problem`: why mentioning it notifies nobody."""

    role_id: int
    problem: str | None


class Receiver(Protocol):
    """Sends notifications to channels. Methods raise only the exceptions of this module."""

    async def ready(self) -> None:
        """Return when messages can be sent."""

    async def post(self, letter: Notification) -> int:
        """Send a new message, with its nonce and its reference, and give its id there."""

    async def edit(self, letter: Notification) -> None:
        """Draw a delivered message anew."""

    async def find(self, message: Message, *, since: datetime) -> int | None:
        """Look through the channel, from `since` on, for a message with this reference."""

    async def check_role(self, message: Message) -> RoleState | None:
        """Look whether the role of a loud message can be mentioned; None when there is none to mention."""

    async def warn_of_role(self, role: ClosedChannel, configured_by: int | None) -> None:
        """Tell whoever chose the role, and the guild's owner, that it is mentioned no more.

        `role` has the role's id where that of a channel stands.
        """

    async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
        """Tell whoever chose the channel, and the guild's owner, that it cannot be written to."""
