"""Where looks become alerts: the rules are stepped, and what follows is kept and told, in one transaction."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.access import GuildScope
from bot.domain.alerts import (
    AlertState,
    Event,
    EventKind,
    Look,
    Mute,
    Phase,
    Rule,
    RuleKind,
    inhibitor,
    read,
    rules_for,
    step,
)
from bot.domain.incidents import Evidence, Incident, Subject
from bot.domain.observation import runs_java
from bot.monitor.batch import Batch, Seen
from bot.monitor.telling import Routes, Telling
from bot.panel.models import Server
from bot.store import Store, alert_rules, alerts, metrics, sights
from bot.store.alerts import Kept, States

_WELL = AlertState()
_OF_SERVERS = tuple(kind for kind in RuleKind if kind not in (RuleKind.PANEL, RuleKind.NODE))
# Crashes first: while one is fresh it swallows that the server is offline.
_IN_ORDER = tuple(sorted(_OF_SERVERS, key=lambda kind: kind is not RuleKind.CRASH))

_GROWTH = (EventKind.ESCALATED, EventKind.SURFACED)

Rules = Mapping[RuleKind, Rule]
Scopes = Mapping[str, Mapping[int, GuildScope]]
"""For each panel's id, its guilds and what each may see."""


class Judge:
    """Takes looks, and keeps all that follows from them."""

    def __init__(self, store: Store, scopes: Scopes, wake: Callable[[], None]) -> None:
        """`wake` is called when there may be something to tell."""
        self._store = store
        self._scopes = scopes
        self._wake = wake

    async def take(self, batch: Batch) -> None:
        """Keep a batch whole or, when the store cannot be written to, not at all; raises StoreError."""
        await self._store.write(lambda conn: self._judge(conn, batch))
        self._wake()

    async def forget_others(self, panel_id: str, known: Collection[str], now: datetime) -> None:
        """End the alerts of servers that the panel does not list any more, and forget them."""

        async def change(conn: AsyncConnection) -> None:
            gone = {
                about
                for about, _ in await alerts.states(conn, panel_id)
                if Subject(panel_id, about).server_uuid is not None and about not in known
            }
            states = await alerts.states(conn, panel_id, gone)
            work = _Work(conn, panel_id, now, states, {}, Telling(conn, now))
            for about, kind in tuple(work.states):
                await work.end(Subject(panel_id, about), kind)
            remembered = await sights.of(conn, panel_id)
            await sights.forget(conn, panel_id, remembered.keys() - set(known))

        await self._store.write(change)
        self._wake()

    async def _judge(self, conn: AsyncConnection, batch: Batch) -> None:
        seen_nodes = {seen.server.node for seen in batch.servers} | set(batch.nodes)
        about = [Subject.panel(batch.panel_id).about]
        about += [Subject.node(batch.panel_id, name).about for name in seen_nodes]
        about += [seen.server.uuid for seen in batch.servers]
        samples = [seen.sample for seen in batch.servers if seen.sample is not None]
        if samples:
            await metrics.write(conn, samples, batch.at)
        await sights.put(conn, batch.panel_id, {seen.server.uuid: seen.memory for seen in batch.servers})
        routes = await Routes.read(conn, batch.panel_id, self._scopes.get(batch.panel_id, {}))
        work = _Work(
            conn,
            batch.panel_id,
            batch.at,
            await alerts.states(conn, batch.panel_id, about),
            await _quiet(conn, batch),
            Telling(conn, batch.at, routes),
        )
        changed = await alert_rules.changed(conn, batch.panel_id)
        usual = {java: rules_for(java=java, of_all=changed.of_all) for java in (False, True)}
        if batch.panel is not None:
            await work.panel(batch.panel, batch.panel_evidence, usual[False])
        for name, look in batch.nodes.items():
            await work.node(name, look, batch.servers_on.get(name, ()), usual[False])
        for seen in batch.servers:
            java, of_one = runs_java(seen.server), changed.of_one.get(seen.server.uuid)
            rules = rules_for(java=java, of_all=changed.of_all, of_one=of_one) if of_one else usual[java]
            await work.server(seen, rules)


async def _quiet(conn: AsyncConnection, batch: Batch) -> dict[str | None, frozenset[int]]:
    """Tell of which servers (None: of all) which guilds want to hear nothing for a while."""
    found: dict[str | None, frozenset[int]] = {}
    for one in await alert_rules.under_maintenance(conn, batch.panel_id, batch.at):
        found[one.server_uuid] = found.get(one.server_uuid, frozenset()) | {one.guild_id}
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an incident that begins now is called, where it is, and what is known of it."""

    name: str
    node: str | None
    evidence: Evidence


@dataclass(slots=True)
class _Work:
    """One batch inside its transaction."""

    conn: AsyncConnection
    panel_id: str
    now: datetime
    states: States
    quiet: Mapping[str | None, frozenset[int]]
    telling: Telling

    async def panel(self, look: Look, evidence: Evidence, rules: Rules) -> None:
        """Judge the panel itself."""
        self.telling.everybody()
        facts = _Facts(self.panel_id, None, evidence)
        await self._step(Subject.panel(self.panel_id), look, rules[RuleKind.PANEL], facts)

    async def node(self, name: str, look: Look, servers: Collection[Server], rules: Rules) -> None:
        """Judge one node."""
        self.telling.audience(servers)
        facts = _Facts(name, name, {"servers": len(servers)})
        mute = self._inhibited(RuleKind.NODE)
        await self._step(Subject.node(self.panel_id, name), look, rules[RuleKind.NODE], facts, mute)

    async def server(self, seen: Seen, rules: Rules) -> None:
        """Judge one server by every rule."""
        server = seen.server
        subject = Subject(self.panel_id, server.uuid)
        facts = _Facts(server.name, server.node, seen.evidence)
        node = Subject.node(self.panel_id, server.node)
        self.telling.audience((server,))
        quiet = self._in_maintenance(server.uuid)
        for kind in _IN_ORDER:
            rule = rules[kind]
            if (server.uuid, kind) not in self.states and not _calls(rule, seen.look):
                continue
            mute = self._inhibited(kind, (node, RuleKind.NODE), (subject, RuleKind.CRASH)) or quiet
            await self._step(subject, seen.look, rule, facts, mute)

    async def end(self, subject: Subject, kind: RuleKind) -> None:
        """Close what is known of a rule: its server is not there any more."""
        await self._step(subject, Look(), Rule(kind, enabled=False), _Facts("", None, {}))
        await self._keep(subject, kind, Kept())

    def _inhibited(self, kind: RuleKind, *worse: tuple[Subject, RuleKind]) -> Mute | None:
        facts = ((Subject.panel(self.panel_id), RuleKind.PANEL), *worse)
        firing = [rule for subject, rule in facts if self._kept(subject, rule).state.fires]
        return Mute.INHIBITED if inhibitor(kind, firing) is not None else None

    def _kept(self, subject: Subject, kind: RuleKind) -> Kept:
        return self.states.get((subject.about, kind), Kept())

    def _in_maintenance(self, uuid: str) -> Mute | None:
        """Muted when nobody is left to tell; a guild that still wants to hear is told."""
        quiet = self.quiet.get(None, frozenset()) | self.quiet.get(uuid, frozenset())
        return Mute.MAINTENANCE if quiet and not self.telling.narrow(quiet) else None

    async def _step(
        self, subject: Subject, look: Look, rule: Rule, facts: _Facts, mute: Mute | None = None
    ) -> None:
        before = self._kept(subject, rule.kind)
        state, events = step(before.state, look, rule, self.now, mute)
        incident = None
        if before.incident_id is not None:
            (incident,) = await alerts.get(self.conn, [before.incident_id]) or (None,)
        # What flaps is told of an incident, which the same step may have begun.
        for event in sorted(events, key=lambda one: one.kind is not EventKind.FIRED):
            incident = await self._follow(subject, rule.kind, facts, incident, event)
        if incident is not None and incident.active:
            incident = await self._update(incident, before.state, state)
            if mute is None and _may_be_told(state):
                await self.telling.catch_up(incident)
        lasting = incident.id if incident is not None and incident.active else None
        await self._keep(subject, rule.kind, Kept(_slim(state), lasting))

    async def _keep(self, subject: Subject, kind: RuleKind, kept: Kept) -> None:
        key = (subject.about, kind)
        if kept == self._kept(subject, kind):
            return
        await alerts.put_state(self.conn, subject, kind, kept)
        if kept == Kept():
            self.states.pop(key, None)
        else:
            self.states[key] = kept

    async def _follow(
        self, subject: Subject, kind: RuleKind, facts: _Facts, incident: Incident | None, event: Event
    ) -> Incident | None:
        """Write down what happened, and have it told."""
        if event.kind is EventKind.FIRED:
            incident = await alerts.begin(
                self.conn,
                Incident(
                    id=0,
                    subject=subject,
                    rule=kind,
                    name=facts.name,
                    node=facts.node,
                    level=event.level,
                    worst=event.level,
                    fired_at=event.fired_at,
                    value=event.value,
                    peak=event.peak,
                    muted=event.mute,
                    evidence=facts.evidence,
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
        elif event.mute is None and event.kind in _GROWTH:
            changed = replace(changed, muted=None, evidence={**incident.evidence, **facts.evidence})
        await alerts.put(self.conn, changed)
        await self.telling.of(changed, event)
        return changed

    async def _update(self, incident: Incident, before: AlertState, state: AlertState) -> Incident:
        """Keep its value; show when it begins to recover, or stops to."""
        recovers = state.better_since if state.phase is Phase.RECOVERING else None
        changed = replace(
            incident,
            value=state.value,
            peak=state.peak,
            better_since=recovers,
            snoozed_until=state.snoozed_until,
        )
        if changed != incident:
            await alerts.put(self.conn, changed)
        phases = {before.phase, state.phase}
        unsnoozed = before.snoozed_until is not None and state.snoozed_until is None
        if unsnoozed or phases == {Phase.FIRING, Phase.RECOVERING}:
            await self.telling.changed(changed)
        return changed


def _calls(rule: Rule, look: Look) -> bool:
    """Whether a rule of which nothing is kept has anything to do."""
    if not rule.enabled:
        return False
    if look.crashes and rule.kind is RuleKind.CRASH:
        return True
    reading = read(rule, look, _WELL)
    return reading is not None and reading.level is not None


def _may_be_told(state: AlertState) -> bool:
    """Whether it fires, and nobody asked for quiet about it."""
    hushed = state.acked_by is not None or state.snoozed_until is not None or state.quiet
    return state.phase is Phase.FIRING and state.told_level is not None and not hushed


def _slim(state: AlertState) -> AlertState:
    """Let go of a value that calls for nothing, so that what is well needs no row."""
    return replace(state, value=None) if state.phase is Phase.OK else state
