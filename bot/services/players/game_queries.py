"""Asks a server's own game: on its own allocations only, at addresses that were checked."""

import logging
import math
from dataclasses import dataclass
from ipaddress import ip_address

from pydantic import SecretStr

from bot.core.clock import Clock
from bot.domain.game_protocols import (
    PROTOCOLS_WITH_SECRET,
    query_candidates,
    query_secret,
)
from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerQuery, PlayersNow, fingerprint, hosts
from bot.domain.players import (
    GameProtocol,
    ImplausibleAnswer,
    Player,
    PlayerCount,
    checked_online,
    clean_text,
    named_player,
    named_players,
    plausible_maximum,
)
from bot.games import QueryTarget, query
from bot.panel import PanelClient
from bot.panel.errors import AddressForbidden, NotFound, NotQueryable, PanelFault, RateLimited
from bot.panel.models import Server

log = logging.getLogger(__name__)

_SECRET_S = 600.0
"""For how long a secret is used without reading it again."""


@dataclass(frozen=True, slots=True)
class FoundQuery:
    """How a game answers, and its first answer."""

    query: PlayerQuery
    answer: PlayersNow


class GameQueries:
    """Queries games, and finds out how."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secrets: dict[ServerKey, tuple[float, SecretStr | None]] = {}

    async def ask(
        self, panel: PanelClient, server: Server, asked: PlayerQuery, *, names: bool = True
    ) -> PlayersNow | None:
        """Ask a game; None when it gives no answer, or none of its addresses may be asked. PanelError.

        `names`: also who is on, where the panel counts, which is one more of the account's requests.
        """
        if asked.protocol is GameProtocol.PANEL:
            return await self._ask_panel(panel, server, names=names)
        secret = await self._secret(panel, server, asked.protocol)
        return await self._ask(panel, server, asked, secret)

    async def find(self, panel: PanelClient, server: Server) -> FoundQuery | None:
        """Try what the server may answer to, the likeliest first; None when nothing answers. PanelError.

        The list of servers has no startup variables, which hold the port, so the server is viewed.
        """
        viewed = await panel.servers.view(server.uuid, fresh=True)
        game = fingerprint(viewed)
        for protocol, port in query_candidates(viewed):
            asked = PlayerQuery(protocol, port, game)
            answer = await self._ask(panel, viewed, asked, _hidden(query_secret(protocol, viewed)))
            if answer is not None:
                return FoundQuery(asked, answer)
        return await self._find_by_panel(panel, viewed)

    async def _find_by_panel(self, panel: PanelClient, server: Server) -> FoundQuery | None:
        """Try the panel's own counter, which can't notice a game that hangs, last (decision 14)."""
        if server.primary_allocation is None or not await panel.is_pelican():
            return None
        asked = PlayerQuery(GameProtocol.PANEL, server.primary_allocation.port, fingerprint(server))
        try:
            answer = await self._ask_panel(panel, server, names=True)
        except NotFound:  # the panel has no such plugin
            return None
        return None if answer is None else FoundQuery(asked, answer)

    async def _ask(
        self, panel: PanelClient, server: Server, asked: PlayerQuery, secret: SecretStr | None
    ) -> PlayersNow | None:
        primary, shown = server.primary_allocation, None if secret is None else secret.get_secret_value()
        game_port = None if primary is None else primary.port
        for host in hosts(server, asked.port):
            try:
                (address, *_) = await panel.peers(host, asked.port)
                target = QueryTarget(ip_address(address), asked.port, asked.protocol, shown, game_port)
            except (AddressForbidden, OSError, ValueError) as error:
                log.debug("%s of %s is not asked: %s", host, server.uuid, error)
                continue
            if (count := await query(target)) is not None:
                return PlayersNow(count, self._clock.now())
        return None

    async def _ask_panel(self, panel: PanelClient, server: Server, *, names: bool) -> PlayersNow | None:
        """Have the panel ask. NotFound when it has no plugin; its faults say nothing of the game, either."""
        try:
            counted = await panel.player_counter.query(server.uuid)
            online = checked_online(counted.current_players)
        except (NotQueryable, ImplausibleAnswer) as error:
            log.debug("the panel doesn't count the players of %s: %s", server.uuid, type(error).__name__)
            return None
        count = PlayerCount(
            online=online,
            maximum=plausible_maximum(counted.max_players),
            players=await _named_by_panel(panel, server, wanted=names) if online else (),
            map=clean_text(counted.map),
            name=clean_text(counted.hostname),
            protocol=GameProtocol.PANEL,
        )
        return PlayersNow(count, self._clock.now())

    async def _secret(self, panel: PanelClient, server: Server, protocol: GameProtocol) -> SecretStr | None:
        """Return the password or token that the protocol requires; it is read again every ten minutes."""
        if protocol not in PROTOCOLS_WITH_SECRET:
            return None
        key, now_s = ServerKey(panel.config.id, server.uuid), self._clock.monotonic()
        read_s, secret = self._secrets.get(key, (-math.inf, None))
        if now_s - read_s >= _SECRET_S:
            secret = _hidden(query_secret(protocol, await panel.servers.view(server.uuid)))
            self._secrets[key] = (now_s, secret)
        return secret


def _hidden(secret: str | None) -> SecretStr | None:
    return None if secret is None else SecretStr(secret)


async def _named_by_panel(panel: PanelClient, server: Server, *, wanted: bool) -> tuple[Player, ...] | None:
    if not wanted:
        return None
    try:
        names = await panel.player_counter.players(server.uuid)
    except (NotQueryable, PanelFault, RateLimited):
        return None
    return named_players(named_player(name) for name in names)
