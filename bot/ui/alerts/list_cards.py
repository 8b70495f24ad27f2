"""What the lists of alerts show: a line about all of them, then a row an alert."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.core.i18n import _
from bot.domain.alerts import Severity
from bot.domain.alerts.advice import is_back
from bot.domain.alerts.wording import headline, rule_name
from bot.domain.formatting import counted, discord_time
from bot.domain.incidents import Incident
from bot.ui.alerts.lines import colour, lasted, mark, name_of, worst_mark
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.text import neutralise

_NOTE_ROOM = 80


def active(incidents: Sequence[Incident], rows: Sequence[Row]) -> Card:
    """List active alerts, the most urgent first."""
    kinds = Counter(_kind(incident) for incident in incidents)
    return Card(
        f"{worst_mark(incidents)} {counted(len(incidents), 'active alert', 'active alerts')}",
        f"**{' · '.join(_counted(kinds[kind], kind) for kind in _KINDS if kinds[kind])}**",
        colour(incidents),
        rows=tuple(rows),
    )


def active_row(incident: Incident, now: datetime) -> str:
    """Say whom it is about, what it is, and since when; whether it is acknowledged, and silenced."""
    signs = " 👀" if incident.acknowledged_by is not None else ""
    if incident.silenced_until is not None and incident.silenced_until > now:
        signs += " 💤"
    return (
        f"{mark(incident)} **{name_of(incident)}**{signs}\n"
        f"-# {headline(incident)} · {discord_time(incident.fired_at)}"
    )


def none_active(server: str | None) -> Card:
    """Say that no alert is active."""
    on = _(" on {server}", server=neutralise(server, 30)) if server else ""
    return theme.card(
        _("✅ No active alerts{on}", on=on),
        _("➡️ What is monitored: `/alerts rules`."),
        colour=theme.GOOD,
    )


def past(incidents: Sequence[Incident], period: str, rows: Sequence[Row]) -> Card:
    """List incidents, the latest first."""
    lasting = sum(1 for incident in incidents if incident.active)
    return Card(
        _(
            "{alerts} in the last {period}",
            alerts=counted(len(incidents), "alert", "alerts"),
            period=_(period),
        ),
        _("**{lasting} still active**", lasting=lasting) if lasting else _("**All resolved**"),
        colour(incidents),
        rows=tuple(rows),
    )


def past_row(incident: Incident) -> str:
    """Say what it was, when, and for how long."""
    lines = [
        f"{mark(incident)} **{name_of(incident)}**: {rule_name(incident.rule)}",
        f"-# {discord_time(incident.fired_at, 'f')}" + ("" if incident.active else f" · {lasted(incident)}"),
    ]
    if incident.suppression is not None:
        lines.append(_("-# no notification: {suppression}", suppression=incident.suppression.text))
    if incident.note:
        lines.append(f"-# 📝 {neutralise(incident.note, _NOTE_ROOM)}")
    return "\n".join(lines)


def none_past(period: str) -> Card:
    """Say that there were none."""
    return theme.card(
        _("No alerts in the last {period}", period=_(period)),
        _("➡️ What is monitored: `/alerts rules`."),
        colour=theme.GOOD,
    )


_KINDS = ("critical", "warning", "recovering")


def _counted(count: int, kind: str) -> str:
    return {
        "critical": counted(count, "critical", "critical"),
        "warning": counted(count, "warning", "warnings"),
        "recovering": counted(count, "recovering", "recovering"),
    }[kind]


def _kind(incident: Incident) -> str:
    if not incident.firing or is_back(incident):
        return "recovering"
    return "critical" if incident.level is Severity.CRITICAL else "warning"
