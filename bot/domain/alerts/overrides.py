"""Reads and checks what people type to override a rule, and describes it in a sentence."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.errors import BadInput
from bot.core.i18n import _, number
from bot.domain.alerts.rules import Override, Rule, RuleKind
from bot.domain.alerts.wording import rule_name, threshold
from bot.domain.durations import read_duration
from bot.domain.formatting import duration, joined

_MOST = {
    RuleKind.MEMORY: 200.0,
    RuleKind.CPU: 1000.0,
    RuleKind.DISK: 100.0,
    RuleKind.DISK_FORECAST: 24.0 * 365,
    RuleKind.STUCK_STARTING: 24.0 * 60,
    RuleKind.STUCK_STOPPING: 24.0 * 60,
    RuleKind.NO_ANSWER: 24.0 * 60,
    RuleKind.BACKUP_AGE: 365.0,
}
_LONGEST = timedelta(hours=24)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class TypedThresholds:
    """The fields of the form; an empty one means the default."""

    warn: str = ""
    critical: str = ""
    pending: str = ""
    keep: str = ""
    enabled: bool = True


def override_for(typed: TypedThresholds, usual: Rule) -> Override:
    """Read a form; `usual` is the rule without the override. Raises BadInput with what is wrong.

    A time without a unit is in minutes.
    """
    kind = usual.kind
    warn = _value(typed.warn, kind, _("Warning"))
    critical = _value(typed.critical, kind, _("Critical"))
    pending_s, keep_s = _seconds(typed.pending, usual.for_s), _seconds(typed.keep, usual.keep_firing_for_s)
    changed = Override(
        None if warn == usual.warn else warn,
        None if critical == usual.critical else critical,
        None if pending_s == usual.for_s else pending_s,
        None if typed.enabled == usual.enabled else typed.enabled,
        None if keep_s == usual.keep_firing_for_s else keep_s,
    )
    _check_order(replace(usual, warn=warn or usual.warn, critical=critical or usual.critical))
    return changed


def typed(rule: Rule) -> TypedThresholds:
    """Return the fields of the form for a rule."""
    pending, keep = duration(rule.for_s), duration(rule.keep_firing_for_s)
    return TypedThresholds(_text(rule.warn), _text(rule.critical), pending, keep, rule.enabled)


def describe(rule: Rule) -> str:
    """Describe a rule in one line."""
    if not rule.enabled:
        return _("off")
    side = _("below") if rule.fires_below else _("above")
    parts = [
        f"{word} {side} {threshold(rule.kind, value)}"
        for word, value in ((_("warns"), rule.warn), (_("critical"), rule.critical))
        if value is not None
    ]
    if rule.for_s:
        parts.append(_("after {delay}", delay=duration(rule.for_s)))
    return joined(parts) or _("on")


def summary(rule: Rule) -> str:
    """Describe a rule as short as it can be, for a row on a phone."""
    if not rule.enabled:
        return _("off")
    limits = [value for value in (rule.warn, rule.critical) if value is not None]
    parts = []
    if limits:
        *milder, last = limits
        amount = " / ".join([*(number(value, "g") for value in milder), threshold(rule.kind, last)])
        parts.append(
            _("below {amount}", amount=amount) if rule.fires_below else _("above {amount}", amount=amount)
        )
    if rule.for_s:
        parts.append(_("for {delay}", delay=duration(rule.for_s)))
    return " ".join(parts) or _("on")


def difference(kind: RuleKind, changed: Override) -> str:
    """Describe an override in one line."""
    words = []
    if changed.enabled is not None:
        words.append(_("turned on") if changed.enabled else _("turned off"))
    if changed.warn is not None:
        words.append(_("warning at {threshold}", threshold=threshold(kind, changed.warn)))
    if changed.critical is not None:
        words.append(_("critical at {threshold}", threshold=threshold(kind, changed.critical)))
    if changed.for_s is not None:
        words.append(_("fires after {delay}", delay=duration(changed.for_s)))
    if changed.keep_firing_for_s is not None:
        words.append(_("clears after {delay}", delay=duration(changed.keep_firing_for_s)))
    return joined(words)


def _value(text: str, kind: RuleKind, name: str) -> float | None:
    if not text.strip():
        return None
    most = _MOST.get(kind)
    if most is None:
        raise BadInput(_("The rule “{kind}” has no number to change.", kind=rule_name(kind)))
    number = _number(text)
    if number is None or not 0 < number <= most:
        raise BadInput(
            _(
                "{name} must be a number between 0 and {threshold}.",
                name=name,
                threshold=threshold(kind, most),
            ),
            next_step=_("Correct it, or leave the field empty for its default."),
        )
    return number


def _seconds(text: str, usual_s: float) -> float | None:
    """Read a time as it is shown, such as `50 s` or `1 h 30 min`; the default may be shown rounded."""
    if not text.strip() or text.strip() == duration(usual_s):
        return None
    read_s = read_duration(text)
    if read_s is None or read_s > _LONGEST.total_seconds():
        raise BadInput(
            _("Times are at most a day, such as 50 s, 10 min or 2 h."),
            next_step=_("Correct it, or leave the field empty for its default."),
        )
    return read_s


def _check_order(rule: Rule) -> None:
    if rule.warn is None or rule.critical is None:
        return
    if (rule.warn <= rule.critical) if rule.fires_below else (rule.warn >= rule.critical):
        side = _("higher") if rule.fires_below else _("lower")
        raise BadInput(
            _(
                "Warning must be {side} than critical: {warn} and {critical} would never warn first.",
                side=side,
                warn=threshold(rule.kind, rule.warn),
                critical=threshold(rule.kind, rule.critical),
            ),
            next_step=_("Correct one of them."),
        )


def _number(text: str) -> float | None:
    clean = text.strip().removesuffix("%").strip()
    return float(clean.replace(",", ".")) if _NUMBER.fullmatch(clean) else None


def _text(value: float | None) -> str:
    return "" if value is None else number(value, "g")
