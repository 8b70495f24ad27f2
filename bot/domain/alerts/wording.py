"""How an alert is worded: names of rules, headlines, values and limits with their units."""

from math import ceil

from bot.core.i18n import N_, _, keyword, number, plural
from bot.domain.alerts.rules import DEFAULTS, Rule, RuleKind, Severity
from bot.domain.annotations import read_annotations
from bot.domain.formatting import about, counted, duration, joined, percent, size, unrounded_percent
from bot.domain.incidents import Incident

_HOUR_S, _MINUTE_S, _DAY_S = 3600.0, 60.0, 86_400.0
_WHOLE_DAYS = 2

UNITS = {
    RuleKind.MEMORY: "%",
    RuleKind.CPU: "%",
    RuleKind.DISK: "%",
    RuleKind.DISK_FORECAST: keyword("hours"),
    RuleKind.STUCK_STARTING: keyword("minutes"),
    RuleKind.STUCK_STOPPING: keyword("minutes"),
    RuleKind.NO_ANSWER: keyword("minutes"),
    RuleKind.BACKUP_AGE: keyword("days"),
}
"""The units of thresholds, as they are shown and typed."""
_PLAIN = {
    RuleKind.STATE: N_("went offline unexpectedly"),
    RuleKind.BACKUP_TROUBLE: N_("a backup failed or is stuck"),
    RuleKind.PANEL: N_("can't be reached"),
    RuleKind.NODE: N_("can't be reached"),
    RuleKind.INSTALL_FAILED: N_("installation failed"),
    RuleKind.SUSPENDED: N_("is suspended"),
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
    RuleKind.MEMORY: N_("memory"),
    RuleKind.CPU: N_("CPU"),
    RuleKind.DISK: N_("disk"),
    RuleKind.DISK_FORECAST: N_("disk forecast"),
    RuleKind.STATE: N_("offline"),
    RuleKind.CRASH: N_("crash"),
    RuleKind.STUCK_STARTING: N_("stuck while starting"),
    RuleKind.STUCK_STOPPING: N_("stuck while stopping"),
    RuleKind.NO_ANSWER: N_("game doesn't answer"),
    RuleKind.BACKUP_AGE: N_("age of the last backup"),
    RuleKind.BACKUP_TROUBLE: N_("failed backup"),
    RuleKind.PANEL: N_("panel unreachable"),
    RuleKind.NODE: N_("node unreachable"),
    RuleKind.INSTALL_FAILED: N_("installation failed"),
    RuleKind.SUSPENDED: N_("suspended"),
}
_WITH_VALUE = {
    RuleKind.MEMORY: N_("memory at {value}"),
    RuleKind.CPU: N_("CPU at {value}"),
    RuleKind.DISK: N_("disk at {value}"),
    RuleKind.DISK_FORECAST: N_("disk full in about {value}"),
    RuleKind.STUCK_STARTING: N_("has been starting for {value}"),
    RuleKind.STUCK_STOPPING: N_("has been stopping for {value}"),
    RuleKind.NO_ANSWER: N_("hasn't answered players for {value}"),
    RuleKind.BACKUP_AGE: N_("no successful backup for {value}"),
}
_RECOVERED = {
    RuleKind.MEMORY: N_("recovered: memory back to normal"),
    RuleKind.CPU: N_("recovered: CPU back to normal"),
    RuleKind.DISK: N_("recovered: enough free disk space"),
    RuleKind.DISK_FORECAST: N_("recovered: disk no longer filling up"),
    RuleKind.STATE: N_("is back online"),
    RuleKind.CRASH: N_("recovered from the crash"),
    RuleKind.STUCK_STARTING: N_("is no longer stuck while starting"),
    RuleKind.STUCK_STOPPING: N_("is no longer stuck while stopping"),
    RuleKind.NO_ANSWER: N_("no longer hangs"),
    RuleKind.BACKUP_AGE: N_("has a recent backup again"),
    RuleKind.BACKUP_TROUBLE: N_("recovered: backups work again"),
    RuleKind.PANEL: N_("is reachable again"),
    RuleKind.NODE: N_("is reachable again"),
    RuleKind.INSTALL_FAILED: N_("recovered: installation completed"),
    RuleKind.SUSPENDED: N_("is no longer suspended"),
}
_RECOVERING = {
    RuleKind.MEMORY: N_("is recovering: memory back to normal"),
    RuleKind.CPU: N_("is recovering: CPU back to normal"),
    RuleKind.DISK: N_("is recovering: enough free disk space"),
    RuleKind.DISK_FORECAST: N_("is recovering: disk no longer filling up"),
    RuleKind.CRASH: N_("is recovering from the crash"),
    RuleKind.BACKUP_TROUBLE: N_("is recovering: backups work again"),
    RuleKind.INSTALL_FAILED: N_("is recovering: installation completed"),
}
"""Where it says something else while it may still come back."""


def rule_name(kind: RuleKind) -> str:
    """Name a rule in a few words."""
    return _(_NAMES[kind])


def recovery(incident: Incident) -> str:
    """Say that it is over, after the name of whom it is about."""
    return _(_RECOVERED[incident.rule])


def sentence(name: str, incident: Incident) -> str:
    """Say what is with whom, as a title."""
    is_noun = incident.rule in _NOUNS and incident.better_since is None
    return f"{name}{':' if is_noun else ''} {headline(incident)}"


def headline(incident: Incident) -> str:
    """Say what it is, without the name of whom it is about; of what recovers, how it is now."""
    kind, value = incident.rule, incident.value
    if incident.better_since is not None:
        return _(_RECOVERING.get(kind, _RECOVERED[kind]))
    if kind is RuleKind.CRASH:
        return _crash_headline(incident)
    if kind is RuleKind.PANEL and read_annotations(incident.evidence).key_refused:
        return _("rejects Quetzal's API key")
    if kind in _PLAIN:
        return _(_PLAIN[kind])
    if value is None:
        return _(_NAMES[kind])
    return _(_WITH_VALUE[kind], value=measured(kind, value))


def _crash_headline(incident: Incident) -> str:
    known = read_annotations(incident.evidence)
    if known.gave_up and known.back_at is None:
        return _("crashed and was not restarted")
    if incident.worst is Severity.CRITICAL and not known.gave_up:
        return _("keeps crashing")
    return _("crashed") if known.back_at is None else _("crashed and came back")


def measured(kind: RuleKind, value: float) -> str:
    """Write a value of a rule with its unit."""
    match kind:
        case RuleKind.DISK_FORECAST:
            return about(value * _HOUR_S)
        case RuleKind.STUCK_STARTING | RuleKind.STUCK_STOPPING | RuleKind.NO_ANSWER:
            return duration(int(value) * _MINUTE_S)
        case RuleKind.BACKUP_AGE if value >= _WHOLE_DAYS:
            return counted(int(value), "day", "days")
        case RuleKind.BACKUP_AGE:
            return duration(value * _DAY_S)
        case RuleKind.CRASH:
            return counted(round(value), "crash", "crashes")
        case _:
            return percent(value)


def threshold(kind: RuleKind, value: float) -> str:
    """Write a threshold in the unit that the form asks for."""
    figure, count = number(value, "g"), 1 if value == 1 else max(2, ceil(value))
    match UNITS.get(kind):
        case "%":
            return unrounded_percent(value)
        case "minutes":
            return plural("{figure} minute", "{figure} minutes", count, figure=figure)
        case "hours":
            return plural("{figure} hour", "{figure} hours", count, figure=figure)
        case "days":
            return plural("{figure} day", "{figure} days", count, figure=figure)
        case _:
            return figure


def limits(incident: Incident, rule: Rule | None = None) -> str | None:
    """Write the thresholds that it is compared with; None for rules without numbers."""
    rule = rule or DEFAULTS[incident.rule]
    side = _("below") if rule.fires_below else _("above")
    words = [
        f"{word} {side} {threshold(rule.kind, value)}"
        for word, value in ((_("warning"), rule.warn), (_("critical"), rule.critical))
        if value is not None
    ]
    if not words:
        return None
    whole = _whole(incident)
    return joined(words) + (_(" of {of}", of=whole) if whole else "")


def _whole(incident: Incident) -> str | None:
    known = read_annotations(incident.evidence)
    match incident.rule:
        case RuleKind.MEMORY if known.memory_limit_bytes:
            return size(known.memory_limit_bytes)
        case RuleKind.DISK if known.disk_limit_bytes:
            return size(known.disk_limit_bytes)
        case RuleKind.CPU if known.cpu_limit_percent:
            return _("{share} of a core", share=unrounded_percent(known.cpu_limit_percent))
    return None
