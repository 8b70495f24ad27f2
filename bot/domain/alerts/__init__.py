"""Alert rules: when an alert fires, escalates, resolves and is notified. Pure."""

from bot.domain.alerts.evaluate import (
    Crash,
    Reading,
    RuleInput,
    evaluate,
    max_sample_gap,
)
from bot.domain.alerts.rules import DEFAULTS, Override, Rule, RuleKind, Severity, inhibitor, rules_for
from bot.domain.alerts.state import AlertState, Event, EventKind, Phase, Suppression, dumps, loads
from bot.domain.alerts.state_machine import step

__all__ = [
    "DEFAULTS",
    "AlertState",
    "Crash",
    "Event",
    "EventKind",
    "Override",
    "Phase",
    "Reading",
    "Rule",
    "RuleInput",
    "RuleKind",
    "Severity",
    "Suppression",
    "dumps",
    "evaluate",
    "inhibitor",
    "loads",
    "max_sample_gap",
    "rules_for",
    "step",
]
