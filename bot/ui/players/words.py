"""How many players are on, in words."""

from collections.abc import Iterable

from bot.core.i18n import _, number
from bot.domain.formatting import counted, players_of_limit
from bot.domain.player_query import PlayersNow

_EXACT_BELOW = 10


def players_online(players: PlayersNow) -> str:
    """Write `12 of 40 players`; `12 players` where the game has no limit."""
    return players_of_limit(players.count.online, players.count.maximum)


def players_short(players: PlayersNow) -> str:
    """Write `👥 12/40`, for a line of figures; `👥 12` where the game has no limit."""
    count = players.count
    return f"👥 {count.online}" if count.maximum is None else f"👥 {count.online}/{count.maximum}"


def players_everywhere(counts: Iterable[int]) -> str | None:
    """Write `12 players on 3 servers` from how many are on each; None when all are empty."""
    busy = [online for online in counts if online]
    if not busy:
        return None
    players, servers = counted(sum(busy), "player", "players"), counted(len(busy), "server", "servers")
    return _("{players} on {servers}", players=players, servers=servers)


def mean_players(mean: float) -> str:
    """Write a mean: `3.4` while small, `57` from ten on."""
    return number(mean, ".1f" if mean < _EXACT_BELOW else ".0f")
