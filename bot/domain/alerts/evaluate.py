"""What a look means for one rule: a level, the level that still holds, or nothing at all."""

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
_LOOKS_AFTER_START = 2
_MINUTE = timedelta(minutes=1)
_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Crash:
    """A process that ended although nobody asked. `gave_up`: the node will not start it again."""

    at: datetime
    gave_up: bool = False


@dataclass(frozen=True, slots=True)
class RuleInput:
    """All that is known of a server, node or panel at one moment. None: not known, which is never 'well'.

    `samples` counts those since the bot's start; `stop_requested_by` says that somebody requested the stop
    (a server that was offline when first observed counts so). `hours_to_full` is infinite for a disk that
    does not fill. `is_reachable` is for panels and nodes. Samples further apart than `max_sample_gap` belong
    to different streaks: nobody knows what was between them.
    """

    check: CheckResult | None = None
    samples: int = _LOOKS_AFTER_START
    stop_requested_by: bool = False
    crashes: tuple[Crash, ...] = ()
    hours_to_full: float | None = None
    backup_age_days: float | None = None
    backup_trouble: bool | None = None
    install_failed: bool | None = None
    suspended: bool | None = None
    is_reachable: bool | None = None
    max_sample_gap: timedelta = _APART


@dataclass(frozen=True, slots=True)
class Reading:
    """`level` is what the value calls for, `held` what has not ended yet (never less than `level`)."""

    level: Severity | None
    held: Severity | None
    value: float | None = None
    is_pushed: bool = False


def max_sample_gap(interval_s: float) -> timedelta:
    """Say how far apart two looks of one run may be where a server is looked at this often: one may fail."""
    return max(_APART, timedelta(seconds=2.5 * interval_s))


def evaluate(rule: Rule, look: RuleInput, state: AlertState) -> Reading | None:
    """Read a look by a rule; None: no data, and nothing follows from it."""
    if rule.kind is RuleKind.CRASH:
        return _crash(look, state)
    if (certain := _certain(rule.kind, look)) is not None:
        level = _SEVERITY[rule.kind] if certain else None
        return Reading(level, level)
    if rule.kind is RuleKind.STATE:
        return _power(look)
    if rule.kind in LOAD and isinstance(look.check, Observation) and _unlimited(rule.kind, look.check.limits):
        return Reading(None, None)
    value = _value(rule.kind, look, state)
    return None if value is None else _measured(rule, value)


def note_crashes(state: AlertState, look: RuleInput) -> AlertState:
    """Remember the crashes of this look as far as a loop is told by them."""
    if not look.crashes:
        return state
    latest = max(crash.at for crash in look.crashes)
    known = (*state.crashes, *(crash.at for crash in look.crashes))
    within = tuple(sorted(at for at in known if latest - at <= _LOOP_WITHIN))[-_LOOP_OF:]
    looping = len(within) == _LOOP_OF or any(crash.gave_up for crash in look.crashes)
    level = Severity.CRITICAL if looping else state.crash_level or Severity.WARNING
    return replace(state, crashes=within, crash_level=level)


def forget_crashes(state: AlertState, now: datetime) -> AlertState:
    """Forget them after half an hour of quiet; a clock that was set back must not keep them for hours."""
    if not state.crashes or abs(now - state.crashes[-1]) < _QUIET:
        return state
    return replace(state, crashes=(), crash_level=None)


def note_change_of_state(state: AlertState, look: RuleInput, kind: RuleKind) -> AlertState:
    """Remember since when the server is starting, or stopping, for the rule about it."""
    seen = look.check
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


def _certain(kind: RuleKind, look: RuleInput) -> bool | None:
    if kind in (RuleKind.PANEL, RuleKind.NODE):
        return None if look.is_reachable is None else not look.is_reachable
    if kind is RuleKind.BACKUP_TROUBLE:
        return look.backup_trouble
    if kind is RuleKind.INSTALL_FAILED:
        return look.install_failed
    return look.suspended if kind is RuleKind.SUSPENDED else None


def _crash(look: RuleInput, state: AlertState) -> Reading | None:
    if not look.crashes and not isinstance(look.check, Observation):
        return None
    if state.crash_level is None and _lies(look):
        return None  # it is quiet because it does not run
    number = sum(state.fired_at is None or at >= state.fired_at for at in state.crashes)
    return Reading(state.crash_level, state.crash_level, float(number), is_pushed=True)


def _lies(look: RuleInput) -> bool:
    """Whether it is offline although nobody asked."""
    return (
        isinstance(look.check, Observation)
        and look.check.state is PowerState.OFFLINE
        and not look.stop_requested_by
    )


def _power(look: RuleInput) -> Reading | None:
    seen = look.check
    if not isinstance(seen, Observation) or seen.state in (PowerState.UNKNOWN, PowerState.MISSING):
        return None
    pushed = seen.source.is_live
    if _lies(look):
        return Reading(Severity.CRITICAL, Severity.CRITICAL, is_pushed=pushed)
    well = seen.state in (PowerState.RUNNING, PowerState.OFFLINE)
    return Reading(None, None if well else Severity.CRITICAL, is_pushed=pushed)


def _unlimited(kind: RuleKind, limits: Limits) -> bool:
    of = {
        RuleKind.MEMORY: limits.memory_bytes,
        RuleKind.CPU: limits.cpu_percent,
        RuleKind.DISK: limits.disk_bytes,
    }
    return of[kind] is None


def _value(kind: RuleKind, look: RuleInput, state: AlertState) -> float | None:
    if kind is RuleKind.DISK_FORECAST:
        return look.hours_to_full
    if kind is RuleKind.BACKUP_AGE:
        return look.backup_age_days
    seen = look.check
    if not isinstance(seen, Observation):
        return None
    if kind in STUCK.values():
        known = seen.state not in (PowerState.UNKNOWN, PowerState.MISSING)
        stuck = STUCK.get(seen.state) is kind
        return changing_for(seen, state.changing_since) / _MINUTE if stuck else 0.0 if known else None
    if kind in LOAD and (0 < seen.uptime_ms < _GRACE_MS or look.samples < _LOOKS_AFTER_START):
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

    # JSON has no infinity; a disk that never fills has no number worth telling either.
    said = value if math.isfinite(value) else None
    return Reading(worst(leaving=False), worst(leaving=True), said)
