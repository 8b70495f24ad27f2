"""The servers of all public boards as files, for a web server."""

import asyncio
from pathlib import Path

from bot.core.atomic_write import write_whole
from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.domain.notifications import Audience
from bot.domain.observation import ServerKey
from bot.domain.public_board import PublicServer, in_order
from bot.domain.public_page import page_html, page_json
from bot.services.alerts.board import BoardService
from bot.services.alerts.public_board import PublicBoardService

_EVERY_S = 60.0


class PublicPage:
    """Writes `index.html` and `servers.json` into a directory, each whole or not at all."""

    def __init__(
        self, boards: BoardService, public_boards: PublicBoardService, directory: Path, clock: Clock
    ) -> None:
        self._boards = boards
        self._public_boards = public_boards
        self._directory = directory
        self._clock = clock

    async def keep_written(self, pulse: Pulse) -> None:
        """Write once a minute; start it under the supervisor, which says when it fails."""
        while True:
            await self.write()
            pulse.beat()
            await self._clock.sleep(_EVERY_S)

    async def write(self) -> None:
        """Write what is known now. Raises OSError when the directory can't be written to."""
        servers, now = await self._servers(), self._clock.now()
        pages = {"index.html": page_html(servers, now), "servers.json": page_json(servers, now)}
        await asyncio.to_thread(self._write, pages)

    async def _servers(self) -> tuple[PublicServer, ...]:
        """Collect what the public boards show that aren't paused, each server once."""
        servers: dict[ServerKey, PublicServer] = {}
        for board in await self._boards.iter_all():
            if board.audience is Audience.PUBLIC and await self._boards.stop_of(board) is None:
                servers |= await self._public_boards.by_server(board)
        return in_order(servers.values())

    def _write(self, pages: dict[str, str]) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            write_whole(self._directory / name, page)
