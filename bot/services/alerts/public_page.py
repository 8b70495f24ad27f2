"""The servers of all public boards as files, for web servers and reverse proxies."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class PageFile:
    """The content of a file; `tag` is another one for each other content."""

    text: str

    @property
    def tag(self) -> str:
        """Return the entity tag, without quotes."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


class PublicPage:
    """Makes `index.html` and `servers.json` once a minute, and writes them into a directory, if there is one.

    `files` is what was made last, by name; empty before the first time.
    """

    def __init__(
        self,
        boards: BoardService,
        public_boards: PublicBoardService,
        directory: Path | None,
        clock: Clock,
    ) -> None:
        self._boards = boards
        self._public_boards = public_boards
        self._directory = directory
        self._clock = clock
        self.files: Mapping[str, PageFile] = {}

    async def keep_made(self, pulse: Pulse) -> None:
        """Make it once a minute; start it under the supervisor, which says when it fails."""
        while True:
            await self.make()
            pulse.beat()
            await self._clock.sleep(_EVERY_S)

    async def make(self) -> None:
        """Make it of what is known now. Raises OSError when the directory can't be written to."""
        servers, now = await self._servers(), self._clock.now()
        pages = {"index.html": page_html(servers, now), "servers.json": page_json(servers, now)}
        self.files = {name: PageFile(page) for name, page in pages.items()}
        if self._directory is not None:
            await asyncio.to_thread(_write, self._directory, pages)

    async def _servers(self) -> tuple[PublicServer, ...]:
        """Collect what the public boards show that aren't paused, each server once."""
        servers: dict[ServerKey, PublicServer] = {}
        for board in await self._boards.iter_all():
            if board.audience is Audience.PUBLIC and await self._boards.stop_of(board) is None:
                for key, server in (await self._public_boards.by_server(board)).items():
                    if key not in servers or server.has_chosen_address:
                        servers[key] = server
        return in_order(servers.values())


def _write(directory: Path, pages: Mapping[str, str]) -> None:
    """Write each file whole, or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        write_whole(directory / name, page)
