"""Evaluates one input against one rule: the level, the level that still holds, or no data."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.rules import LOAD, STUCK, Rule, RuleKind, Severity
from bot.domain.alerts.state import AlertState
from bot.domain.observation import CheckResult, Limits, Observation, changing_for
from bot.panel.models import PowerState

_LOOP_WITHIN = timedelta(minutes=10)
_LOOP_OF = 3
_QUIET = timedelta(minutes=30)
_GRACE_MS = 300_000
_SAMPLES_AFTER_START = 2
_MINUTE = timedelta(minutes=1)
_SAMPLE_GAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Crash:
    """A process that ended without a request. `gave_up`: the node will not start it again.

    `is_known`: it was reported before; new is only that the node gave up.
    """

    at: datetime
    gave_up: bool = False
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class RuleInput:
    """What is known of a server, node or panel at one moment. None: unknown, which never counts as fine.

    `samples` counts those since the bot's start; `stop_requested` says that the stop was requested (a
    server that was offline when first observed counts so). `hours_to_full` is infinite for a disk that does
    not fill. `is_reachable` is for panels and nodes. Samples further apart than `max_sample_gap` belong to
    different streaks: what was between them is unknown. `reached_at` is when a panel or node responded again.
    `silent_for` is how long the running game hasn't answered, zero while it does.
    """

    check: CheckResult | None = None
    samples: int = _SAMPLES_AFTER_START
    stop_requested: bool = False
    crashes: tuple[Crash, ...] = ()
    hours_to_full: float | None = None
    backup_age_days: float | None = None
    backup_trouble: bool | None = None
    install_failed: bool | None = None
    suspended: bool | None = None
    is_reachable: bool | None = None
    reached_at: datetime | None = None
    max_sample_gap: timedelta = _SAMPLE_GAP
    silent_for: timedelta | None = None

    @property
    def is_unexpectedly_offline(self) -> bool:
        """Whether the server was observed offline, and no stop was requested."""
        seen = self.check
        is_offline = isinstance(seen, Observation) and seen.state is PowerState.OFFLINE
        return is_offline and not self.stop_requested

    def true_at(self, now: datetime) -> datetime:
        """Return when this was true, `now` at the latest: it may be evaluated later than observed."""
        seen_at = self.check.at if isinstance(self.check, Observation) else self.reached_at
        return min(seen_at or now, now)


@dataclass(frozen=True, slots=True)
class Reading:
    """`level` is what the value calls for, `held` what has not ended yet (never less than `level`)."""

    level: Severity | None
    held: Severity | None
    value: float | None = None
    is_pushed: bool = False


def max_sample_gap(interval_s: float) -> timedelta:
    """Return how far apart two samples of one streak may be for this interval: one poll may fail."""
    return max(_SAMPLE_GAP, timedelta(seconds=2.5 * interval_s))


def evaluate(rule: Rule, rule_input: RuleInput, state: AlertState) -> Reading | None:
    """Evaluate an input against a rule; None without data."""
    if rule.kind is RuleKind.CRASH:
        return _crash(rule_input, state)
    if (certain := _certain(rule.kind, rule_input)) is not None:
        level = _SEVERITY[rule.kind] if certain else None
        return Reading(level, level)
    if rule.kind is RuleKind.STATE:
        return _power(rule_input)
    if rule.kind is RuleKind.NO_ANSWER:
        return _silence(rule, rule_input)
    if (
        rule.kind in LOAD
        and isinstance(rule_input.check, Observation)
        and _unlimited(rule.kind, rule_input.check.limits)
    ):
        return Reading(None, None)
    value = _value(rule.kind, rule_input, state)
    return None if value is None else _measured(rule, value)


def note_crashes(state: AlertState, rule_input: RuleInput) -> AlertState:
    """Remember the crashes of this input as far as they show a crash loop."""
    if not rule_input.crashes:
        return state
    latest = max(crash.at for crash in rule_input.crashes)
    known = (*state.crashes, *(crash.at for crash in rule_input.crashes if not crash.is_known))
    within = tuple(sorted(at for at in known if latest - at <= _LOOP_WITHIN))[-_LOOP_OF:]
    looping = len(within) == _LOOP_OF or any(crash.gave_up for crash in rule_input.crashes)
    level = Severity.CRITICAL if looping else state.crash_level or Severity.WARNING
    return replace(state, crashes=within, crash_level=level)


def forget_crashes(state: AlertState, now: datetime) -> AlertState:
    """Forget crashes after half an hour without one, also if the clock was set back by hours."""
    if not state.crashes or abs(now - state.crashes[-1]) < _QUIET:
        return state
    return replace(state, crashes=(), crash_level=None)


def note_change_of_state(state: AlertState, rule_input: RuleInput, kind: RuleKind) -> AlertState:
    """Remember since when the server has been starting or stopping."""
    seen = rule_input.check
    if kind not in STUCK.values() or not isinstance(seen, Observation):
        return state
    if seen.state in (PowerState.UNKNOWN, PowerState.MISSING):
        return state
    since = min(state.changing_since or seen.at, seen.at) if STUCK.get(seen.state) is kind else None
    return replace(state, changing_since=since)


_SEVERITY = {
    RuleKind.BACKUP_TROUBLE: Severity.WARNING,
    RuleKind.INSTALL_FAILED: Severity.WARNING,
    RuleKind.SUSPENDED: Severity.WARNING,
    RuleKind.PANEL: Severity.CRITICAL,
    RuleKind.NODE: Severity.CRITICAL,
}


def _certain(kind: RuleKind, rule_input: RuleInput) -> bool | None:
    if kind in (RuleKind.PANEL, RuleKind.NODE):
        return None if rule_input.is_reachable is None else not rule_input.is_reachable
    if kind is RuleKind.BACKUP_TROUBLE:
        return rule_input.backup_trouble
    if kind is RuleKind.INSTALL_FAILED:
        return rule_input.install_failed
    return rule_input.suspended if kind is RuleKind.SUSPENDED else None


def _crash(rule_input: RuleInput, state: AlertState) -> Reading | None:
    if not rule_input.crashes and not isinstance(rule_input.check, Observation):
        return None
    if state.crash_level is None and rule_input.is_unexpectedly_offline:
        return None  # it does nothing because it isn't running
    number = sum(state.fired_at is None or at >= state.fired_at for at in state.crashes)
    return Reading(state.crash_level, state.crash_level, float(number), is_pushed=True)


def _power(rule_input: RuleInput) -> Reading | None:
    seen = rule_input.check
    if not isinstance(seen, Observation) or seen.state in (PowerState.UNKNOWN, PowerState.MISSING):
        return None
    pushed = seen.source.is_live
    if rule_input.is_unexpectedly_offline:
        return Reading(Severity.CRITICAL, Severity.CRITICAL, is_pushed=pushed)
    well = seen.state in (PowerState.RUNNING, PowerState.OFFLINE)
    return Reading(None, None if well else Severity.CRITICAL, is_pushed=pushed)


def _silence(rule: Rule, rule_input: RuleInput) -> Reading | None:
    """Read for how long a running game hasn't answered; one answer ends it, and so does a stop.

    A process that begins or ends says nothing: the next one may hang as well.
    """
    seen, silent_for = rule_input.check, rule_input.silent_for
    if not isinstance(seen, Observation):
        return None
    if seen.state is PowerState.OFFLINE:
        return Reading(None, None)
    if seen.state is not PowerState.RUNNING or silent_for is None:
        return None
    reading = replace(_measured(rule, silent_for / _MINUTE), is_pushed=seen.source.is_live)
    return replace(reading, held=reading.held or Severity.WARNING) if silent_for else reading


def _unlimited(kind: RuleKind, limits: Limits) -> bool:
    of = {
        RuleKind.MEMORY: limits.memory_bytes,
        RuleKind.CPU: limits.cpu_percent,
        RuleKind.DISK: limits.disk_bytes,
    }
    return of[kind] is None


def _value(kind: RuleKind, rule_input: RuleInput, state: AlertState) -> float | None:
    if kind is RuleKind.DISK_FORECAST:
        return rule_input.hours_to_full
    if kind is RuleKind.BACKUP_AGE:
        return rule_input.backup_age_days
    seen = rule_input.check
    if not isinstance(seen, Observation):
        return None
    if kind in STUCK.values():
        known = seen.state not in (PowerState.UNKNOWN, PowerState.MISSING)
        stuck = STUCK.get(seen.state) is kind
        return changing_for(seen, state.changing_since) / _MINUTE if stuck else 0.0 if known else None
    if kind in LOAD and (0 < seen.uptime_ms < _GRACE_MS or rule_input.samples < _SAMPLES_AFTER_START):
        return None
    percents = {
        RuleKind.MEMORY: seen.memory_percent,
        RuleKind.CPU: seen.cpu_percent,
        RuleKind.DISK: seen.disk_percent,
    }
    return percents.get(kind)


def _measured(rule: Rule, value: float) -> Reading:
    def reached(threshold: float | None, *, leaving: bool) -> bool:
        if threshold is None:
            return False
        if rule.fires_below:
            return value < threshold * (rule.hysteresis if leaving else 1)
        return value > threshold - (rule.hysteresis if leaving else 0)

    def worst(*, leaving: bool) -> Severity | None:
        if reached(rule.critical, leaving=leaving):
            return Severity.CRITICAL
        return Severity.WARNING if reached(rule.warn, leaving=leaving) else None

    # JSON has no infinity; a disk that never fills has no number worth showing either.
    said = value if math.isfinite(value) else None
    return Reading(worst(leaving=False), worst(leaving=True), said)
