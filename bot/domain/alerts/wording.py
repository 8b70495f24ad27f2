"""How an alert is worded: names of rules, headlines, values and limits with their units."""

from bot.domain.alerts.rules import DEFAULTS, Rule, RuleKind, Severity
from bot.domain.annotations import read_annotations
from bot.domain.formatting import about, counted, duration, percent, size
from bot.domain.incidents import Incident

_HOUR_S, _MINUTE_S, _DAY_S = 3600.0, 60.0, 86_400.0
_WHOLE_DAYS = 2

UNITS = {
    RuleKind.MEMORY: "%",
    RuleKind.CPU: "%",
    RuleKind.DISK: "%",
    RuleKind.DISK_FORECAST: "hours",
    RuleKind.STUCK_STARTING: "minutes",
    RuleKind.STUCK_STOPPING: "minutes",
    RuleKind.NO_ANSWER: "minutes",
    RuleKind.BACKUP_AGE: "days",
}
"""The units of thresholds, as they are shown and typed."""
_PLAIN = {
    RuleKind.STATE: "went offline unexpectedly",
    RuleKind.BACKUP_TROUBLE: "a backup failed or is stuck",
    RuleKind.PANEL: "can't be reached",
    RuleKind.NODE: "can't be reached",
    RuleKind.INSTALL_FAILED: "installation failed",
    RuleKind.SUSPENDED: "is suspended",
}
_NOUNS = frozenset(
    {
        RuleKind.MEMORY,
        RuleKind.CPU,
        RuleKind.DISK,
        RuleKind.DISK_FORECAST,
        RuleKind.BACKUP_AGE,
        RuleKind.BACKUP_TROUBLE,
        RuleKind.INSTALL_FAILED,
    }
)
"""Rules whose headline begins with what it is about; that of the others goes on from a name with a verb."""
_NAMES = {
    RuleKind.MEMORY: "memory",
    RuleKind.CPU: "CPU",
    RuleKind.DISK: "disk",
    RuleKind.DISK_FORECAST: "disk forecast",
    RuleKind.STATE: "offline",
    RuleKind.CRASH: "crash",
    RuleKind.STUCK_STARTING: "stuck while starting",
    RuleKind.STUCK_STOPPING: "stuck while stopping",
    RuleKind.NO_ANSWER: "game doesn't answer",
    RuleKind.BACKUP_AGE: "age of the last backup",
    RuleKind.BACKUP_TROUBLE: "failed backup",
    RuleKind.PANEL: "panel unreachable",
    RuleKind.NODE: "node unreachable",
    RuleKind.INSTALL_FAILED: "installation failed",
    RuleKind.SUSPENDED: "suspended",
}
_BEFORE = {
    RuleKind.MEMORY: "memory at",
    RuleKind.CPU: "CPU at",
    RuleKind.DISK: "disk at",
    RuleKind.DISK_FORECAST: "disk full in about",
    RuleKind.STUCK_STARTING: "has been starting for",
    RuleKind.STUCK_STOPPING: "has been stopping for",
    RuleKind.NO_ANSWER: "hasn't answered players for",
    RuleKind.BACKUP_AGE: "no successful backup for",
}
_RECOVERED = {
    RuleKind.MEMORY: "recovered: memory back to normal",
    RuleKind.CPU: "recovered: CPU back to normal",
    RuleKind.DISK: "recovered: enough free disk space",
    RuleKind.DISK_FORECAST: "recovered: disk no longer filling up",
    RuleKind.STATE: "is back online",
    RuleKind.CRASH: "recovered from the crash",
    RuleKind.STUCK_STARTING: "is no longer stuck while starting",
    RuleKind.STUCK_STOPPING: "is no longer stuck while stopping",
    RuleKind.NO_ANSWER: "no longer hangs",
    RuleKind.BACKUP_AGE: "has a recent backup again",
    RuleKind.BACKUP_TROUBLE: "recovered: backups work again",
    RuleKind.PANEL: "is reachable again",
    RuleKind.NODE: "is reachable again",
    RuleKind.INSTALL_FAILED: "recovered: installation completed",
    RuleKind.SUSPENDED: "is no longer suspended",
}


def rule_name(kind: RuleKind) -> str:
    """Name a rule in a few words."""
    return _NAMES[kind]


def recovery(incident: Incident) -> str:
    """Say that it is over, after the name of whom it is about."""
    return _RECOVERED[incident.rule]


def sentence(name: str, incident: Incident) -> str:
    """Say what is with whom, as a title."""
    is_noun = incident.rule in _NOUNS and incident.better_since is None
    return f"{name}{':' if is_noun else ''} {headline(incident)}"


def headline(incident: Incident) -> str:
    """Say what it is, without the name of whom it is about; of what recovers, how it is now."""
    kind, value = incident.rule, incident.value
    if incident.better_since is not None:
        return recovery(incident).replace("recovered", "is recovering", 1)
    if kind is RuleKind.CRASH:
        return _crash_headline(incident)
    if kind is RuleKind.PANEL and read_annotations(incident.evidence).key_refused:
        return "rejects Quetzal's API key"
    if kind in _PLAIN:
        return _PLAIN[kind]
    if value is None:
        return _NAMES[kind]
    return f"{_BEFORE[kind]} {measured(kind, value)}"


def _crash_headline(incident: Incident) -> str:
    known = read_annotations(incident.evidence)
    if known.gave_up and known.back_at is None:
        return "crashed and was not restarted"
    if incident.worst is Severity.CRITICAL and not known.gave_up:
        return "keeps crashing"
    return "crashed" if known.back_at is None else "crashed and came back"


def measured(kind: RuleKind, value: float) -> str:
    """Write a value of a rule with its unit."""
    match kind:
        case RuleKind.DISK_FORECAST:
            return about(value * _HOUR_S)
        case RuleKind.STUCK_STARTING | RuleKind.STUCK_STOPPING | RuleKind.NO_ANSWER:
            return duration(int(value) * _MINUTE_S)
        case RuleKind.BACKUP_AGE if value >= _WHOLE_DAYS:
            return counted(int(value), "day")
        case RuleKind.BACKUP_AGE:
            return duration(value * _DAY_S)
        case RuleKind.CRASH:
            return counted(round(value), "crash", "crashes")
        case _:
            return percent(value)


def threshold(kind: RuleKind, value: float) -> str:
    """Write a threshold in the unit that the form asks for."""
    unit = UNITS.get(kind, "")
    if unit.startswith("%"):
        return f"{value:g}{unit}"
    return f"{value:g} {unit.removesuffix('s') if value == 1 else unit}".strip()


def limits(incident: Incident, rule: Rule | None = None) -> str | None:
    """Write the thresholds that it is compared with; None for rules without numbers."""
    rule = rule or DEFAULTS[incident.rule]
    side = "below" if rule.fires_below else "above"
    words = [
        f"{word} {side} {threshold(rule.kind, value)}"
        for word, value in (("warning", rule.warn), ("critical", rule.critical))
        if value is not None
    ]
    of = _whole(incident)
    return f"{', '.join(words)}{f' of {of}' if of else ''}" if words else None


def _whole(incident: Incident) -> str | None:
    known = read_annotations(incident.evidence)
    match incident.rule:
        case RuleKind.MEMORY if known.memory_limit_bytes:
            return size(known.memory_limit_bytes)
        case RuleKind.DISK if known.disk_limit_bytes:
            return size(known.disk_limit_bytes)
        case RuleKind.CPU if known.cpu_limit_percent:
            return f"{known.cpu_limit_percent}% of a core"
    return None
