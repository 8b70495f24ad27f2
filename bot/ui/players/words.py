"""How many players are on, in words."""

from bot.domain.formatting import counted
from bot.domain.player_query import PlayersNow


def players_online(players: PlayersNow) -> str:
    """Write `12 of 40 players`; `12 players` where the game has no limit."""
    count = players.count
    return (
        counted(count.online, "player")
        if count.maximum is None
        else f"{count.online:,} of {counted(count.maximum, 'player')}"
    )


def players_short(players: PlayersNow) -> str:
    """Write `12/40`, for a line of figures."""
    count = players.count
    return f"{count.online}" if count.maximum is None else f"{count.online}/{count.maximum}"
