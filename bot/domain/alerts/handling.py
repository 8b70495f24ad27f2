"""How each guild handles an alert, independent of other guilds that see the same server."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts import AlertState, EventKind, RuleKind, Severity
from bot.domain.notifications import MessageKind


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who in a guild acknowledged an incident. It is valid up to `level`: an escalation is notified again."""

    incident_id: int
    guild_id: int
    by: int
    at: datetime
    level: Severity


@dataclass(frozen=True, slots=True)
class Silence:
    """A guild is not notified of one rule on one subject until then; it outlives an incident.

    `until` is None once it was ended by hand. `missed` is what the guild would have been sent meanwhile.
    """

    guild_id: int
    panel_id: str
    about: str
    rule: RuleKind
    until: datetime | None
    missed: MessageKind | None = None

    def is_active(self, now: datetime) -> bool:
        """Return whether it is still active."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class Handling:
    """How all guilds handle one alert, by guild."""

    acknowledgements: Mapping[int, Acknowledgement]
    silences: Mapping[int, Silence]

    def silenced(self, now: datetime) -> frozenset[int]:
        """List the guilds with an active silence."""
        return frozenset(guild for guild, silence in self.silences.items() if silence.is_active(now))

    def muted_for(self, kind: EventKind, level: Severity, now: datetime) -> frozenset[int]:
        """List the guilds that must not be notified of such an event, though others may be."""
        muted = self.silenced(now)
        if kind is EventKind.REPEATED:
            return muted | self.acknowledgements.keys()
        if kind in (EventKind.ESCALATED, EventKind.UNSUPPRESSED):
            return muted | {
                guild
                for guild, acknowledgement in self.acknowledgements.items()
                if level <= acknowledgement.level
            }
        return muted

    def applied(self, state: AlertState, receivers: Collection[int], now: datetime) -> AlertState:
        """Return the state for the rules: acknowledged or silenced only if every receiver did so."""
        acked = [
            acknowledgement for guild, acknowledgement in self.acknowledgements.items() if guild in receivers
        ]
        untils = [
            silence.until
            for guild, silence in self.silences.items()
            if guild in receivers and silence.is_active(now) and silence.until is not None
        ]
        all_acknowledged = bool(receivers) and len(acked) == len(receivers)
        return replace(
            state,
            acknowledged_by=acked[0].by if all_acknowledged else None,
            acknowledged_level=min(known.level for known in acked) if all_acknowledged else None,
            silenced_until=min(untils) if receivers and len(untils) == len(receivers) else None,
        )

    def outgrown(self, before: AlertState, after: AlertState) -> list[Acknowledgement]:
        """List the acknowledgements that end: the alert is worse now, or fired again."""
        if before.acknowledged_by is not None and after.acknowledged_by is None:
            return [*self.acknowledgements.values()]
        return [
            acknowledgement
            for acknowledgement in self.acknowledgements.values()
            if (after.level or 0) > acknowledgement.level
        ]


UNHANDLED = Handling({}, {})


def missed(kind: EventKind) -> MessageKind | None:
    """Return what a silenced guild misses of an event; None when a message would only be edited."""
    if kind in (EventKind.FIRED, EventKind.ESCALATED, EventKind.UNSUPPRESSED):
        return MessageKind.ALERT
    return MessageKind.REPEAT if kind is EventKind.REPEATED else None


def of_incident(acknowledgements: Iterable[Acknowledgement], silences: Iterable[Silence]) -> Handling:
    """Return the handling of one alert."""
    return Handling(
        {acknowledgement.guild_id: acknowledgement for acknowledgement in acknowledgements},
        {silence.guild_id: silence for silence in silences},
    )
