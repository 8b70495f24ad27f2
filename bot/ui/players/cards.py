"""Who is on one server, and on all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.i18n import _
from bot.domain.formatting import counted, discord_time, duration, joined
from bot.domain.player_query import PlayerAnswers, PlayersNow
from bot.domain.players import Player, PlayerCount
from bot.domain.target import Target
from bot.panel.models import PowerState, Server
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.text import neutralise
from bot.ui.players.words import players_everywhere, players_online, players_short

SHOWN = 10
"""Players with a line each, before somebody asks for more."""
_MOST_SHOWN = 100
_NAME_ROOM, _PLAYER_ROOM, _VERSION_ROOM = 60, 32, 60
_NAMES_IN_ROW = 2
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class ServerPlayers:
    """What is known of a server's players at a moment; `state` is None while that is unknown."""

    target: Target
    answers: PlayerAnswers
    state: PowerState | None
    at: datetime

    @property
    def server(self) -> Server:
        """The server."""
        return self.target.server

    @property
    def now(self) -> PlayersNow | None:
        """Who is on; None where that is unknown."""
        return self.answers.fresh(self.at)


def who(seen: ServerPlayers, *, hides_names: bool = False, every: bool = False) -> Card:
    """Say who is on a server, those who have been longest first; `every`: all of them."""
    title = f"👥 {neutralise(seen.server.name, _NAME_ROOM)}"
    now = seen.now
    if now is None:
        return _unknown(title, seen)
    lines = [f"**{players_online(now)}**"]
    if not hides_names:
        lines += _players(now.count, every=every)
    footer = " · ".join([*_facts(now.count), _("Answered {at}", at=discord_time(now.at))])
    return Card(title, "\n".join(lines), theme.GOOD if now.online else theme.QUETZAL, footer=footer)


def has_more(seen: ServerPlayers) -> bool:
    """Whether there are more players than are shown at first."""
    return seen.now is not None and len(seen.now.count.players or ()) > SHOWN


def everywhere(seen: Sequence[ServerPlayers]) -> Card:
    """Say how many are on altogether, and which servers don't say."""
    if not seen:
        return theme.card(
            _("👥 Players"),
            _("No server is running.\n➡️ `/server list` has a Start button."),
            colour=theme.QUIET,
        )
    total = players_everywhere(server.now.online for server in seen if server.now is not None)
    lines = [f"**{total or _('Nobody is on')}**"]
    if silent := sum(server.answers.silent_since is not None for server in seen):
        lines.append(_("🟠 {games} not answering", games=counted(silent, "game", "games")))
    return theme.card(_("👥 Players"), "\n".join(lines), colour=theme.CAREFUL if silent else theme.QUETZAL)


def row_text(seen: ServerPlayers, *, hides_names: bool = False) -> str:
    """Write a server's row: its name, how many are on, and the first names."""
    name, now = neutralise(seen.server.name, _NAME_ROOM), seen.now
    if now is None:
        since = seen.answers.silent_since
        words = (
            _("players unknown")
            if since is None
            else _("stopped answering {since}", since=discord_time(since))
        )
        return f"{'⚪' if since is None else '🟠'} **{name}**\n-# {words}"
    names = [] if hides_names else [neutralise(player.name, _PLAYER_ROOM) for player in _longest(now.count)]
    more = max(now.online, len(names)) - _NAMES_IN_ROW
    shown = joined(names[:_NAMES_IN_ROW]) + (f" +{more}" if names and more > 0 else "")
    figures = " · ".join(filter(None, (players_short(now), shown)))
    return f"{'🟢' if now.online else '⚫'} **{name}**\n-# {figures}"


def by_players(seen: ServerPlayers) -> tuple[bool, bool, int, str]:
    """Give what servers are ordered by: games that don't answer, then the most players, then the name."""
    online = -1 if seen.now is None else seen.now.online
    return seen.answers.silent_since is None, seen.now is None, -online, seen.server.name.casefold()


def _unknown(title: str, seen: ServerPlayers) -> Card:
    since = seen.answers.silent_since
    if seen.state is PowerState.RUNNING and since is not None:
        text = _(
            "**The game stopped answering {since}**\nIt is running, but answers no queries: it may "
            "have frozen.",
            since=discord_time(since),
        )
        return Card(title, text, theme.CAREFUL)
    if seen.state is PowerState.RUNNING:
        text = _(
            "**Players unknown**\n"
            "The game answers on none of the server's ports. A query port has to be one of its "
            "allocations.\n"
            "➡️ `/server query` shows and changes how players are counted."
        )
        return Card(title, text, theme.QUIET)
    if seen.state is None:
        return Card(title, _("**State unknown**\nPlayers are counted while the server runs."), theme.QUIET)
    return Card(title, _("**{state}**\nNobody can be on.", state=seen.state.text.capitalize()), theme.QUIET)


def _players(count: PlayerCount, *, every: bool) -> Iterator[str]:
    players = _longest(count)
    shown = players[: _MOST_SHOWN if every else SHOWN]
    yield from (_line(player) for player in shown)
    unnamed = count.online - len(players)
    if more := len(players) - len(shown):
        yield _("-# …and {more} more", more=more + max(0, unnamed))
    elif players and unnamed > 0:
        yield _("-# …and {unnamed} more, whom the game doesn't name", unnamed=unnamed)
    elif not players and count.online:
        yield _("-# The game doesn't say who.")


def _line(player: Player) -> str:
    name = neutralise(player.name, _PLAYER_ROOM)
    if player.seconds is None:
        return name
    # Seconds would be out of date when they are read.
    whole_minutes_s = player.seconds // _MINUTE_S * _MINUTE_S
    return f"{name} · {duration(whole_minutes_s or player.seconds)}"


def _longest(count: PlayerCount) -> list[Player]:
    """Sort players by how long they have been on, else by name."""
    return sorted(
        count.players or (), key=lambda player: (-(player.seconds or 0), player.name.casefold(), player.name)
    )


def _facts(count: PlayerCount) -> Iterator[str]:
    for fact in (count.version, count.map):
        if fact:
            yield neutralise(fact, _VERSION_ROOM)
