"""The rules as data: thresholds, durations, and overrides for all servers or one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum, StrEnum

from bot.panel.models import PowerState

_MINUTE_S = 60.0


class Severity(IntEnum):
    """How bad; the numbers are in order."""

    WARNING = 1
    CRITICAL = 2


class RuleKind(StrEnum):
    """What a rule is about."""

    MEMORY = "memory"
    CPU = "cpu"
    DISK = "disk"
    DISK_FORECAST = "disk_forecast"
    STATE = "state"
    CRASH = "crash"
    STUCK_STARTING = "stuck_starting"
    STUCK_STOPPING = "stuck_stopping"
    NO_ANSWER = "no_answer"
    BACKUP_AGE = "backup_age"
    BACKUP_TROUBLE = "backup_trouble"
    PANEL = "panel"
    NODE = "node"
    INSTALL_FAILED = "install_failed"
    SUSPENDED = "suspended"


STUCK = {PowerState.STARTING: RuleKind.STUCK_STARTING, PowerState.STOPPING: RuleKind.STUCK_STOPPING}
"""States that should last only minutes, each with its rule."""
LOAD = frozenset({RuleKind.MEMORY, RuleKind.CPU, RuleKind.DISK})
"""Rules about usage, which has a history. These pause after a server's start, and need two samples after the
bot's."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. The unit of warn and critical is the kind's: percent, hours, minutes, days or none.

    `hysteresis` is how many units beyond the threshold the value must lie for the level to end. With
    `fires_below` a smaller value is worse, and `hysteresis` is a factor. A rule fires once the level has
    lasted `for_s` seconds and as many `samples`; `push_for` replaces both for reports of the node itself. If
    it `recurs`, a return while it recovers is a new occurrence: the alert ends and another begins. A value
    that wavers around a threshold stays one alert.
    """

    kind: RuleKind
    warn: float | None = None
    critical: float | None = None
    hysteresis: float = 0.0
    fires_below: bool = False
    for_s: float = 0.0
    samples: int = 1
    push_for: tuple[float, int] | None = None
    keep_firing_for_s: float = 5 * _MINUTE_S
    enabled: bool = True
    recurs: bool = False


DEFAULTS: Mapping[RuleKind, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(RuleKind.MEMORY, 80, 90, hysteresis=5, for_s=180, samples=3),
        Rule(RuleKind.CPU, 75, 90, hysteresis=5, for_s=180, samples=3),
        Rule(RuleKind.DISK, 85, 95, hysteresis=2),
        Rule(RuleKind.DISK_FORECAST, 72, 24, hysteresis=2, fires_below=True),
        Rule(RuleKind.STATE, for_s=50, samples=3, push_for=(10, 1), recurs=True),
        Rule(RuleKind.CRASH, keep_firing_for_s=0, recurs=True),
        Rule(RuleKind.STUCK_STARTING, 10, 30),
        Rule(RuleKind.STUCK_STOPPING, 10, 30),
        # A polled sample after an outage of panel, node or network may come before the game's next query.
        Rule(RuleKind.NO_ANSWER, 3, 10, samples=2, push_for=(0, 1), recurs=True),
        Rule(RuleKind.BACKUP_AGE, 3, 7),
        Rule(RuleKind.BACKUP_TROUBLE),
        Rule(RuleKind.PANEL, samples=3, recurs=True),
        Rule(RuleKind.NODE, recurs=True),
        Rule(RuleKind.INSTALL_FAILED, recurs=True),
        Rule(RuleKind.SUSPENDED, recurs=True),
    )
}


@dataclass(frozen=True, slots=True)
class Override:
    """An override of a rule; None: the default applies."""

    warn: float | None = None
    critical: float | None = None
    for_s: float | None = None
    enabled: bool | None = None
    keep_firing_for_s: float | None = None


Overrides = Mapping[RuleKind, Override]


def rules_for(
    *, java: bool = False, of_all: Overrides | None = None, of_one: Overrides | None = None
) -> dict[RuleKind, Rule]:
    """Return the rules of a server: defaults, overrides for all servers, Java, overrides for this server."""
    rules = {kind: _changed(rule, (of_all or {}).get(kind)) for kind, rule in DEFAULTS.items()}
    if java:
        # Java keeps its heap, so the memory rule is off unless it was enabled for this very server.
        rules[RuleKind.MEMORY] = replace(rules[RuleKind.MEMORY], enabled=False)
    return {kind: _changed(rule, (of_one or {}).get(kind)) for kind, rule in rules.items()}


def inhibitor(kind: RuleKind, firing: Collection[RuleKind]) -> RuleKind | None:
    """Return the worse alert that inhibits this one. `firing`: on the server, its node, its panel."""
    worse = [RuleKind.PANEL, RuleKind.NODE]
    if kind in worse:
        worse = worse[: worse.index(kind)]
    elif kind is RuleKind.STATE:
        worse.append(RuleKind.CRASH)
    elif kind is RuleKind.NO_ANSWER:
        worse += [RuleKind.CRASH, RuleKind.STATE]
    return next((kind for kind in worse if kind in firing), None)


def _changed(rule: Rule, override: Override | None) -> Rule:
    if override is None:
        return rule
    named = {field.name: getattr(override, field.name) for field in fields(override)}
    return replace(rule, **{name: value for name, value in named.items() if value is not None})
