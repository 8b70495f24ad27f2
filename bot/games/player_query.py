"""The one way to query a game."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import cast

from bot.domain.players import GameProtocol, PlayerCount
from bot.games.target import QueryTarget

log = logging.getLogger(__name__)

LIMIT_S = 3.0
"""For one query, with everything in it."""

Query = Callable[[QueryTarget], Awaitable[PlayerCount]]

PROTOCOLS: Mapping[GameProtocol, tuple[str, str]] = MappingProxyType(
    {
        GameProtocol.MINECRAFT: ("by_mcstatus", "query_java"),
        GameProtocol.MINECRAFT_QUERY: ("by_mcstatus", "query_java_by_udp"),
        GameProtocol.BEDROCK: ("by_mcstatus", "query_bedrock"),
        GameProtocol.MUMBLE: ("mumble", "query_mumble"),
        GameProtocol.OPENTTD: ("openttd", "query_openttd"),
        GameProtocol.SATISFACTORY: ("satisfactory", "query_satisfactory"),
        GameProtocol.TEEWORLDS: ("teeworlds", "query_teeworlds"),
        **dict.fromkeys(
            (
                GameProtocol.SOURCE,
                GameProtocol.QUAKE1,
                GameProtocol.QUAKE2,
                GameProtocol.QUAKE3,
                GameProtocol.DOOM3,
                GameProtocol.GAMESPY1,
                GameProtocol.GAMESPY2,
                GameProtocol.GAMESPY3,
                GameProtocol.GAMESPY4,
                GameProtocol.UNREAL2,
                GameProtocol.KILLING_FLOOR,
                GameProtocol.SAMP,
                GameProtocol.VCMP,
                GameProtocol.MTA,
                GameProtocol.FIVEM,
                GameProtocol.PALWORLD,
                GameProtocol.TEAMSPEAK,
            ),
            ("by_opengsq", "query_by_opengsq"),
        ),
    }
)
"""The module and function of each. The first query imports them: the libraries take 0.3 s and 19 MiB."""

_loaded: dict[str, ModuleType] = {}


async def query(target: QueryTarget) -> PlayerCount | None:
    """Ask the game who is on; None when it gives no sane answer within LIMIT_S. Never raises."""
    ask = await _load(*PROTOCOLS[target.protocol])
    began = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT_S):
            count = await ask(target)
    except TimeoutError:
        log.debug("No %s answer from %s port %d", target.protocol, target.host, target.port)
        return None
    except Exception as error:  # noqa: BLE001 - the libraries raise whatever a broken answer makes them trip over
        log.debug(
            "%s answer from %s port %d: %s", target.protocol, target.host, target.port, type(error).__name__
        )
        return None
    return replace(count, latency_ms=1000 * (time.perf_counter() - began))


async def _load(module: str, function: str) -> Query:
    if module not in _loaded:
        # In a thread, because reading that much code takes longer than the event loop may stand still.
        _loaded[module] = await asyncio.to_thread(import_module, f"{__package__}.{module}")
    return cast("Query", getattr(_loaded[module], function))
