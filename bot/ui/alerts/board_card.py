"""The message that always shows the servers."""

from collections.abc import Iterator, Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.alerts import RuleKind, Severity
from bot.domain.alerts.urgency import worst_level
from bot.domain.alerts.wording import rule_name
from bot.domain.board import BoardContent, BoardRow, counts, needs_attention, worst_first
from bot.domain.formatting import counted, discord_time, joined
from bot.domain.health_score import Status
from bot.domain.incidents import Incident
from bot.domain.notifications import Audience, Board
from bot.domain.player_query import total_online
from bot.panel.models import PowerState
from bot.ui.alerts.board_button import BoardServerButton
from bot.ui.alerts.lines import colour, title, worst_mark
from bot.ui.jobs.idle_flow import IdleStartButton
from bot.ui.kit import theme
from bot.ui.kit.card import TEXT_LIMIT, Card, Row
from bot.ui.kit.fitting import cut_line
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.text import neutralise
from bot.ui.kit.written import Reference
from bot.ui.players.words import players_short

_BUTTONS = 10
_OFF_ROOM, _OFF_WORDS = 600, 8
_REST_ROOM = 200
"""For the footer, and the line that counts what is left out."""
_REQUESTER_ROOM = 80
_SAYS_UNAVAILABLE = (RuleKind.SUSPENDED, RuleKind.INSTALL_FAILED)
"""What the state of a server that is unavailable says already."""
_HEALTH = {
    Status.EXCELLENT: "",
    Status.GOOD: "",
    Status.WARNING: N_(" · ⚠️ needs attention"),
    Status.CRITICAL: N_(" · 🔻 critical"),
    Status.OFFLINE: "",
    Status.UNKNOWN: "",
}


def board(content: BoardContent, board: Board) -> Card:
    """Draw it, the worst first: servers that need action with a button, then others; the rest is counted."""
    rows = worst_first(content.rows)
    numbers = counts(rows)
    running = _("**{pop} of {count} running**", pop=numbers.pop("running", 0), count=len(rows))
    online = total_online(row.players for row in rows)
    others = [] if online is None else [counted(online, "player", "players")]
    others += [f"{number} {_(word)}" for word, number in numbers.items()]
    head = [" · ".join([running, *others])] if rows else []
    head += [title(panel_alert) for panel_alert in content.panel_alerts]
    if content.maintenance_until is not None:
        head.append(
            _(
                "🔧 Maintenance on all servers until {maintenance_until}",
                maintenance_until=discord_time(content.maintenance_until, "f"),
            )
        )
    if not rows:
        head.append(_("No servers yet. They appear as soon as Quetzal can reach the panel."))
    name = _("🎮 Game servers")
    room = TEXT_LIMIT - sum(map(len, (name, *head))) - _REST_ROOM
    return Card(
        name,
        "\n".join(head),
        _colour(content),
        rows=tuple(_rows(rows, content.panel_id, room)),
        footer=reference(board).below(_("Updates by itself")),
    )


def reference(board: Board) -> Reference:
    """Give what its messages are recognised by."""
    if board.audience is Audience.PUBLIC:
        return Reference(f"public board {board.panel_id}")
    return Reference(f"board {board.panel_id}")


def references(board: Board) -> tuple[Reference, ...]:
    """Give the same with what messages of earlier releases are recognised by."""
    if board.audience is Audience.PUBLIC:
        return reference(board), Reference(f"public servers {board.panel_id}")
    return (reference(board),)


def chosen(channel_id: int) -> str:
    """Say that it is coming."""
    return _("✅ The board appears in <#{channel_id}> within 30 seconds.", channel_id=channel_id)


def where(
    board: Board | None,
    audience: Audience,
    said: str = "",
    problem: str | None = None,
    *,
    channel_deleted: bool = False,
) -> Card:
    """Say where the board is, and what is known to keep it from being updated."""
    head = f"{said}\n\n" if said else ""
    if board is None and audience is Audience.PUBLIC:
        return theme.card(
            _("No public board"),
            _(
                "{head}A public board is one message for everybody who plays: which servers are up, how many "
                "are on and where to join. It shows all servers that this Discord server has, but no nodes, "
                "usage or alerts.",
                head=head,
            ),
            colour=theme.QUIET,
        )
    if board is None:
        return theme.card(
            _("No board"),
            _("{head}A board is one message that always shows how all servers are.", head=head),
            colour=theme.QUIET,
        )
    if channel_deleted:
        return theme.card(
            _("Board stopped"),
            _(
                "{head}Its channel was deleted. It was set up by <@{set_by}>. Choose another one.",
                head=head,
                set_by=board.set_by,
            ),
            colour=theme.CAREFUL,
        )
    lines = [
        _(
            "{head}Posted in <#{channel_id}>, set up by <@{set_by}>.",
            head=head,
            channel_id=board.channel_id,
            set_by=board.set_by,
        )
    ]
    if problem is not None:
        lines.append(_("🔴 It can't be updated: {problem} Move it to another channel.", problem=problem))
    name = _("Public board") if audience is Audience.PUBLIC else _("Board")
    return theme.card(name, "\n".join(lines), colour=theme.CAREFUL if problem else theme.QUETZAL)


def _line(row: BoardRow) -> str:
    sign = worst_mark(row.alerts) or _state_mark(row)
    line = f"{sign} **{neutralise(row.name, 60)}** · {_state(row)}"
    if row.health is not None and not row.alerts:  # they say what is wrong
        line += str(_HEALTH[row.health.status])
    if row.maintenance_until is not None:
        line += _(
            " · 🔧 until {maintenance_until}", maintenance_until=discord_time(row.maintenance_until, "t")
        )
    alerts = joined(
        _alert(alert) for alert in row.alerts[:4] if not (row.unavailable and alert.rule in _SAYS_UNAVAILABLE)
    )
    return f"{line}\n-# {alerts}" if alerts else line


def _state_mark(row: BoardRow) -> str:
    if row.unavailable:
        return theme.BARRED_MARK
    return theme.STATE_MARK[row.state] if row.state is not None else theme.UNKNOWN_MARK


def _alert(alert: Incident) -> str:
    taken = f" 👀 <@{alert.acknowledged_by}>" if alert.acknowledged_by else ""
    word = _("critical") if alert.level is Severity.CRITICAL else _("warning")
    return f"{word if worst_level([alert]) is not None else _('recovering')}: {rule_name(alert.rule)}{taken}"


def _state(row: BoardRow) -> str:
    if row.unavailable:
        return row.unavailable
    if row.state is None:
        return (
            _("no data since {seen}", seen=discord_time(row.seen_at, "t"))
            if row.seen_at
            else _("no data yet")
        )
    if row.state is PowerState.OFFLINE and row.idle_since is not None:
        return _("stopped because empty · {time}", time=discord_time(row.idle_since))
    if row.state is PowerState.OFFLINE and row.stop_requested_by:
        return _(
            "offline, {stop_requested_by}",
            stop_requested_by=neutralise(row.stop_requested_by, _REQUESTER_ROOM),
        )
    return row.state.text if row.players is None else f"{row.state.text} · {players_short(row.players)}"


def _rows(rows: Sequence[BoardRow], panel_id: str, room: int) -> Iterator[Row]:
    """Draw as many as fit; the first that need action have a button."""
    buttons = 0
    off = [row for row in rows if _is_only_off(row)]
    listed = [row for row in rows if not _is_only_off(row)]
    names_off = cut_line(joined(map(_name_off, off)), _OFF_ROOM)
    room -= len(names_off) + _OFF_WORDS
    for drawn, row in enumerate(listed):
        text = _line(row)
        room -= len(text) + 1
        if room < 0:
            yield Row(_("…and {count} more: `/server list`", count=len(listed) - drawn))
            break
        has_button = (needs_attention(row) or row.idle_since is not None) and buttons < _BUTTONS
        buttons += has_button
        yield Row(text, _button(row, panel_id) if has_button else None)
    if off:
        yield Row(
            _(
                "{state_mark} Off: {names_off}",
                state_mark=theme.STATE_MARK[PowerState.OFFLINE],
                names_off=names_off,
            )
        )


def _button(row: BoardRow, panel_id: str) -> BaseDynamicItem:
    if row.idle_since is not None and not needs_attention(row):
        return IdleStartButton(panel_id, row.uuid)
    return BoardServerButton(panel_id, row.uuid)


def _is_only_off(row: BoardRow) -> bool:
    """Whether it is off as requested, with nothing else to show."""
    is_off = row.state is PowerState.OFFLINE and row.maintenance_until is None
    return is_off and not needs_attention(row) and row.idle_since is None


def _name_off(row: BoardRow) -> str:
    name = neutralise(row.name, 60)
    return f"{name} ({neutralise(row.stop_requested_by, _REQUESTER_ROOM)})" if row.stop_requested_by else name


def _colour(content: BoardContent) -> discord.Colour:
    alerts = [alert for row in content.rows for alert in row.alerts]
    if worst_level([*alerts, *content.panel_alerts]) is None and any(
        needs_attention(row) and not row.alerts for row in content.rows
    ):
        return theme.CAREFUL
    return colour([*alerts, *content.panel_alerts])
