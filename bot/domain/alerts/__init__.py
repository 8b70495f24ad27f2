"""When an alert begins, grows, ends and is told. Pure: rules are data, one machine runs them all."""

from bot.domain.alerts.machine import step
from bot.domain.alerts.readings import Crash, Look, Reading, apart, read
from bot.domain.alerts.rules import DEFAULTS, Override, Rule, RuleKind, Severity, inhibitor, rules_for
from bot.domain.alerts.state import AlertState, Event, EventKind, Mute, Phase, dumps, loads

__all__ = [
    "DEFAULTS",
    "AlertState",
    "Crash",
    "Event",
    "EventKind",
    "Look",
    "Mute",
    "Override",
    "Phase",
    "Reading",
    "Rule",
    "RuleKind",
    "Severity",
    "apart",
    "dumps",
    "inhibitor",
    "loads",
    "read",
    "rules_for",
    "step",
]
