"""Queries of games: against real servers, stand-ins and broken answers."""
