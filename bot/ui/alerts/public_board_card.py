"""The message that always shows the players of a community which servers are up, and where to join."""

from collections.abc import Iterator, Sequence

from bot.core.i18n import _
from bot.domain.formatting import counted
from bot.domain.player_query import total_online
from bot.domain.public_board import PublicServer, PublicState, day_line, uptime
from bot.panel.models import PowerState
from bot.ui.jobs.idle_flow import IdleStartButton
from bot.ui.kit import theme
from bot.ui.kit.card import TEXT_LIMIT, Card, Row
from bot.ui.kit.text import inline_code, neutralise
from bot.ui.kit.written import Reference
from bot.ui.players.words import players_online

_BUTTONS = 10
_NAME_ROOM, _FACT_ROOM, _ADDRESS_ROOM = 60, 40, 100
_REST_ROOM = 200
"""For the footer, and the line that counts what is left out."""
_MARK = {
    PublicState.UP: theme.STATE_MARK[PowerState.RUNNING],
    PublicState.STARTING: theme.STATE_MARK[PowerState.STARTING],
    PublicState.IDLE: "💤",
    PublicState.DOWN: theme.STATE_MARK[PowerState.OFFLINE],
    PublicState.UNKNOWN: theme.UNKNOWN_MARK,
}


def public_board(servers: Sequence[PublicServer], panel_id: str, reference: Reference) -> Card:
    """Draw it: what can be played on first; what doesn't fit is counted."""
    name, head = _name(), _head(servers)
    room = TEXT_LIMIT - len(name) - len(head) - _REST_ROOM
    return Card(
        name,
        head,
        theme.QUETZAL,
        rows=tuple(_rows(servers, panel_id, room)),
        footer=reference.below(_("Updates by itself")),
        divided=True,
    )


def paused(reference: Reference) -> Card:
    """Show in its place that it is not kept up to date, without the reason."""
    return Card(
        _name(),
        _("This board is paused. Staff can start it again with `/quetzal access review`."),
        theme.CAREFUL,
        footer=reference.below(_("Not updated")),
    )


def _name() -> str:
    return _("🎮 Game servers")


def _head(servers: Sequence[PublicServer]) -> str:
    if not servers:
        return _("No servers yet. They appear as soon as Quetzal can reach the panel.")
    up = sum(server.state is PublicState.UP for server in servers)
    head = _("**{up} of {count} up**", up=up, count=len(servers))
    online = total_online(server.players for server in servers)
    return head if online is None else f"{head} · {counted(online, 'player', 'players')}"


def _rows(servers: Sequence[PublicServer], panel_id: str, room: int) -> Iterator[Row]:
    buttons = 0
    for drawn, server in enumerate(servers):
        text = _text(server)
        room -= len(text) + 1
        if room < 0:
            yield Row(_("…and {count} more", count=len(servers) - drawn))
            return
        button = None
        if server.uuid is not None and buttons < _BUTTONS:
            buttons += 1
            button = IdleStartButton(panel_id, server.uuid)
        yield Row(text, button)


def _text(server: PublicServer) -> str:
    """Draw one in lines that fit on a phone."""
    lines = [f"{_MARK[server.state]} **{neutralise(server.name, _NAME_ROOM)}** · {server.state.text}"]
    facts = []
    if server.players is not None:
        lines[0] += f" · {players_online(server.players)}"
        count = server.players.count
        facts += [neutralise(text, _FACT_ROOM) for text in (count.version, count.map) if text]
    if server.address is not None:
        lines.append(inline_code(server.address, _ADDRESS_ROOM))
    if server.history.uptime_percent is not None:
        facts.append(_("up {share} of 30 days", share=uptime(server.history.uptime_percent)))
    if facts:
        lines.append(f"-# {' · '.join(facts)}")
    if drawn := day_line(server.history.day):
        lines.append(f"-# {_('players today {drawn}', drawn=drawn)}")
    return "\n".join(lines)
