"""Players: who is on now, who was, and how each game is asked.

`PlayerService.latest(key)` is who is on a server now: an answer with `online`, or None while that is unknown.
"""

from bot.services.players.game_queries import FoundQuery, GameQueries
from bot.services.players.latest import LatestPlayers
from bot.services.players.service import PlayerHistory, PlayerService, QueryChoice

__all__ = ["FoundQuery", "GameQueries", "LatestPlayers", "PlayerHistory", "PlayerService", "QueryChoice"]
