"""Search a server's files: names over the whole tree, or a text inside the files."""

from bot.actions.access import Permit
from bot.actions.clock import Clock
from bot.actions.files.crew import Crew
from bot.actions.files.looking import find
from bot.actions.files.searches import Found, Query, Search, Told
from bot.domain import files
from bot.domain.saved import TrashRules
from bot.domain.search import Limits
from bot.errors import BadInput
from bot.panel.errors import FileMissing
from bot.workers import WorkerPool

__all__ = ["WORKERS", "Found", "Query", "Search", "SearchAction", "Told"]

WORKERS = 16
"""Of the client's 24 connections, so that people always find a free one."""


class SearchAction:
    """Searches; changes nothing."""

    def __init__(
        self,
        rules: TrashRules,
        clock: Clock,
        processes: WorkerPool,
        limits: Limits | None = None,
        workers: int = WORKERS,
    ) -> None:
        """Take `processes` to look into files, and have `workers` tasks list and read at once."""
        self.rules = rules
        self.clock = clock
        self.processes = processes
        self.limits = limits or Limits()
        self.workers = workers

    async def run(self, permit: Permit, search: Search, told: Told) -> None:
        """Search to the end; why it ended is in it. Raises what listing or reading the start raises."""
        start = files.normalise(search.query.start)
        entry = None if start == "/" else await find(permit, start)
        if start != "/" and entry is None:
            raise FileMissing(text=start)
        if entry is not None and not entry.is_directory and not search.is_for_text:
            raise BadInput("That is a file, not a folder.", next_step="Search in the folder it is in.")
        crew = Crew(
            permit,
            search,
            ours=self.rules.directory,
            clock=self.clock,
            processes=self.processes,
            limits=self.limits,
            size=self.workers,
        )
        await crew.run(start, entry, told)
