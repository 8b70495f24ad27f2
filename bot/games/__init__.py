"""Asks games who is on. Contacts nothing but the one address and port of a target."""

from bot.games.player_query import LIMIT_S, PROTOCOLS, query
from bot.games.target import QueryTarget

__all__ = ["LIMIT_S", "PROTOCOLS", "QueryTarget", "query"]
