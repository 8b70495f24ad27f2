"""What people read of alerts: one message for each state that they can be in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from bot.alerting.receiver import Notification
from bot.core.i18n import N_, Message, _
from bot.domain.alerts.advice import advise
from bot.domain.alerts.sparkline import trend
from bot.domain.alerts.urgency import by_urgency
from bot.domain.alerts.wording import limits, measured, recovery, rule_name, sentence
from bot.domain.annotations import read_annotations
from bot.domain.formatting import counted, joined
from bot.domain.incidents import Incident
from bot.domain.notifications import MessageKind
from bot.services.alerts import NotificationContext
from bot.ui.alerts.chart import AlertChart
from bot.ui.alerts.incident_fields import cause_fields, changes_before
from bot.ui.alerts.lines import (
    colour,
    duration_sentence,
    fitting,
    lasted,
    listed,
    mark,
    name_of,
    severity,
    standing,
)
from bot.ui.kit import console_text, theme
from bot.ui.kit.text import inline_code, label, neutralise

CHART = "alert.png"
_FEWEST = 3


def alert(notification: Notification, backdrop: NotificationContext, now: datetime) -> discord.Embed:
    """Draw a message as its incidents are now; its reference stands in the footer."""
    incidents = by_urgency(notification.incidents)
    if not incidents:
        embed = _test()
    elif notification.leads_on:
        embed = _superseded(incidents, now)
    else:
        match notification.message.kind:
            case MessageKind.ALERT:
                embed = _alert(incidents, backdrop, now)
            case MessageKind.REPEAT:
                embed = _repeat(incidents, now)
            case MessageKind.RECOVERY:
                embed = _recovery(incidents)
            case MessageKind.FLAPPING:
                embed = _flapping(incidents)
            case MessageKind.DIGEST:
                embed = _digest(incidents, now)
    return _signed(embed, notification)


def chart(notification: Notification, backdrop: NotificationContext) -> AlertChart | None:
    """Return the chart of the hour around an alert; None where there is too little to draw."""
    hour = backdrop.samples
    if notification.message.kind is not MessageKind.ALERT or notification.leads_on:
        return None
    if hour is None or len(hour.series) < _FEWEST:
        return None
    (incident,) = notification.incidents
    rule = backdrop.rules[incident.id]
    bounds = ((rule.warn, _("warning")), (rule.critical, _("critical")))
    return AlertChart(
        rule_name(incident.rule),
        hour.series,
        hour.step_s,
        hour.since,
        hour.until,
        [(value, name) for value, name in bounds if value is not None],
        incident.fired_at if hour.since <= incident.fired_at <= hour.until else None,
        top=100.0,
        server=label(incident.name, 40),
    )


def plain(notification: Notification) -> discord.Embed:
    """Draw the least that can be said, for when Discord refuses the whole of it."""
    incidents = by_urgency(notification.incidents)
    lines = [f"{mark(incident)} {sentence(name_of(incident), incident)}" for incident in incidents[:5]]
    more = _("\nand {count} more", count=len(incidents) - 5) if len(incidents) > len(lines) else ""
    title = _("Alert") if any(incident.active for incident in incidents) else _("Alert resolved")
    return _signed(theme.embed(title, "\n".join(lines)[:1_000] + more), notification)


def nobody_mentioned(why: str) -> str:
    """Say above an alert why it mentions nobody."""
    return _("⚠️ No role is mentioned: {why} Choose another one with `/alerts channel`.", why=why)


def _alert(incidents: Sequence[Incident], backdrop: NotificationContext, now: datetime) -> discord.Embed:
    if len(incidents) == 1:
        return _single(incidents[0], backdrop, now)
    active = [incident for incident in incidents if incident.active]
    rules = {incident.rule for incident in incidents}
    topic = f": {rule_name(next(iter(rules)))}" if len(rules) == 1 else ""
    if not active:
        heading = _(
            "✅ {alerts} resolved{topic}", alerts=counted(len(incidents), "alert", "alerts"), topic=topic
        )
        return theme.embed(heading, listed(incidents, now), colour=theme.GOOD)
    worst = active[0]
    over = len(incidents) - len(active)
    alerts = (
        counted(len(active), "recovering alert", "recovering alerts")
        if all(incident.better_since is not None for incident in active)
        else counted(len(active), "active alert", "active alerts")
    )
    head = f"{mark(worst)} {alerts}{topic}"
    rest = _("\n-# {over} more resolved", over=over) if over else ""
    return theme.embed(
        head,
        listed([*active, *(incident for incident in incidents if not incident.active)], now) + rest,
        colour=colour(active),
        fields=[(_("What to do"), _steps(worst), False)],
    )


def _superseded(incidents: Sequence[Incident], now: datetime) -> discord.Embed:
    heading = _("⬇️ Continued in a newer alert")
    return theme.embed(heading, listed(incidents, now), colour=theme.QUIET)


def _single(incident: Incident, backdrop: NotificationContext, now: datetime) -> discord.Embed:
    if not incident.active:
        heading = f"✅ {name_of(incident)} {recovery(incident)}"
        lines = [duration_sentence(incident), _place(incident)]
    else:
        heading = f"{mark(incident)} {sentence(name_of(incident), incident)}"
        lines = [f"{severity(incident)} · {_place(incident)}", *_figures(incident, backdrop)]
    known = read_annotations(incident.evidence)
    fields = cause_fields(incident)
    if changes := changes_before(incident, backdrop.last_changes.get(incident.id)):
        fields.append((_("Last change before it"), "\n".join(changes), False))
    if known.lines and not known.is_proven:  # the line that proves the cause stands below it
        shown, is_whole = console_text.field(known.lines)
        more_in = _(" (full lines: Details)") if incident.active else _(" (full lines: the server's log)")
        name = _("Last console lines{more_in}", more_in="" if is_whole else more_in)
        fields.append((name, shown, False))
    if incident.active:
        fields.append((_("What to do"), _steps(incident, lines_at=N_("above")), False))
    return theme.embed(
        heading,
        "\n".join([*(line for line in lines if line), *standing(incident, now)]),
        colour=colour([incident]),
        fields=fields,
    )


def _figures(incident: Incident, backdrop: NotificationContext) -> Iterable[str]:
    bounds = limits(incident, backdrop.rules.get(incident.id))
    if bounds:
        yield _("Thresholds: {bounds}", bounds=bounds)
    if incident.peak is not None and incident.peak != incident.value:
        yield _("Peak {rule}", rule=measured(incident.rule, incident.peak))
    if backdrop.samples is not None and (drift := trend(backdrop.samples.series)):
        yield _("Trend: {drift}", drift=drift)


def _repeat(incidents: Sequence[Incident], now: datetime) -> discord.Embed:
    active = [incident for incident in incidents if incident.active]
    if not active:
        return theme.embed(_("✅ Resolved"), listed(incidents, now), colour=theme.GOOD)
    worst = active[0]
    remark = "" if worst.acknowledged_by else _(" Not acknowledged yet.")
    sign = _("⏰ Reminder: ") if worst.better_since is None else "🟢 "
    return theme.embed(
        f"{sign}{sentence(name_of(worst), worst)}",
        "\n".join([f"{severity(worst, now)}.{remark}", *standing(worst, now)]),
        colour=colour(active),
        fields=[
            *(cause_fields(worst) if worst.better_since is None else ()),
            (_("What to do"), _steps(worst), False),
        ],
    )


def _recovery(incidents: Sequence[Incident]) -> discord.Embed:
    if len(incidents) == 1:
        incident = incidents[0]
        return theme.embed(
            f"✅ {name_of(incident)} {recovery(incident)}",
            duration_sentence(incident),
            colour=theme.GOOD,
        )
    lines = [
        f"✅ **{name_of(incident)}**: {joined((rule_name(incident.rule), lasted(incident)))}"
        for incident in incidents
    ]
    return theme.embed(
        _("✅ {alerts} resolved", alerts=counted(len(incidents), "alert", "alerts")),
        fitting(lines),
        colour=theme.GOOD,
    )


def _flapping(incidents: Sequence[Incident]) -> discord.Embed:
    incident = incidents[0]
    return theme.embed(
        _("🔁 {incident}: {rule} is flapping", incident=name_of(incident), rule=rule_name(incident.rule)),
        _(
            "4 or more changes in 30 minutes. Notifications are paused until it has been stable for 15 "
            "minutes."
        ),
        colour=colour([incident]),
        fields=[
            (
                _("What to do"),
                _(
                    "{steps}\n• Or make it wait longer before it fires: `/alerts rules`.",
                    steps=_steps(incident),
                ),
                False,
            )
        ],
    )


def _digest(incidents: Sequence[Incident], now: datetime) -> discord.Embed:
    active = [incident for incident in incidents if incident.active]
    over = len(incidents) - len(active)
    head = (
        f"📋 {counted(len(active), 'active alert', 'active alerts')}"
        if active
        else _("✅ {alerts} resolved", alerts=counted(over, "alert", "alerts"))
    )
    return theme.embed(
        head,
        _("Many alerts fired at once, so this message lists them. It updates as they change.\n")
        + listed([*active, *(incident for incident in incidents if not incident.active)], now),
        colour=colour(active),
    )


def _test() -> discord.Embed:
    return theme.embed(
        _("🔔 This is a test"),
        _("Quetzal's alerts arrive here, the same way as this one. Nothing is wrong."),
        colour=theme.BUSY,
    )


def _place(incident: Incident) -> str:
    if incident.subject.server_uuid is None:
        count = read_annotations(incident.evidence).servers
        return (
            _("{servers} affected", servers=counted(count, "server", "servers"))
            if count
            else _("all its servers are affected")
        )
    on = _("on {node} · ", node=neutralise(incident.node, 40)) if incident.node else ""
    return f"{on}{inline_code(incident.subject.about[:8])}"


def _steps(incident: Incident, *, lines_at: Message = N_("under Details")) -> str:
    return "\n".join(f"• {step}" for step in advise(incident, lines_at=lines_at))


def _signed(embed: discord.Embed, notification: Notification) -> discord.Embed:
    embed.set_footer(text=notification.message.reference)
    return theme.fitted(embed)
