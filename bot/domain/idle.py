"""Servers that stop when nobody has played on them for a while. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.observation import ServerKey
from bot.domain.standing_work import StandingWork, WorkKind

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
_WARNED = timedelta(minutes=5)
_UNCOUNTED = timedelta(minutes=3)
"""For so long the last count holds; after that, it is no longer certain that nobody came in between."""


@dataclass(frozen=True, slots=True)
class IdleRule:
    """Stops a server that was empty for `after_s` seconds.

    `stopped_at`: when it last did; None once the server runs again.
    """

    panel_id: str
    server_uuid: str
    guild_id: int
    after_s: int
    channel_id: int
    set_by: int
    set_at: datetime
    stopped_at: datetime | None = None

    @property
    def key(self) -> ServerKey:
        """The server's key."""
        return ServerKey(self.panel_id, self.server_uuid)

    @property
    def after(self) -> timedelta:
        """How long the server has to be empty."""
        return timedelta(seconds=self.after_s)

    @property
    def warned(self) -> timedelta:
        """How long before the stop people are warned: five minutes, or half of a shorter time."""
        return min(_WARNED, self.after / 2)

    @property
    def work(self) -> StandingWork:
        """The rule as standing work."""
        return StandingWork(
            WorkKind.IDLE, self.guild_id, self.panel_id, self.server_uuid, self.set_by, self.set_at
        )


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Since when a server has been empty, and when that was last certain."""

    since: datetime
    seen_at: datetime

    def is_due(self, rule: IdleRule, now: datetime) -> bool:
        """Return whether it is time to warn of the stop."""
        return now - self.since >= rule.after - rule.warned


def counted(before: Emptiness | None, players: int | None, now: datetime) -> Emptiness | None:
    """Return how long a server has been empty after one more count; `players` None: not known."""
    if players is None:
        return before if before is not None and now - before.seen_at <= _UNCOUNTED else None
    if players > 0:
        return None
    return Emptiness(now if before is None else before.since, now)
