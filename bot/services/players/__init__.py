"""Players: who is on now, who was, and how each game is asked.

`PlayerService.latest(key)` is who is on a server now: an answer with `online`, or None while that is unknown.
"""

from bot.services.players.errors import AlreadyDecided, TakesNoRequests
from bot.services.players.game_queries import FoundQuery, GameQueries
from bot.services.players.latest import LatestPlayers
from bot.services.players.service import PlayerHistory, PlayerService, QueryChoice
from bot.services.players.whitelist import WhitelistService
from bot.services.players.whitelist_forms import WhitelistNeeds

__all__ = [
    "AlreadyDecided",
    "FoundQuery",
    "GameQueries",
    "LatestPlayers",
    "PlayerHistory",
    "PlayerService",
    "QueryChoice",
    "TakesNoRequests",
    "WhitelistNeeds",
    "WhitelistService",
]
