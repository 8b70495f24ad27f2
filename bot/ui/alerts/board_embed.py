"""The message that always shows the servers."""

import hashlib
import json
from collections.abc import Sequence

import discord

from bot.domain.alerts import Severity
from bot.domain.alerts.advice import rule_name
from bot.domain.board import BoardContent, BoardRow, counts, worst_first
from bot.domain.formatting import counted, discord_time
from bot.domain.health import Status
from bot.domain.notifications import Board
from bot.panel.models import PowerState
from bot.ui.alerts.lines import mark, title
from bot.ui.kit import theme
from bot.ui.kit.text import neutralise

_ROOM = 3_900
_ASKED_ROOM = 80
_HEALTH = {
    Status.EXCELLENT: "",
    Status.GOOD: "",
    Status.WARNING: " · ⚠️ needs attention",
    Status.CRITICAL: " · 🔻 critical",
    Status.OFFLINE: "",
    Status.UNKNOWN: "",
}


def board(picture: BoardContent, board: Board) -> discord.Embed:
    """Draw it, the worst first; what does not fit is counted."""
    rows = worst_first(picture.rows)
    numbers = " · ".join(f"{number} {word}" for word, number in counts(rows).items())
    head = [title(panel_alert) for panel_alert in picture.panel_alerts]
    if picture.maintenance_until is not None:
        head.append(f"🔧 Maintenance on all servers until {discord_time(picture.maintenance_until, 'f')}")
    if not rows:
        head.append("No servers yet. They appear as soon as Quetzal can reach the panel.")
    lines = _fitting([*head, *(_line(row) for row in rows)])
    return theme.card(
        f"{counted(len(rows), 'server')} · panel {neutralise(picture.panel_id, 32)}",
        "\n".join([f"-# {numbers}" if numbers else "", *lines]).strip(),
        colour=_colour(picture),
        footer=f"Updates by itself · {reference(board)}",
    )


def reference(board: Board) -> str:
    """Give what its messages are recognised by."""
    return f"board {board.panel_id}"


def digest(embed: discord.Embed) -> str:
    """Tell whether two drawings look the same."""
    return hashlib.sha256(json.dumps(embed.to_dict(), sort_keys=True).encode()).hexdigest()


def chosen(channel_id: int) -> str:
    """Say that it is coming."""
    return f"✅ The board appears in <#{channel_id}> within 30 seconds."


def where(
    board: Board | None, said: str = "", problem: str | None = None, *, channel_deleted: bool = False
) -> discord.Embed:
    """Say where the board is, and what is known to keep it from being updated."""
    head = f"{said}\n\n" if said else ""
    if board is None:
        return theme.card(
            "No board",
            f"{head}A board is one message that always shows how all servers are.\n"
            "➡️ Choose its channel: `/alerts board channel:#…`.",
            colour=theme.QUIET,
        )
    if channel_deleted:
        return theme.card(
            "Board stopped",
            f"{head}Its channel was deleted. It was set up by <@{board.set_by}>.\n"
            "➡️ Choose another channel: `/alerts board channel:#…`.",
            colour=theme.CAREFUL,
        )
    lines = [f"{head}Posted in <#{board.channel_id}>, set up by <@{board.set_by}>."]
    if problem is not None:
        lines.append(f"🔴 It can't be updated: {problem} Choose another channel: `/alerts board channel:#…`.")
    return theme.card("Board", "\n".join(lines), colour=theme.CAREFUL if problem else theme.QUETZAL)


def _line(row: BoardRow) -> str:
    sign = theme.STATE_MARK[row.state] if row.state is not None else theme.UNKNOWN_MARK
    if row.unavailable:
        sign = theme.BARRED_MARK
    line = f"{sign} **{neutralise(row.name, 60)}** · {_state(row)}"
    if row.health is not None:
        line += _HEALTH[row.health.status]
    if row.maintenance_until is not None:
        line += f" · 🔧 until {discord_time(row.maintenance_until, 't')}"
    alerts = ", ".join(
        _alert(alert.level, mark(alert), rule_name(alert.rule), alert.acknowledged_by)
        for alert in row.alerts[:4]
    )
    return f"{line}\n-# {alerts}" if alerts else line


def _alert(level: Severity, sign: str, name: str, acked_by: int | None) -> str:
    taken = f" 👀 <@{acked_by}>" if acked_by else ""
    return f"{sign} {'critical' if level is Severity.CRITICAL else 'warning'}: {name}{taken}"


def _state(row: BoardRow) -> str:
    if row.unavailable:
        return row.unavailable
    if row.state is None:
        return f"no data since {discord_time(row.seen_at, 't')}" if row.seen_at else "no data yet"
    if row.state is PowerState.OFFLINE and row.stop_requested_by:
        return f"offline, {neutralise(row.stop_requested_by, _ASKED_ROOM)}"
    return row.state.value


def _fitting(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = _ROOM
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    if len(kept) < len(lines):
        kept.append(f"…and {len(lines) - len(kept)} more: `/server list`")
    return kept


def _colour(picture: BoardContent) -> discord.Colour:
    levels = [alert.level for row in picture.rows for alert in row.alerts] + [
        panel_alert.level for panel_alert in picture.panel_alerts
    ]
    if not levels:
        return theme.GOOD
    return theme.BAD if max(levels) is Severity.CRITICAL else theme.CAREFUL
