"""The order of alerts, most urgent first."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.alerts.advice import is_back
from bot.domain.alerts.rules import RuleKind, Severity
from bot.domain.incidents import Incident

_DOWN = frozenset({RuleKind.PANEL, RuleKind.NODE, RuleKind.STATE, RuleKind.CRASH, RuleKind.NO_ANSWER})
_STALE = frozenset({RuleKind.BACKUP_AGE, RuleKind.BACKUP_TROUBLE, RuleKind.DISK_FORECAST})


def by_urgency(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Put the most urgent first.

    What lasts before what recovers and what is over, not acknowledged before acknowledged, then the worst,
    what is down before what is stale, the widest, and the oldest first.
    """
    return tuple(sorted(incidents, key=urgency))


def worst_level(incidents: Iterable[Incident]) -> Severity | None:
    """Return the worst level of what lasts; None when all of it recovers, is over, or runs again."""
    return max(
        (incident.level for incident in incidents if incident.firing and not is_back(incident)), default=None
    )


def urgency(incident: Incident) -> tuple[bool, bool, bool, int, int, int, datetime, int]:
    """Return the sort key of an alert; the smallest is the most urgent."""
    rank = 0 if incident.rule in _DOWN else 2 if incident.rule in _STALE else 1
    acknowledged = incident.acknowledged_by is not None
    return (
        not incident.active,
        incident.better_since is not None,
        acknowledged,
        -incident.level,
        rank,
        _width(incident),
        incident.fired_at,
        incident.id,
    )


def _width(incident: Incident) -> int:
    if incident.subject.server_uuid is not None:
        return 2
    return 1 if incident.subject.node_name is not None else 0
