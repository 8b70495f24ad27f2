"""The state of one rule on one server, and the events of a step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from bot.core.i18n import Worded
from bot.domain.alerts.rules import Severity


class Phase(StrEnum):
    """The phase of an alert."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"


class Suppression(Worded, StrEnum):
    """Why an event is not notified, although it is recorded. UNNOTIFIED: the alert itself was not."""

    SILENCED = "silenced"
    MAINTENANCE = "maintenance"
    INHIBITED = "inhibited"
    FLAPPING = "flapping"
    UNNOTIFIED = "unnotified"


class EventKind(StrEnum):
    """What happened. UNSUPPRESSED: an alert or escalation that was suppressed is notified now.

    CHANGED is an edit (better than it was, or again); FLAPPING the one notice before notifications pause.
    """

    FIRED = "fired"
    ESCALATED = "escalated"
    CHANGED = "changed"
    UNSUPPRESSED = "unsuppressed"
    REPEATED = "repeated"
    FLAPPING = "flapping"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Event:
    """Something to record and, unless suppressed, to notify of. `fired_at` names the incident."""

    kind: EventKind
    level: Severity
    at: datetime
    fired_at: datetime
    value: float | None
    peak: float | None
    suppression: Suppression | None = None


@dataclass(frozen=True, slots=True)
class Streak:
    """How long a level has been observed, and in how many samples."""

    since: datetime
    last: datetime
    samples: int = 1


@dataclass(frozen=True, slots=True)
class AlertState:
    """The state of one rule on one subject; the default one is not stored."""

    phase: Phase = Phase.OK
    level: Severity | None = None
    fired_at: datetime | None = None
    warning: Streak | None = None
    critical: Streak | None = None
    better_since: datetime | None = None
    value: float | None = None
    peak: float | None = None
    notified_level: Severity | None = None
    last_notified_at: datetime | None = None
    repeats: int = 0
    acknowledged_by: int | None = None
    acknowledged_level: Severity | None = None
    silenced_until: datetime | None = None
    changes: tuple[datetime, ...] = ()
    is_flapping: bool = False
    crashes: tuple[datetime, ...] = ()
    crash_level: Severity | None = None
    changing_since: datetime | None = None
    """When the server was first seen starting (or stopping), for the rule about its duration."""

    @property
    def fires(self) -> bool:
        """Whether an alert is active, including a recovering one."""
        return self.phase in (Phase.FIRING, Phase.RECOVERING)


_FORM = TypeAdapter(AlertState)


def dumps(state: AlertState) -> str:
    """Serialize a state to JSON."""
    return _FORM.dump_json(state, exclude_defaults=True).decode()


def loads(text: str) -> AlertState:
    """Read a state from JSON; raises ValueError for anything else."""
    return _FORM.validate_json(text)
