"""What lists of alerts leave out: problems that a worse alert already covers."""

from collections import defaultdict
from collections.abc import Collection

from bot.domain.alerts.rules import Severity, inhibitor
from bot.domain.alerts.state import Suppression
from bot.domain.incidents import Incident, Subject


def without_inhibited(incidents: Collection[Incident]) -> tuple[Incident, ...]:
    """Leave out what a worse alert of the same server already covers, as "offline" beside its crash."""
    by_subject: defaultdict[Subject, list[Incident]] = defaultdict(list)
    for incident in incidents:
        by_subject[incident.subject].append(incident)
    return tuple(
        incident
        for incident in incidents
        if not any(_is_inhibited_by(worse, incident) for worse in by_subject[incident.subject])
    )


def _is_inhibited_by(worse: Incident, incident: Incident) -> bool:
    if inhibitor(incident.rule, (worse.rule,)) is None or not _overlap(worse, incident):
        return False
    is_inhibited_now = incident.active and worse.firing and worse.level is Severity.CRITICAL
    return incident.suppression is Suppression.INHIBITED or is_inhibited_now


def _overlap(worse: Incident, incident: Incident) -> bool:
    """Return whether they lasted at the same time."""
    return all(
        first.ended_at is None or second.fired_at <= first.ended_at
        for first, second in ((worse, incident), (incident, worse))
    )
