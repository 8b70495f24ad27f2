"""One alert in a line, and several in a list: what every message about alerts is made of."""

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.core.i18n import N_, Message, _
from bot.domain.alerts import RuleKind, Severity
from bot.domain.alerts.advice import advise, is_back
from bot.domain.alerts.rules import LOAD
from bot.domain.alerts.urgency import worst_level
from bot.domain.alerts.wording import measured, rule_name, sentence
from bot.domain.annotations import read_annotations
from bot.domain.formatting import discord_time, duration
from bot.domain.incidents import Incident
from bot.ui.kit import theme
from bot.ui.kit.text import neutralise

_LINES_AT_MOST, _LIST_ROOM = 25, 3_400
_NAME_ROOM = 60
_WORD = {Severity.WARNING: N_("Warning"), Severity.CRITICAL: N_("Critical")}
SIGN = {Severity.WARNING: "🟠", Severity.CRITICAL: "🔴"}
COLOUR = {Severity.WARNING: theme.CAREFUL, Severity.CRITICAL: theme.BAD}


def mark(incident: Incident) -> str:
    """Give the sign of its state."""
    if not incident.active:
        return "✅"
    if incident.better_since is not None or is_back(incident):
        return "🟢"
    return SIGN[incident.level]


def worst_mark(incidents: Sequence[Incident]) -> str | None:
    """Give the sign of the worst of them; None without any."""
    level = worst_level(incidents)
    if level is not None:
        return SIGN[level]
    return mark(incidents[0]) if incidents else None


def colour(incidents: Sequence[Incident]) -> discord.Colour:
    """Give the colour of the worst of them: green when all of them recover or are over."""
    level = worst_level(incidents)
    return theme.GOOD if level is None else COLOUR[level]


def title(incident: Incident) -> str:
    """Say whom it is about and what it is, for a list."""
    name = f"**{name_of(incident)}**"
    text = sentence(name, incident) if incident.active else f"{name}: {rule_name(incident.rule)}"
    return f"{mark(incident)} {text}"


def brief(incident: Incident, *, lines_at: Message) -> str:
    """Say what it is and the first thing to do, for a field that holds several."""
    return f"{title(incident)} · {lasted(incident)}\n➡️ {advise(incident, lines_at=lines_at)[0]}"


def severity(incident: Incident, now: datetime | None = None) -> str:
    """Say how bad it is since when (with `now`: for how long); of what recovers, how long it was so."""
    word = f"**{_(_WORD[incident.level])}**"
    if is_back(incident):
        return _("Was {word} · {when}", word=word.lower(), when=discord_time(incident.fired_at))
    if incident.better_since is None and now is not None:
        return _("{word} for {time}", word=word, time=duration((now - incident.fired_at).total_seconds()))
    if incident.better_since is None:
        return _("{word} · started {fired}", word=word, fired=discord_time(incident.fired_at))
    took = duration(max(0.0, (incident.better_since - incident.fired_at).total_seconds()))
    return _(
        "Was {word} for {took}, from {fired}",
        word=word.lower(),
        took=took,
        fired=discord_time(incident.fired_at, "f"),
    )


def standing(incident: Incident, now: datetime) -> list[str]:
    """Say who has acknowledged it, whether it is silenced or recovering, and its note; where there is any."""
    lines = []
    if incident.acknowledged_by is not None:
        when = f" {discord_time(incident.acknowledged_at)}" if incident.acknowledged_at else ""
        quiet = _(" · reminders off") if incident.active else ""
        lines.append(
            _(
                "👀 Acknowledged by <@{acknowledged_by}>{when}{quiet}",
                acknowledged_by=incident.acknowledged_by,
                when=when,
                quiet=quiet,
            )
        )
    if incident.active and incident.silenced_until is not None and incident.silenced_until > now:
        lines.append(
            _("💤 Silenced until {silenced_until}", silenced_until=discord_time(incident.silenced_until, "f"))
        )
    if incident.active and incident.better_since is not None:
        lines.append(
            _(
                "🟢 Improved {better_since}. Resolves soon if it stays this way",
                better_since=discord_time(incident.better_since),
            )
        )
    if incident.note:
        by = f" (<@{incident.noted_by}>)" if incident.noted_by else ""
        lines.append(f"📝 {neutralise(incident.note, 300)}{by}")
    return lines


def lasted(incident: Incident) -> str:
    """Say how long an incident that ended took, and how bad it was."""
    if incident.ended_at is None:
        return _("started {fired}", fired=discord_time(incident.fired_at))
    if incident.rule is RuleKind.CRASH:
        times = max(1, round(incident.peak or 0))
        return f"{(_('once') if times == 1 else _('{times} times', times=times))}{_absence(incident)}"
    return _("for {took}", took=_took(incident, incident.ended_at))


def _took(incident: Incident, ended_at: datetime) -> str:
    took = duration((ended_at - incident.fired_at).total_seconds())
    has_peak = incident.rule in LOAD and incident.peak is not None
    peak = _(", peak {rule}", rule=measured(incident.rule, incident.peak or 0.0)) if has_peak else ""
    return f"{took}{peak}"


def _absence(incident: Incident) -> str:
    """Say how long a server that crashed once was away, where that is known to the second."""
    back_at = read_annotations(incident.evidence).back_at
    if back_at is None:
        return ""
    away_s = (datetime.fromisoformat(back_at) - incident.fired_at).total_seconds()
    return (
        _(", and was back after {away}", away=duration(away_s)) if away_s >= 1 and incident.peak == 1 else ""
    )


def duration_sentence(incident: Incident) -> str:
    """Say how an incident that ended went, as a sentence."""
    if incident.rule is RuleKind.CRASH or incident.ended_at is None:
        return _("It crashed {how}.", how=lasted(incident))
    return _("It lasted {how}.", how=_took(incident, incident.ended_at))


def listed(incidents: Sequence[Incident], now: datetime) -> str:
    """List incidents, a line each, as many as there is room for."""
    lines = []
    for incident in incidents:
        tail = f" · {lasted(incident)}"
        if incident.active and incident.acknowledged_by is not None:
            tail += f" · 👀 <@{incident.acknowledged_by}>"
        if incident.active and incident.silenced_until is not None and incident.silenced_until > now:
            tail += _(
                " · 💤 until {silenced_until}", silenced_until=discord_time(incident.silenced_until, "t")
            )
        lines.append(f"{title(incident)}{tail}{_diagnosed(incident)}")
    return fitting(lines)


def _diagnosed(incident: Incident) -> str:
    """Say why its process ended, in a line of its own, where that is known."""
    why = read_annotations(incident.evidence).diagnosis
    is_over = not incident.active or incident.better_since is not None or is_back(incident)
    return "" if why is None or is_over else f"\n-# {_(why)}"


def fitting(lines: Sequence[str]) -> str:
    """Join as many lines as fit, and say how many are left."""
    kept: list[str] = []
    room = _LIST_ROOM
    for line in lines[:_LINES_AT_MOST]:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return "\n".join([*kept, _("…and {left} more: press Details", left=left)] if left else kept)


def name_of(incident: Incident) -> str:
    """Name whom it is about."""
    name = neutralise(incident.name or incident.subject.about, _NAME_ROOM)
    if incident.subject.server_uuid is not None:
        return name
    return (
        _("Node {name}", name=name)
        if incident.subject.node_name is not None
        else _("Panel {name}", name=name)
    )
