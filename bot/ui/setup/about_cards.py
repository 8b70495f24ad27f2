"""What Quetzal says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import _, plural
from bot.core.supervisor import Status
from bot.domain.formatting import ago, counted, duration, joined
from bot.domain.notifications import Pending
from bot.domain.observation import Source
from bot.monitoring.monitor import MonitorStatus
from bot.panel import BudgetView, Health
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.error_report import ErrorNote
from bot.ui.kit.text import neutralise

_LATE_S = 10.0
_MOST_REASONS = 3
_MOST_ERRORS = 5
_WELL, _STARTING = "🟢", "🟡"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that Quetzal says of itself: in brief in its row, in full behind a button."""

    name: str
    brief: str
    lines: Sequence[str] = ()
    is_well: bool = True


def about(
    subjects: Sequence[Subject], rows: Sequence[Row], *, version: str, running_for_s: float, healthy: bool
) -> Card:
    """Draw how Quetzal is, a row a subject."""
    wrong = [subject.name for subject in subjects if not subject.is_well]
    state = _("Everything works") if healthy else _("Needs attention: {wrong}", wrong=joined(wrong))
    return Card(
        f"{'✅' if healthy else '⚠️'} Quetzal {version}",
        _("**{state}**\n-# Running for {running_for}", state=state, running_for=duration(running_for_s)),
        theme.GOOD if healthy else theme.CAREFUL,
        tuple(rows),
    )


def row_text(subject: Subject) -> str:
    """Write a subject in brief."""
    return f"{'🟢' if subject.is_well else '🔴'} **{subject.name}**\n-# {subject.brief}"


def details(subject: Subject) -> Card:
    """Write a subject in full."""
    colour = theme.GOOD if subject.is_well else theme.CAREFUL
    return theme.card(subject.name, "\n".join(subject.lines), colour=colour)


def panels(panel_lines: Sequence[str], names: Sequence[str], *, all_up: bool) -> Subject:
    """Say which panels can be reached, and the lines of those that can't."""
    bad = [line for line in panel_lines if not line.startswith(_WELL)]
    brief = (
        _("{names} reachable", names=joined(neutralise(name, 32) for name in names)) if names else _("none")
    )
    return Subject(_("Panels"), "\n-# ".join(bad) or brief, panel_lines, all_up)


def monitoring(monitor_lines: Sequence[str], statuses: Sequence[MonitorStatus]) -> Subject:
    """Say how many servers are observed, and the lines of panels where that goes wrong."""
    bad = [line for line in monitor_lines if not line.startswith((_WELL, _STARTING))]
    servers = sum(status.source.servers for status in statuses if status.source is not None)
    brief = _("{servers} observed", servers=counted(servers, "server", "servers")) if statuses else _("off")
    return Subject(_("Monitoring"), "\n-# ".join(bad) or brief, monitor_lines, not bad)


def background(work: Sequence[str]) -> Subject:
    """Say how many background tasks work, and which don't."""
    bad = [line for line in work if not line.startswith(_WELL)]
    brief = _("{tasks}, all running", tasks=counted(len(work), "task", "tasks")) if work else _("none")
    return Subject(_("Background work"), "\n-# ".join(bad) or brief, work, not bad)


def last_errors(errors: Sequence[str]) -> Subject:
    """Say the newest error; it is no sign that something is wrong now."""
    shown = errors[:_MOST_ERRORS]
    return Subject(
        _("Last errors"), shown[0] if shown else _("none since the start"), shown if shown[1:] else ()
    )


def waiting(lines: Sequence[str]) -> Subject:
    """Say what waits for Discord, and which channels can't be written to."""
    return Subject(_("Waiting for Discord"), "\n-# ".join(lines[:_MOST_REASONS]), lines, is_well=False)


def panel_line(
    panel_id: str, health: Health, budget: BudgetView, monotonic_s: float, list_age_s: float | None
) -> str:
    """Say whether a panel answers, what is left of its rate budget and who uses it, and the list's age."""
    name = neutralise(panel_id, 32)
    if health.up:
        state = _("🟢 **{name}** is reachable", name=name)
    else:
        since = (
            _(" for {time}", time=duration(monotonic_s - health.since)) if health.since is not None else ""
        )
        state = _("🔴 **{name}** hasn't been reachable{since}", name=name, since=since)
        if health.reason is not None:
            state = _(
                "🔴 **{name}** has been down{since}: {reason}",
                name=name,
                since=since,
                reason=health.reason.rstrip("."),
            )
    if budget.limit is None:
        return _("{state} · no requests yet", state=state)
    uses = joined(f"{use.text} {count}" for use, count in sorted(budget.used.items(), key=_by_count))
    spent = _("\n-# Requests in the last minute: {uses}", uses=uses) if uses else ""
    age = _(" · list {age} old", age=duration(list_age_s)) if list_age_s is not None else ""
    return _(
        "{state} · {remaining} of {limit} requests left this minute{age}{spent}",
        state=state,
        remaining=budget.remaining,
        limit=budget.limit,
        age=age,
        spent=spent,
    )


def monitor_line(status: MonitorStatus, monotonic_s: float) -> str:
    """Say how often servers are looked at, and whether the monitor keeps up."""
    name, source = neutralise(status.panel_id, 32), status.source
    if source is None:
        return _("🟡 **{name}**: starting", name=name)
    overview = source.overview
    by_socket, by_node = overview.servers.get(Source.SOCKET, 0), overview.servers.get(Source.NODE, 0)
    polled = overview.servers.get(Source.POLL, source.servers)
    parts = []
    if polled or not source.servers:
        parts.append(
            _(
                "{servers} polled every {interval}",
                servers=counted(polled, "server", "servers"),
                interval=duration(source.interval_s),
            )
        )
    if by_node:
        parts.insert(
            0,
            plural("{count:,} server read from its node", "{count:,} servers read from their nodes", by_node),
        )
    if by_socket:
        parts.insert(0, _("{servers} live", servers=counted(by_socket, "server", "servers")))
    if polled and source.interval_s > source.wanted_s:
        parts[-1] += _(" (the panel's rate limit doesn't allow {wanted})", wanted=duration(source.wanted_s))
    if status.last_stored_s is None:
        parts.append(_("no samples yet"))
    else:
        parts.append(_("last success {age} ago", age=duration(monotonic_s - status.last_stored_s)))
    if source.late_s >= _LATE_S:
        parts.append(_("{late} late", late=duration(source.late_s)))
    if source.nodes_down:
        parts.append(
            _(
                "unreachable: {nodes_down}",
                nodes_down=joined(neutralise(node, 32) for node in source.nodes_down[:5]),
            )
        )
    if status.not_stored is not None:
        parts.append(_("not stored: {not_stored}", not_stored=status.not_stored))
    line = f"{'🟢' if is_monitor_well(status) else '🔴'} **{name}**: {' · '.join(parts)}"
    reasons = sorted(overview.why_polled.items(), key=_by_count)
    if not reasons:
        return line
    why_polled = "; ".join(
        _("{count} because {why}", count=count, why=neutralise(why, 90))
        for why, count in reasons[:_MOST_REASONS]
    )
    return line + _("\n-# Polled: {reasons}", reasons=why_polled)


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def is_monitor_well(status: MonitorStatus) -> bool:
    """Whether it keeps what it sees, and is not late by a whole interval."""
    source = status.source
    return status.not_stored is None and (source is None or source.late_s < source.interval_s)


def waiting_line(pending: Pending, now: datetime) -> str:
    """Say what waits for a channel, for how long, and why."""
    since = (
        _(" for {time}", time=duration((now - pending.since).total_seconds()))
        if pending.since is not None
        else ""
    )
    why = f": {neutralise(_(pending.why))}" if pending.why else ""
    return _(
        "🔴 <#{channel_id}>: {messages} waiting{since}{why}",
        channel_id=pending.channel_id,
        messages=counted(pending.count, "message", "messages"),
        since=since,
        why=why,
    )


def closed_line(purpose: str, channel_id: int, problem: str) -> str:
    """Say why a channel that was chosen for something can't be written to."""
    return f"🔴 <#{channel_id}> ({purpose}): {problem}"


def undelivered(count: int) -> str:
    """Say that what somebody asked for has ended and could not be posted."""
    return _(
        "{results} of yours couldn't be posted. Press Show to see it.",
        results=counted(count, "result", "results"),
    )


def work_line(status: Status, monotonic_s: float) -> str:
    """Say whether a background task works."""
    age = status.success_age_s(monotonic_s)
    last = _("last success {age} ago", age=duration(age)) if age is not None else _("not run yet")
    if status.failing:
        return _(
            "🔴 {status}: {last}, failing: {last_error}",
            status=status.name,
            last=last,
            last_error=status.last_error,
        )
    return f"🟢 {status.name}: {last}"


def error_line(error: ErrorNote, now: datetime) -> str:
    """Name an error by its reference."""
    return f"`{error.reference}` {ago(error.at, now)}: {_(error.happened)}"
