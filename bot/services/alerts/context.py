"""The context of an alert: its rule, and the hour around it. Sends no requests to a panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.alerts import Rule, RuleKind, rules_for
from bot.domain.alerts.advice import fix_of_end, may_follow_a_change, suggested_fix
from bot.domain.alerts.rules import LOAD
from bot.domain.annotations import Annotations, read_annotations
from bot.domain.diagnosis import Fix
from bot.domain.file_changes import Change
from bot.domain.incidents import Incident
from bot.domain.observation import ServerKey
from bot.domain.panel_changes import BLAMED
from bot.domain.usage_history import Point
from bot.domain.usage_scale import share
from bot.storage import Store
from bot.storage.repositories import alert_rules, file_changes, metrics

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_BACK = timedelta(hours=1)
_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """The values of a rule: seconds since 1970 and percent, the oldest first."""

    since: datetime
    until: datetime
    step_s: float
    series: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class NotificationContext:
    """`rules` by the incident's id; `samples` when there is one incident, of a rule with a history.

    `last_changes`, by the incident's id, are the files that the guild changed last before a process ended and
    did not come up again.
    """

    rules: Mapping[int, Rule] = field(default_factory=dict)
    samples: SampleWindow | None = None
    last_changes: Mapping[int, Change] = field(default_factory=dict)


class AlertContext:
    """Reads the context of notifications."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get_for(
        self, incidents: Sequence[Incident], now: datetime, guild_id: int
    ) -> NotificationContext:
        """Read the context of these incidents, for one guild."""
        async with self._store.read() as conn:
            changed = {
                panel_id: await alert_rules.changed(conn, panel_id)
                for panel_id in {incident.subject.panel_id for incident in incidents}
            }
            rules = {}
            for incident in incidents:
                known = changed[incident.subject.panel_id]
                of_one = known.of_one.get(incident.subject.about)
                rules[incident.id] = rules_for(of_all=known.of_all, of_one=of_one)[incident.rule]
            hour = await _hour(conn, incidents[0], now) if len(incidents) == 1 else None
            changes = {incident.id: await _last_change(conn, incident, guild_id) for incident in incidents}
        last_changes = {number: change for number, change in changes.items() if change is not None}
        return NotificationContext(rules, hour, last_changes)

    async def suggested_fix(self, incident: Incident, guild_id: int) -> tuple[Fix | None, Change | None]:
        """Return what may remove an incident's cause, and the file that the guild changed last before it."""
        async with self._store.read() as conn:
            change = await _last_change(conn, incident, guild_id)
        return suggested_fix(incident, has_last_change=change is not None), change

    async def fix_of_end(
        self, key: ServerKey, known: Annotations, ended_at: datetime, guild_id: int
    ) -> tuple[Fix | None, Change | None]:
        """Return the same for a process that didn't come up."""
        async with self._store.read() as conn:
            change = await _changed_before(conn, key, ended_at, guild_id)
        return fix_of_end(known, has_last_change=change is not None), change


async def _last_change(conn: "AsyncConnection", incident: Incident, guild_id: int) -> Change | None:
    """Find it for rules that a change may cause: an end that the server does not recover from."""
    key = incident.subject.server_key
    if key is None or not may_follow_a_change(incident):
        return None
    return await _changed_before(conn, key, incident.fired_at, guild_id)


async def _changed_before(
    conn: "AsyncConnection", key: ServerKey, ended_at: datetime, guild_id: int
) -> Change | None:
    return await file_changes.last_before(
        conn, key, guild_id=guild_id, since=ended_at - BLAMED, until=ended_at
    )


async def _hour(conn: "AsyncConnection", incident: Incident, now: datetime) -> SampleWindow | None:
    key = incident.subject.server_key
    if key is None or incident.rule not in LOAD:
        return None
    known = read_annotations(incident.evidence)
    if not _limit(incident.rule, known):
        return None
    until = now if incident.ended_at is None else min(now, incident.ended_at + _AFTER)
    since = until - _BACK
    kept = await metrics.read(conn, key, since, until)
    values = ((float(point.at), _percent(incident.rule, known, point)) for point in kept.points)
    series = tuple((at, value) for at, value in values if value is not None)
    return SampleWindow(since, until, kept.step_s, series)


def _limit(kind: RuleKind, known: Annotations) -> int | None:
    return {
        RuleKind.MEMORY: known.memory_limit_bytes,
        RuleKind.CPU: known.cpu_limit_percent,
        RuleKind.DISK: known.disk_limit_bytes,
    }[kind]


def _percent(kind: RuleKind, known: Annotations, point: Point) -> float | None:
    used = {RuleKind.MEMORY: point.memory, RuleKind.CPU: point.cpu, RuleKind.DISK: point.disk}[kind]
    return share(used.mean, _limit(kind, known))
