"""Searches a server's files: names in the whole tree, or text inside files."""

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain import paths
from bot.domain.file_search import Limits
from bot.domain.trash import TrashPolicy
from bot.panel.errors import FileMissing
from bot.services.access import Permit
from bot.services.files.search_state import (
    Search,
    SearchMatch,
    SearchProgress,
    SearchQuery,
)
from bot.services.files.search_workers import SearchWorkers
from bot.services.files.stat import find_entry
from bot.workers import WorkerPool

__all__ = ["WORKERS", "Search", "SearchMatch", "SearchProgress", "SearchQuery", "SearchService"]

WORKERS = 16
"""Out of the client's 24 connections, so that people always find a free one."""


class SearchService:
    """Searches; changes nothing."""

    def __init__(
        self,
        rules: TrashPolicy,
        clock: Clock,
        processes: WorkerPool,
        limits: Limits | None = None,
        workers: int = WORKERS,
    ) -> None:
        """Let `processes` search file contents, and `workers` tasks list and read at once."""
        self.rules = rules
        self.clock = clock
        self.processes = processes
        self.limits = limits or Limits()
        self.workers = workers

    async def run(self, permit: Permit, search: Search, progress: SearchProgress) -> None:
        """Run a search to its end, whose reason is in it. Raises what listing or reading the start raises."""
        start = paths.normalise(search.query.start)
        entry = None if start == "/" else await find_entry(permit, start)
        if start != "/" and entry is None:
            raise FileMissing(text=start)
        if entry is not None and not entry.is_directory and not search.is_for_text:
            raise BadInput(_("That is a file, not a folder."), next_step=_("Search in the folder it is in."))
        workers = SearchWorkers(
            permit,
            search,
            ours=self.rules.directory,
            clock=self.clock,
            processes=self.processes,
            limits=self.limits,
            size=self.workers,
        )
        await workers.run(start, entry, progress)
