"""A server's health as a score with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.i18n import Worded, _
from bot.domain import formatting
from bot.domain.alerts import DEFAULTS, Severity
from bot.domain.alerts.rules import STUCK
from bot.domain.alerts.urgency import worst_level
from bot.domain.incidents import Incident
from bot.domain.observation import CheckResult, Observation, changing_for
from bot.panel.models import PowerState

# Percent above which points are lost, highest first; only the highest step counts.
_MEMORY = ((90.0, 30), (80.0, 15))
_CPU = ((90.0, 25), (75.0, 10))
_DISK = ((95.0, 20), (85.0, 10))
_FULL_SCORE = 100
_STUCK_LOSS = {Severity.WARNING: 30, Severity.CRITICAL: 60}


class Status(Worded, StrEnum):
    """The verdict. OFFLINE: off on request; UNKNOWN: not observed."""

    EXCELLENT = "excellent"
    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


_AT_MOST = {Severity.WARNING: (Status.WARNING, 74), Severity.CRITICAL: (Status.CRITICAL, 59)}
_FROM_SCORE = ((90, Status.EXCELLENT), (75, Status.GOOD), (60, Status.WARNING))


@dataclass(frozen=True, slots=True)
class Health:
    """A score of 0 to 100 (None: nothing to score) and why it is not higher."""

    status: Status
    score: int | None
    reasons: tuple[str, ...] = ()


def health(
    check: CheckResult,
    *,
    java: bool,
    stop_requested: bool,
    changing_since: datetime | None = None,
    alerts: Sequence[Incident] = (),
) -> Health:
    """Score one observation, never better than its worst active alert.

    `stop_requested`: it is meant to be offline; a server that should run and does not is critical.
    `changing_since` is when it was first seen starting or stopping, as it is now.
    """
    return _capped(
        _scored(check, java=java, stop_requested=stop_requested, changing_since=changing_since), alerts
    )


def _capped(health: Health, alerts: Sequence[Incident]) -> Health:
    """Limit a verdict by the worst active alert; recovering ones don't count."""
    worst = worst_level(alerts)
    if worst is None:
        return health
    if health.score is None:
        worse = health.status is Status.CRITICAL or (
            health.status is Status.UNKNOWN and worst is Severity.WARNING
        )
        return replace(health, status=health.status if worse else _AT_MOST[worst][0])
    words = _("critical alert") if worst is Severity.CRITICAL else _("warning")
    return limited(health, worst, _("while a {words} is active", words=words))


def limited(health: Health, worst: Severity, why: str) -> Health:
    """Return the health no better than something that is wrong allows; `why` ends the reason given."""
    status, most = _AT_MOST[worst]
    if health.score is None or health.score <= most:
        return health
    return Health(status, most, (_("At most {most} {why}.", most=most, why=why), *health.reasons))


def _scored(
    check: CheckResult, *, java: bool, stop_requested: bool, changing_since: datetime | None
) -> Health:
    if not isinstance(check, Observation) or check.state in (PowerState.UNKNOWN, PowerState.MISSING):
        return Health(Status.UNKNOWN, None, (_("No data from the server at the moment."),))
    off = check.state is PowerState.OFFLINE
    if off and not stop_requested:
        return Health(Status.CRITICAL, 0, (_("The server went offline unexpectedly."),))
    lost = [
        _stuck_loss(check, changing_since),
        _loss(_("Memory"), None if java or off else check.memory_percent, _MEMORY),
        _loss("CPU", None if off else check.cpu_percent, _CPU),
        _loss(_("Disk"), check.disk_percent, _DISK),
    ]
    reasons = [reason for points, reason in lost if points]
    if off:
        return Health(
            Status.OFFLINE, None, (_("It was stopped on request, as far as Quetzal knows."), *reasons)
        )
    if java and check.memory_percent is not None:
        reasons.append(_("Memory isn't scored: Java keeps its heap, so high usage is normal."))
    score = _FULL_SCORE - sum(points for points, _ in lost)
    status = next((status for floor, status in _FROM_SCORE if score >= floor), Status.CRITICAL)
    return Health(status, score, tuple(reasons))


def _loss(name: str, percent: float | None, steps: tuple[tuple[float, int], ...]) -> tuple[int, str]:
    if percent is None:
        return 0, ""
    points = next((points for floor, points in steps if percent > floor), 0)
    return points, _(
        "{name} at {percent} of its limit (-{points}).",
        name=name,
        percent=formatting.percent(percent),
        points=points,
    )


def _stuck_loss(seen: Observation, since: datetime | None) -> tuple[int, str]:
    stuck = stuck_for(seen, since)
    if stuck is None:
        return 0, ""
    level, words = stuck
    return _STUCK_LOSS[level], _(
        "It has been {words} (-{stuck_loss}).", words=words, stuck_loss=_STUCK_LOSS[level]
    )


def stuck_for(seen: Observation, since: datetime | None) -> tuple[Severity, str] | None:
    """Return a level and for how long, if it takes too long to start or stop by the rule's thresholds."""
    kind = STUCK.get(seen.state)
    if kind is None:
        return None
    took, rule = changing_for(seen, since), DEFAULTS[kind]
    for level, minutes in ((Severity.CRITICAL, rule.critical), (Severity.WARNING, rule.warn)):
        if minutes is not None and took > timedelta(minutes=minutes):
            return level, _(
                "{state} for {took}", state=seen.state.text, took=formatting.duration(took.total_seconds())
            )
    return None
