"""The one way to query a game."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.domain.players import GameProtocol, PlayerCount
from bot.games import minecraft
from bot.games.target import QueryTarget

log = logging.getLogger(__name__)

LIMIT_S = 3.0
"""For one query, with everything in it."""

Query = Callable[[QueryTarget], Awaitable[PlayerCount]]

PROTOCOLS: Mapping[GameProtocol, Query] = MappingProxyType({GameProtocol.BEDROCK: minecraft.query_bedrock})


async def query(target: QueryTarget) -> PlayerCount | None:
    """Ask the game who is on; None when it gives no sane answer within LIMIT_S. Never raises."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_S):
            count = await PROTOCOLS[target.protocol](target)
    except TimeoutError:
        log.debug("No %s answer from %s port %d", target.protocol, target.host, target.port)
        return None
    except Exception as error:  # noqa: BLE001 - the libraries raise whatever a broken answer makes them trip over
        log.debug(
            "%s answer from %s port %d: %s", target.protocol, target.host, target.port, type(error).__name__
        )
        return None
    return replace(count, latency_ms=1000 * (time.perf_counter() - began))
