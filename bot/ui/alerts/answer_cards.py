"""What people read when they handle alerts."""

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.core.i18n import N_, Message, _
from bot.domain.alerts.wording import headline, rule_name, sentence
from bot.domain.annotations import read_annotations
from bot.domain.formatting import counted, discord_time
from bot.domain.incidents import Incident
from bot.services.alerts import HandlingResult
from bot.ui.alerts.lines import (
    fitting,
    lasted,
    listed,
    mark,
    title,
)
from bot.ui.kit import console_text, theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import label, neutralise

_ACKNOWLEDGED = N_("Acknowledged {alerts}. Reminders are off; you'll get a message when it recovers.")
_WHAT_ROOM = 80


def silenced(until: datetime | None) -> Message:
    """Say until when alerts are silenced."""
    if until is None:
        return N_("Silence ended: notifications about {alerts} are on again.")
    return N_(
        "Silenced {alerts} until {until} ({from_now}).",
        until=discord_time(until, "f"),
        from_now=discord_time(until),
    )


def handled(result: HandlingResult, words: Message = _ACKNOWLEDGED) -> Card:
    """Say what was changed, in `words` about {alerts}; what was acknowledged before, and already resolved."""
    lines = []
    if result.done:
        lines.append(_(words, alerts=_named(result.done)))
    lines += [
        f"{title(incident)} · 👀 <@{incident.acknowledged_by}>"
        if incident.acknowledged_by
        else _("No change: {incident}", incident=title(incident))
        for incident in result.already_acknowledged
    ]
    if result.over:
        lines.append(_("Already resolved: {named}", named=_named(result.over)))
    colour = theme.GOOD if result.done else theme.QUIET
    return theme.card(_handled_title(result), fitting(lines), colour=colour)


def _handled_title(result: HandlingResult) -> str:
    if result.done:
        return _("✅ Done")
    if any(incident.acknowledged_by is not None for incident in result.already_acknowledged):
        return _("Already acknowledged")
    return _("Nothing to change") if result.already_acknowledged else _("No longer active")


def how_long(incidents: Sequence[Incident]) -> Card:
    """Ask for how long to silence."""
    return theme.card(
        _("Silence for how long?"),
        _(
            "{named}: no notifications and no reminders until then. If it gets worse meanwhile, you'll be "
            "notified afterwards.",
            named=_named([incident for incident in incidents if incident.active]),
        ),
    )


def which_one(word: str) -> Card:
    """Ask which server."""
    return theme.card(_("{word} which server?", word=word), _("This alert is about several servers."))


def server_option(incident: Incident, value: str) -> discord.SelectOption:
    """Offer the server of an alert."""
    return discord.SelectOption(
        label=label(incident.name), value=value, description=label(headline(incident)), emoji=mark(incident)
    )


def option(incident: Incident, value: str) -> discord.SelectOption:
    """Offer an alert."""
    return discord.SelectOption(
        label=label(incident.name or incident.subject.about),
        value=value,
        description=label(
            headline(incident) if incident.active else _("resolved: {rule}", rule=rule_name(incident.rule))
        ),
        emoji=mark(incident),
    )


def choice(incident: Incident) -> str:
    """Name an alert for autocomplete."""
    name = incident.name or incident.subject.about
    resolved = _("{name}: {rule}, resolved", name=name, rule=rule_name(incident.rule))
    return label(sentence(name, incident) if incident.active else resolved)


def details(incidents: Sequence[Incident], before: Sequence[Incident], now: datetime) -> Card:
    """Show all of an alert's servers, and what was with them before."""
    return theme.card(
        _("{alerts} in this message", alerts=counted(len(incidents), "alert", "alerts")),
        listed(incidents, now),
        fields=[(*background(before), False)],
    )


def console_lines(incidents: Sequence[Incident]) -> discord.File | None:
    """Give the console lines of alerts as a file: not every message about them shows them, or all of them."""
    lines: list[str] = []
    for incident in incidents:
        tail = read_annotations(incident.evidence).lines
        if tail:
            lines += [f"== {incident.name or incident.subject.about}", *tail] if len(incidents) > 1 else tail
    return console_text.as_file(lines) if lines else None


def background(before: Sequence[Incident]) -> tuple[str, str]:
    """Make the field of a server's alerts of the last days."""
    return _("Alerts in the last 7 days"), _before(before)


def noted(incident: Incident) -> Card:
    """Say that the note is saved."""
    return theme.card(
        _("📝 Note saved"),
        _(
            "{incident}\n“{note}”\nEveryone sees it on the alert and in `/alerts history`.",
            incident=title(incident),
            note=neutralise(incident.note or "", 500),
        ),
        colour=theme.GOOD,
    )


def _before(incidents: Sequence[Incident]) -> str:
    lines = [
        f"{discord_time(incident.fired_at)} {rule_name(incident.rule)} {lasted(incident)}"
        for incident in incidents[:8]
    ]
    if len(incidents) > len(lines):
        lines.append(_("…and {count} more: `/alerts history`", count=len(incidents) - len(lines)))
    return "\n".join(lines) or _("none")


def _named(incidents: Sequence[Incident]) -> str:
    first = incidents[0]
    name = f"**{neutralise(first.name or first.subject.about, _WHAT_ROOM)}** ({rule_name(first.rule)})"
    return name if len(incidents) == 1 else _("{name} and {count} more", name=name, count=len(incidents) - 1)
