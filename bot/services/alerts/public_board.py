"""The facts of public boards, from the store and memory, never from the panel."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.core.clock import Clock
from bot.domain.grants import is_open_to_members
from bot.domain.notifications import Board
from bot.domain.observation import ServerKey
from bot.domain.public_board import PublicHistory, PublicServer, in_order, public_servers
from bot.services.access import Authorizer
from bot.services.alerts.board import BoardService
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.storage.repositories import metrics, public_addresses

_UPTIME = timedelta(days=30)
_HISTORY_S = 300.0
"""For how long a history is shown without reading it again: it changes once an hour."""


class PublicBoardService:
    """Leaves of the content of a board what is public."""

    def __init__(
        self,
        boards: BoardService,
        access: Authorizer,
        directory: ServerDirectory,
        store: Store,
        clock: Clock,
    ) -> None:
        self._boards = boards
        self._access = access
        self._directory = directory
        self._store = store
        self._clock = clock
        self._histories: dict[str, tuple[float, Mapping[str, PublicHistory]]] = {}

    async def content(self, board: Board) -> tuple[PublicServer, ...]:
        """Return the servers that the guild may see, those to play on first."""
        return in_order((await self.by_server(board)).values())

    async def by_server(self, board: Board) -> dict[ServerKey, PublicServer]:
        """Return the servers that the guild may see."""
        content = await self._boards.content(board)
        servers = {target.server.uuid: target.server for target in self._directory.cached(board.panel_id)}
        async with self._store.read() as conn:
            chosen = await public_addresses.of_panel(conn, board.guild_id, board.panel_id)
        shown = public_servers(content.rows, servers, await self._history(board.panel_id), chosen)
        granted = await self._access.granted.get(board.guild_id)
        return {
            ServerKey(board.panel_id, uuid): server
            if is_open_to_members(granted, board.panel_id, uuid)
            else replace(server, uuid=None)
            for uuid, server in shown.items()
        }

    async def _history(self, panel_id: str) -> Mapping[str, PublicHistory]:
        now_s = self._clock.monotonic()
        read_s, histories = self._histories.get(panel_id, (-math.inf, {}))
        if now_s - read_s >= _HISTORY_S:
            now = self._clock.now()
            async with self._store.read() as conn:
                uptimes = await metrics.uptimes(conn, panel_id, now - _UPTIME)
                days = await metrics.players_of_day(conn, panel_id, now)
            histories = {
                uuid: PublicHistory(uptimes.get(uuid), days.get(uuid, ())) for uuid in {*uptimes, *days}
            }
            self._histories[panel_id] = now_s, histories
        return histories
