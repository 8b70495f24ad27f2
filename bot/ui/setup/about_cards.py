"""What Quetzal says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.supervisor import Status
from bot.domain.formatting import ago, counted, duration
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
    state = "All is well" if healthy else f"Needs attention: {', '.join(wrong)}"
    return Card(
        f"{'✅' if healthy else '⚠️'} Quetzal {version}",
        f"**{state}**\n-# Running for {duration(running_for_s)}",
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
    brief = f"{', '.join(neutralise(name, 32) for name in names)} reachable" if names else "none"
    return Subject("Panels", "\n-# ".join(bad) or brief, panel_lines, all_up)


def monitoring(monitor_lines: Sequence[str], statuses: Sequence[MonitorStatus]) -> Subject:
    """Say how many servers are observed, and the lines of panels where that goes wrong."""
    bad = [line for line in monitor_lines if not line.startswith((_WELL, _STARTING))]
    servers = sum(status.source.servers for status in statuses if status.source is not None)
    brief = f"{counted(servers, 'server')} observed" if statuses else "off"
    return Subject("Monitoring", "\n-# ".join(bad) or brief, monitor_lines, not bad)


def background(work: Sequence[str]) -> Subject:
    """Say how many background tasks work, and which don't."""
    bad = [line for line in work if not line.startswith(_WELL)]
    brief = f"{counted(len(work), 'task')}, all running" if work else "none"
    return Subject("Background work", "\n-# ".join(bad) or brief, work, not bad)


def last_errors(errors: Sequence[str]) -> Subject:
    """Say the newest error; it is no sign that something is wrong now."""
    shown = errors[:_MOST_ERRORS]
    return Subject("Last errors", shown[0] if shown else "none since the start", shown if shown[1:] else ())


def waiting(lines: Sequence[str]) -> Subject:
    """Say what waits for Discord, and which channels can't be written to."""
    return Subject("Waiting for Discord", "\n-# ".join(lines[:_MOST_REASONS]), lines, is_well=False)


def panel_line(
    panel_id: str, health: Health, budget: BudgetView, monotonic_s: float, list_age_s: float | None = None
) -> str:
    """Say whether a panel answers, what is left of its rate budget and who uses it, and the list's age."""
    name = neutralise(panel_id, 32)
    if health.up:
        state = f"🟢 **{name}** is reachable"
    else:
        since = f" for {duration(monotonic_s - health.since)}" if health.since is not None else ""
        state = f"🔴 **{name}** hasn't been reachable{since}"
        if health.reason is not None:
            state = f"🔴 **{name}** has been down{since}: {health.reason.rstrip('.')}"
    if budget.limit is None:
        return f"{state} · no requests yet"
    uses = ", ".join(f"{use} {count}" for use, count in sorted(budget.used.items(), key=_by_count))
    spent = f"\n-# Requests in the last minute: {uses}" if uses else ""
    age = f" · list {duration(list_age_s)} old" if list_age_s is not None else ""
    return f"{state} · {budget.remaining} of {budget.limit} requests left this minute{age}{spent}"


def monitor_line(status: MonitorStatus, monotonic_s: float) -> str:
    """Say how often servers are looked at, and whether the monitor keeps up."""
    name, source = neutralise(status.panel_id, 32), status.source
    if source is None:
        return f"🟡 **{name}**: starting"
    overview = source.overview
    by_socket, by_node = overview.servers.get(Source.SOCKET, 0), overview.servers.get(Source.NODE, 0)
    polled = overview.servers.get(Source.POLL, source.servers)
    parts = []
    if polled or not source.servers:
        parts.append(f"{counted(polled, 'server')} polled every {duration(source.interval_s)}")
    if by_node:
        parts.insert(
            0, f"{counted(by_node, 'server')} read from {'its node' if by_node == 1 else 'their nodes'}"
        )
    if by_socket:
        parts.insert(0, f"{counted(by_socket, 'server')} live")
    if polled and source.interval_s > source.wanted_s:
        parts[-1] += f" (the panel's rate limit doesn't allow {duration(source.wanted_s)})"
    if status.last_stored_s is None:
        parts.append("no samples yet")
    else:
        parts.append(f"last success {duration(monotonic_s - status.last_stored_s)} ago")
    if source.late_s >= _LATE_S:
        parts.append(f"{duration(source.late_s)} late")
    if source.nodes_down:
        parts.append(f"unreachable: {', '.join(neutralise(node, 32) for node in source.nodes_down[:5])}")
    if status.not_stored is not None:
        parts.append(f"not stored: {status.not_stored}")
    line = f"{'🟢' if is_monitor_well(status) else '🔴'} **{name}**: {' · '.join(parts)}"
    reasons = sorted(overview.why_polled.items(), key=_by_count)
    if not reasons:
        return line
    reasons_text = "; ".join(
        f"{count} because {neutralise(why, 90)}" for why, count in reasons[:_MOST_REASONS]
    )
    return f"{line}\n-# Polled: {reasons_text}"


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def is_monitor_well(status: MonitorStatus) -> bool:
    """Whether it keeps what it sees, and is not late by a whole interval."""
    source = status.source
    return status.not_stored is None and (source is None or source.late_s < source.interval_s)


def waiting_line(pending: Pending, now: datetime) -> str:
    """Say what waits for a channel, for how long, and why."""
    since = f" for {duration((now - pending.since).total_seconds())}" if pending.since is not None else ""
    why = f": {neutralise(pending.why)}" if pending.why else ""
    return f"🔴 <#{pending.channel_id}>: {counted(pending.count, 'message')} waiting{since}{why}"


def closed_line(purpose: str, channel_id: int, problem: str) -> str:
    """Say why a channel that was chosen for something can't be written to."""
    return f"🔴 <#{channel_id}> ({purpose}): {problem}"


def undelivered(count: int) -> str:
    """Say that what somebody asked for has ended and could not be posted."""
    return f"{counted(count, 'result')} of yours couldn't be posted. Press Show to see it."


def work_line(status: Status, monotonic_s: float) -> str:
    """Say whether a background task works."""
    age = status.success_age_s(monotonic_s)
    last = f"last success {duration(age)} ago" if age is not None else "not run yet"
    if status.failing:
        return f"🔴 {status.name}: {last}, failing: {status.last_error}"
    return f"🟢 {status.name}: {last}"


def error_line(error: ErrorNote, now: datetime) -> str:
    """Name an error by its reference."""
    return f"`{error.reference}` {ago(error.at, now)}: {error.happened}"
