"""Asks a server's own game: on its own allocations only, at addresses that were checked."""

import logging
from dataclasses import dataclass
from ipaddress import ip_address

from bot.core.clock import Clock
from bot.domain.game_protocols import PROTOCOLS_WITH_SECRET, query_candidates, query_secret
from bot.domain.player_query import PlayerQuery, PlayersNow, fingerprint, hosts
from bot.domain.players import GameProtocol
from bot.games import QueryTarget, query
from bot.panel import PanelClient
from bot.panel.errors import AddressForbidden
from bot.panel.models import Server

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundQuery:
    """How a game answers, and its first answer."""

    query: PlayerQuery
    answer: PlayersNow


class GameQueries:
    """Queries games, and finds out how."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def ask(self, panel: PanelClient, server: Server, asked: PlayerQuery) -> PlayersNow | None:
        """Ask a game; None when it gives no answer, or none of its addresses may be asked. PanelError."""
        if asked.protocol in PROTOCOLS_WITH_SECRET:
            server = await panel.servers.view(server.uuid)
        return await self._ask(panel, server, asked.protocol, asked.port)

    async def find(self, panel: PanelClient, server: Server) -> FoundQuery | None:
        """Try what the server may answer on, the likeliest first; None when nothing does. PanelError.

        The list of servers has no startup variables, which tell the port, so the server is viewed.
        """
        server = await panel.servers.view(server.uuid, fresh=True)
        for protocol, port in query_candidates(server):
            if (answer := await self._ask(panel, server, protocol, port)) is not None:
                return FoundQuery(PlayerQuery(protocol, port, fingerprint(server)), answer)
        return None

    async def _ask(
        self, panel: PanelClient, server: Server, protocol: GameProtocol, port: int
    ) -> PlayersNow | None:
        secret, primary = query_secret(protocol, server), server.primary_allocation
        game_port = primary.port if primary is not None else None
        for host in hosts(server, port):
            try:
                (address, *_) = await panel.peers(host, port)
                target = QueryTarget(ip_address(address), port, protocol, secret, game_port)
            except (AddressForbidden, OSError, ValueError) as error:
                log.debug("%s of %s is not asked: %s", host, server.uuid, error)
                continue
            if (count := await query(target)) is not None:
                return PlayersNow(count, self._clock.now())
        return None
