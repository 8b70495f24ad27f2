"""OK -> PENDING -> FIRING -> RECOVERING -> OK. Suppressing notifications never changes the phases."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.alerts.evaluate import (
    Reading,
    RuleInput,
    evaluate,
    forget_crashes,
    note_change_of_state,
    note_crashes,
)
from bot.domain.alerts.rules import STUCK, Rule, RuleKind, Severity
from bot.domain.alerts.state import AlertState, Event, EventKind, Phase, Streak, Suppression
from bot.domain.observation import Unreachable

REPEAT_INTERVAL = {Severity.CRITICAL: timedelta(hours=4), Severity.WARNING: timedelta(hours=24)}
REPEAT_LIMIT = 6
_FLAPS, _FLAPS_WITHIN, _STABLE = 4, timedelta(minutes=30), timedelta(minutes=15)
Stepped = tuple[AlertState, tuple[Event, ...]]


def step(
    state: AlertState, rule_input: RuleInput, rule: Rule, now: datetime, mute: Suppression | None = None
) -> Stepped:
    """Evaluate a rule at `now`. `mute` is MAINTENANCE or INHIBITED when one of them applies to the rule.

    1. Drop what is over: a silence, old changes, the pause after flapping.
    2. End the alert if the rule is disabled.
    3. Remember crashes, and since when the server has been starting or stopping.
    4. Evaluate the input. Without data nothing else changes.
    5. Update phase and level: fire, escalate, recover, or resolve.
    6. Add a notification that is due: a suppressed one, or a reminder.
    """
    work = _Transition(_calmer(state, now), rule, now, rule_input.true_at(now), mute)
    if not rule.enabled:
        work.end()
    else:
        work.state = forget_crashes(note_crashes(work.state, rule_input), now)
        work.state = note_change_of_state(work.state, rule_input, rule.kind)
        reading = evaluate(rule, rule_input, work.state)
        if reading is not None:
            work.take(reading, rule_input)
            work.notify()
    return work.state, tuple(work.events)


def _calmer(state: AlertState, now: datetime) -> AlertState:
    """Drop what is over: a silence, old changes, the pause after flapping."""
    # A clock that was set back by hours must not keep them for hours.
    recent = tuple(at for at in state.changes if abs(now - at) < _FLAPS_WITHIN)
    quiet = state.is_flapping and bool(recent) and abs(now - recent[-1]) < _STABLE
    over = state.silenced_until is not None and now >= state.silenced_until
    return replace(
        state, changes=recent, is_flapping=quiet, silenced_until=None if over else state.silenced_until
    )


def _extended(
    run: Streak | None, holds: bool, now: datetime, since: datetime, max_gap: timedelta
) -> Streak | None:
    if not holds:
        return None
    if run is None or abs(now - run.last) > max_gap:  # also when the clock was set back by hours
        return Streak(since, now)
    return Streak(run.since, now, run.samples + 1)


@dataclass(slots=True)
class _Transition:
    """One step. `at` is when the input was true: an observation may be stored some time after it was made."""

    state: AlertState
    rule: Rule
    now: datetime
    at: datetime
    over: Suppression | None
    events: list[Event] = field(default_factory=list)

    @property
    def mute(self) -> Suppression | None:
        if self.over is not None:
            return self.over
        if self.state.silenced_until is not None:
            return Suppression.SILENCED
        return Suppression.FLAPPING if self.state.is_flapping else None

    def take(self, reading: Reading, rule_input: RuleInput) -> None:
        """Update the phase and the level."""
        max_gap = rule_input.max_sample_gap
        is_critical = reading.level is Severity.CRITICAL
        warning = _extended(self.state.warning, reading.level is not None, self.now, self.at, max_gap)
        critical = _extended(self.state.critical, is_critical, self.now, self.at, max_gap)
        self.state = replace(self.state, value=reading.value, warning=warning, critical=critical)
        certain = self._certain(reading)
        if not self.state.fires:
            if certain is not None:
                self._fire(certain, rule_input)
            else:
                phase = Phase.OK if reading.level is None else Phase.PENDING
                self.state = replace(self.state, phase=phase)
        elif certain is not None and self._recurs(certain, rule_input):
            self._close()
            value = float(len(rule_input.crashes)) if self.rule.kind is RuleKind.CRASH else reading.value
            self.state = replace(self.state, value=value, warning=warning, critical=critical)
            self._fire(certain, rule_input)
        elif reading.held is None:
            self._recover()
        elif not (self.rule.recurs and self.state.phase is Phase.RECOVERING):
            # A return that is not certain yet, or a restart meanwhile, ends no recovery.
            self.state = replace(self.state, phase=Phase.FIRING, peak=self._peak())
            self._level(reading.held, certain)

    def notify(self) -> None:
        """Add an event for an alert that was not notified, or was notified long ago."""
        state = self.state
        if state.phase is not Phase.FIRING or state.level is None or self.mute is not None:
            return
        known = max(state.notified_level or 0, state.acknowledged_level or 0)
        if state.level > known:
            self._event(EventKind.UNSUPPRESSED)
        elif (
            state.acknowledged_by is None
            and state.repeats < REPEAT_LIMIT
            and state.last_notified_at is not None
            and self.now - state.last_notified_at >= REPEAT_INTERVAL[state.level]
        ):
            self._event(EventKind.REPEATED)
            self.state = replace(self.state, repeats=state.repeats + 1)

    def end(self) -> None:
        """Close the alert: it has resolved, or the rule was turned off."""
        if self.state.fires:
            self._change()
        self._close()

    def _recurs(self, certain: Severity, rule_input: RuleInput) -> bool:
        """Whether this is a new occurrence after recovery; an escalation is the same one."""
        if not self.rule.recurs:
            return False
        crashes = [crash for crash in rule_input.crashes if not crash.is_known]
        new_crash = bool(crashes) and certain == self.state.level
        return self.state.phase is Phase.RECOVERING or (self.rule.kind is RuleKind.CRASH and new_crash)

    def _close(self) -> None:
        if self.state.fires:
            # An alert that was notified is always notified as resolved: no message stays red.
            mute = None if self.state.notified_level is not None else Suppression.UNNOTIFIED
            self._event(EventKind.RECOVERED, mute, at=self.state.better_since)
        kept = self.state
        self.state = AlertState(
            silenced_until=kept.silenced_until,
            changing_since=kept.changing_since,
            changes=kept.changes,
            is_flapping=kept.is_flapping,
            crashes=kept.crashes,
            crash_level=kept.crash_level,
        )

    def _certain(self, reading: Reading) -> Severity | None:
        """Return the worst level that has lasted long enough."""
        pending_s, samples = self.rule.for_s, self.rule.samples
        if reading.is_pushed and self.rule.push_for is not None:
            pending_s, samples = self.rule.push_for
        runs = ((Severity.CRITICAL, self.state.critical), (Severity.WARNING, self.state.warning))
        for level, run in runs:
            if run and run.samples >= samples and (self.now - run.since).total_seconds() >= pending_s:
                return level
        return None

    def _fire(self, level: Severity, rule_input: RuleInput) -> None:
        self.state = replace(
            self.state,
            phase=Phase.FIRING,
            level=level,
            fired_at=self._since(rule_input),
            peak=self.state.value,
        )
        self._change()
        self._event(EventKind.FIRED, self.mute)

    def _since(self, rule_input: RuleInput) -> datetime:
        """Return when it happened or, if that is unknown, was first observed."""
        known = [self.at, *(run.since for run in (self.state.warning, self.state.critical) if run)]
        if isinstance(rule_input.check, Unreachable):
            known.append(rule_input.check.since)
        if self.rule.kind is RuleKind.CRASH:
            known += (crash.at for crash in rule_input.crashes)
        if self.rule.kind in _COUNTED_IN_MINUTES and self.state.value is not None:
            known.append(self.at - timedelta(minutes=self.state.value))
        return min(known)

    def _level(self, held: Severity, certain: Severity | None) -> None:
        level = self.state.level
        if level is None:
            return
        if certain is not None and certain > level:
            is_acknowledged = certain <= (self.state.acknowledged_level or 0)
            if not is_acknowledged:  # it was acknowledged when it was less severe
                self.state = replace(self.state, acknowledged_by=None, acknowledged_level=None)
            self.state = replace(self.state, level=certain, better_since=None)
            self._change()
            self._event(EventKind.CHANGED if is_acknowledged else EventKind.ESCALATED, self.mute)
        elif held < level:
            since = min(self.state.better_since or self.at, self.now)
            self.state = replace(self.state, better_since=since)
            if (self.now - since).total_seconds() >= self.rule.keep_firing_for_s:
                notified_level = min(self.state.notified_level, held) if self.state.notified_level else None
                self.state = replace(self.state, level=held, better_since=None, notified_level=notified_level)
                self._change()
                self._event(EventKind.CHANGED, self.mute)
        else:
            self.state = replace(self.state, better_since=None)

    def _recover(self) -> None:
        since = self.state.better_since if self.state.phase is Phase.RECOVERING else None
        since = min(since or self.at, self.now)
        self.state = replace(self.state, phase=Phase.RECOVERING, better_since=since)
        if (self.now - since).total_seconds() >= self.rule.keep_firing_for_s:
            self.end()

    def _change(self) -> None:
        """Count a change; too many in a short time are notified once as flapping."""
        self.state = replace(self.state, changes=(*self.state.changes, self.now)[-_FLAPS:])
        if len(self.state.changes) == _FLAPS and not self.state.is_flapping:
            self._event(EventKind.FLAPPING, self.mute)
            self.state = replace(self.state, is_flapping=True)

    def _event(self, kind: EventKind, mute: Suppression | None = None, *, at: datetime | None = None) -> None:
        state = self.state
        if state.level is None or state.fired_at is None:
            return
        when = at or self.now
        self.events.append(Event(kind, state.level, when, state.fired_at, state.value, state.peak, mute))
        if mute is None and kind in _NOTIFYING:
            repeats = state.repeats if kind is EventKind.REPEATED else 0
            self.state = replace(
                state, notified_level=state.level, last_notified_at=self.now, repeats=repeats
            )

    def _peak(self) -> float | None:
        value, peak = self.state.value, self.state.peak
        if value is None or peak is None:
            return value if peak is None else peak
        return min(value, peak) if self.rule.fires_below else max(value, peak)


_COUNTED_IN_MINUTES = (*STUCK.values(), RuleKind.NO_ANSWER)
_NOTIFYING = (EventKind.FIRED, EventKind.ESCALATED, EventKind.UNSUPPRESSED, EventKind.REPEATED)
