"""One batch inside its transaction: each rule is stepped, incidents begin, change and end."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.handling import BatchHandling
from bot.alerting.routing import NotificationRouter, Receivers, Routes
from bot.domain.alerts import (
    AlertState,
    Event,
    EventKind,
    Phase,
    Rule,
    RuleInput,
    RuleKind,
    Severity,
    Suppression,
    evaluate,
    inhibitor,
    step,
)
from bot.domain.alerts.handling import (
    Handling,
    of_incident,
)
from bot.domain.alerts.rules import STUCK
from bot.domain.annotations import renewed, updated, with_return
from bot.domain.incidents import Evidence, Incident, Subject
from bot.domain.observation import Observation
from bot.monitoring.batch import ServerCheck
from bot.panel.models import Server
from bot.storage.repositories import alerts, notifications
from bot.storage.repositories.alerts import States, StoredAlertState

_OK = AlertState()
_SERVER_RULES = tuple(kind for kind in RuleKind if kind not in (RuleKind.PANEL, RuleKind.NODE))
# Crashes first: a critical one inhibits, while fresh, the alert that the server is offline. Both inhibit
# the alert that its game does not answer, which comes after them.
_EVALUATION_ORDER = tuple(sorted(_SERVER_RULES, key=lambda kind: kind is not RuleKind.CRASH))

_ORDER = {EventKind.RECOVERED: 0, EventKind.FIRED: 1}
_GROWTH = (EventKind.ESCALATED, EventKind.UNSUPPRESSED)

Rules = Mapping[RuleKind, Rule]


@dataclass(frozen=True, slots=True)
class _Context:
    """What a rule is evaluated on: its name and place, what is known of it, and who is notified."""

    name: str
    node: str | None
    evidence: Evidence
    receivers: Receivers


@dataclass(slots=True)
class EvaluationTransaction:
    """Evaluates the rules of one batch in one transaction. The order of the calls matters.

    1. `load` reads the states and incidents of the batch's subjects.
    2. `evaluate_panel`, then `evaluate_node`, then `evaluate_server`: a firing panel or node inhibits
       the alerts of what lies behind it.
    3. `commit` writes all changed incidents and states, and finishes the notifications.
    """

    conn: AsyncConnection
    panel_id: str
    now: datetime
    maintenance: Mapping[str | None, frozenset[int]]
    routes: Routes
    router: NotificationRouter
    states: States = field(default_factory=dict)
    _incidents: Mapping[int, Incident] = field(default_factory=dict)
    _channels: Mapping[int, Collection[int]] = field(default_factory=dict)
    _changed_states: States = field(default_factory=dict)
    _changed_incidents: list[Incident] = field(default_factory=list)
    _handling: BatchHandling = field(init=False)

    def __post_init__(self) -> None:
        self._handling = BatchHandling(self.conn, self.panel_id, self.now)

    async def load(self, about: Collection[str]) -> None:
        """Read states, incidents and handling of these subjects."""
        self.states = await alerts.states(self.conn, self.panel_id, about)
        lasting = [kept.incident_id for kept in self.states.values() if kept.incident_id is not None]
        if lasting:
            self._incidents = {incident.id: incident for incident in await alerts.get(self.conn, lasting)}
            self._channels = await notifications.channels_of(self.conn, lasting)
        await self._handling.load(about, lasting)

    async def commit(self) -> None:
        """Write the changed incidents and states, and finish the notifications."""
        await alerts.put(self.conn, *self._changed_incidents)
        await alerts.put_states(self.conn, self.panel_id, self._changed_states)
        await self.router.finish()

    async def evaluate_panel(self, check: RuleInput, evidence: Evidence, rules: Rules) -> None:
        """Evaluate the rule about the panel itself."""
        receivers, suppression = self._outside_maintenance(self.routes.for_panel(), None)
        context = _Context(self.panel_id, None, evidence, receivers)
        await self._evaluate(Subject.panel(self.panel_id), check, rules[RuleKind.PANEL], context, suppression)

    async def evaluate_node(
        self, name: str, check: RuleInput, servers: Collection[Server], rules: Rules
    ) -> None:
        """Evaluate the rule about one node."""
        receivers, suppression = self._outside_maintenance(self.routes.for_servers(servers), None)
        context = _Context(name, name, {"servers": len(servers)}, receivers)
        suppression = self._inhibited(RuleKind.NODE) or suppression
        await self._evaluate(
            Subject.node(self.panel_id, name), check, rules[RuleKind.NODE], context, suppression
        )

    async def evaluate_server(self, seen: ServerCheck, rules: Rules) -> None:
        """Evaluate every rule about one server."""
        server = seen.server
        subject = Subject(self.panel_id, server.uuid)
        node = Subject.node(self.panel_id, server.node)
        receivers, maintenance = self._outside_maintenance(self.routes.for_servers((server,)), server.uuid)
        context = _Context(server.name, server.node, seen.evidence, receivers)
        for kind in _EVALUATION_ORDER:
            rule = rules[kind]
            if (server.uuid, kind) not in self.states and not _needs_state(rule, seen.rule_input):
                continue
            worse = ((node, RuleKind.NODE), (subject, RuleKind.CRASH), (subject, RuleKind.STATE))
            inhibited = self._inhibited(kind, *worse)
            await self._evaluate(subject, seen.rule_input, rule, context, inhibited or maintenance)

    async def close_rule(self, subject: Subject, kind: RuleKind) -> None:
        """Close the alert of a rule whose server does not exist any more."""
        await self._evaluate(
            subject, RuleInput(), Rule(kind, enabled=False), _Context("", None, {}, Receivers())
        )
        self._store(subject, kind, StoredAlertState())

    def _inhibited(self, kind: RuleKind, *worse: tuple[Subject, RuleKind]) -> Suppression | None:
        facts = ((Subject.panel(self.panel_id), RuleKind.PANEL), *worse)
        states = ((rule, self._stored(subject, rule).state) for subject, rule in facts)
        # A warning (crashed, and came back) does not inhibit what is worse (it is down now).
        firing = [rule for rule, state in states if state.fires and state.level is Severity.CRITICAL]
        return Suppression.INHIBITED if inhibitor(kind, firing) is not None else None

    def _stored(self, subject: Subject, kind: RuleKind) -> StoredAlertState:
        return self.states.get((subject.about, kind), StoredAlertState())

    def _outside_maintenance(
        self, receivers: Receivers, uuid: str | None
    ) -> tuple[Receivers, Suppression | None]:
        """Leave out the guilds that have maintenance; suppressed when no guild is left.

        `uuid` is the server, or None for what concerns all servers.
        """
        maintained = self.maintenance.get(None, frozenset()) | self.maintenance.get(uuid, frozenset())
        left = receivers.without(maintained)
        return left, Suppression.MAINTENANCE if maintained and not left.routes else None

    async def _evaluate(
        self,
        subject: Subject,
        rule_input: RuleInput,
        rule: Rule,
        context: _Context,
        mute: Suppression | None = None,
    ) -> None:
        before = self._stored(subject, rule.kind)
        incident = self._incidents.get(before.incident_id or 0)
        handled = self._handling.of(subject, rule.kind, incident)
        context = replace(context, evidence=with_return(rule.kind, context.evidence, rule_input.check))
        seen = handled.applied(before.state, context.receivers.guild_ids, self.now)
        state, events = step(seen, rule_input, rule, self.now, mute)
        if not any(event.kind is EventKind.RECOVERED for event in events):
            handled = await self._handling.drop_outgrown(handled, seen, state)
        for event in _in_notification_order(events):
            if event.kind is EventKind.FIRED and incident is not None:
                # Handling belongs to the previous incident.
                handled = of_incident((), handled.silences.values())
            incident = await self._record(subject, rule.kind, context, incident, event)
            if incident is not None:
                await self._route(incident, event, handled, context.receivers)
        if incident is not None and incident.active:
            incident = await self._update(incident, before.state, state, context)
        caught_up = mute is None and not events and _is_unsuppressed(state)
        lasting = incident if incident is not None and incident.active else None
        if lasting is not None and caught_up:
            await self._catch_up(lasting, handled, context.receivers)
        has_ended = await self._handling.end_silences(handled, owed=lasting is not None and not caught_up)
        if lasting is not None and has_ended:
            await self.router.refresh(lasting)
        self._store(
            subject, rule.kind, StoredAlertState(_stored_form(state), lasting.id if lasting else None)
        )

    async def _route(self, incident: Incident, event: Event, handled: Handling, receivers: Receivers) -> None:
        """Route an event, and note for each silenced guild that it missed one."""
        muted = handled.muted_for(event.kind, event.level, self.now)
        await self.router.route(incident, event, receivers.without(muted))
        await self._handling.note_missed(handled, event, receivers.guild_ids)

    async def _catch_up(self, incident: Incident, handled: Handling, receivers: Receivers) -> None:
        """Notify receivers of what they have not been notified of yet."""
        muted = handled.silenced(self.now) | handled.acknowledgements.keys()
        owed = {
            guild: silence.missed for guild, silence in handled.silences.items() if silence.missed is not None
        }
        notified = self._channels.get(incident.id, ())
        await self.router.catch_up(incident, notified, owed, receivers.without(muted))

    def _store(self, subject: Subject, kind: RuleKind, kept: StoredAlertState) -> None:
        key = (subject.about, kind)
        if kept == self._stored(subject, kind):
            return
        self._changed_states[key] = kept
        if kept == StoredAlertState():
            self.states.pop(key, None)
        else:
            self.states[key] = kept

    async def _record(
        self, subject: Subject, kind: RuleKind, context: _Context, incident: Incident | None, event: Event
    ) -> Incident | None:
        """Write what an event changes of its incident."""
        if event.kind is EventKind.FIRED:
            incident = await alerts.begin(
                self.conn,
                Incident(
                    id=0,
                    subject=subject,
                    rule=kind,
                    name=context.name,
                    node=context.node,
                    level=event.level,
                    worst=event.level,
                    fired_at=event.fired_at,
                    value=event.value,
                    peak=event.peak,
                    suppression=event.suppression,
                    evidence=context.evidence,
                ),
            )
        if incident is None:
            return None
        changed = replace(
            incident,
            level=event.level,
            worst=max(incident.worst, event.level),
            value=event.value,
            peak=event.peak,
        )
        if event.kind is EventKind.RECOVERED:
            changed = replace(changed, ended_at=event.at, better_since=None)
        elif event.suppression is None and event.kind in _GROWTH:
            changed = replace(
                changed, suppression=None, evidence=renewed(incident.evidence, context.evidence)
            )
        if changed != incident:
            await alerts.put(self.conn, changed)
        return changed

    async def _update(
        self, incident: Incident, before: AlertState, state: AlertState, context: _Context
    ) -> Incident:
        """Store its value, and notify when it begins or stops recovering."""
        recovers = state.better_since if state.phase is Phase.RECOVERING else None
        changed = replace(
            incident,
            value=state.value,
            peak=state.peak,
            better_since=recovers,
            evidence=updated(incident.rule, incident.evidence, context.evidence),
        )
        if changed != incident:
            self._changed_incidents.append(changed)
        phases = {before.phase, state.phase}
        if phases == {Phase.FIRING, Phase.RECOVERING} or changed.evidence != incident.evidence:
            await self.router.refresh(changed)
        return changed


def _in_notification_order(events: tuple[Event, ...]) -> Iterable[Event]:
    """Order events: the end of an occurrence, then the next one, then the notice that it flaps."""
    if not any(event.kind is EventKind.FIRED for event in events):
        return events
    return sorted(events, key=lambda event: _ORDER.get(event.kind, len(_ORDER)))


def _needs_state(rule: Rule, rule_input: RuleInput) -> bool:
    """Whether a rule without a stored state has anything to do."""
    if not rule.enabled:
        return False
    if rule_input.crashes and rule.kind is RuleKind.CRASH:
        return True
    if isinstance(rule_input.check, Observation) and STUCK.get(rule_input.check.state) is rule.kind:
        return True  # for how long is counted from now
    reading = evaluate(rule, rule_input, _OK)
    return reading is not None and reading.level is not None


def _is_unsuppressed(state: AlertState) -> bool:
    """Whether it fires, and is neither acknowledged, silenced nor flapping."""
    is_held = state.acknowledged_by is not None or state.silenced_until is not None or state.is_flapping
    return state.phase is Phase.FIRING and state.notified_level is not None and not is_held


def _stored_form(state: AlertState) -> AlertState:
    """Remove guilds' handling, and the value if no alert is active, so that an OK rule needs no row."""
    state = replace(state, acknowledged_by=None, acknowledged_level=None, silenced_until=None)
    return replace(state, value=None) if state.phase is Phase.OK else state
