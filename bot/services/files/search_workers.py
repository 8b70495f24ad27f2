"""The workers of a search: they share a stack of folders to list and files to read.

They work in the background lane of the panel's rate budget, so that people's own commands go first. Depth
first: the stack stays small however wide the tree is.
"""

import asyncio
import math
from contextlib import suppress
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.domain import paths
from bot.domain.file_search import (
    EntryFilter,
    Limits,
    SearchEnd,
    is_text,
    lines_with,
    looks_like_text,
)
from bot.panel import Lane
from bot.panel.budget import RESERVE
from bot.panel.errors import (
    BrokenAnswer,
    FileTooLarge,
    FirewallRefused,
    GatewayUnanswered,
    NodeDown,
    NodeFault,
    NodeRefused,
    PanelError,
    PanelFault,
    PanelTimedOut,
)
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.search_state import Search, SearchMatch, SearchProgress
from bot.services.files.secret_masking import values_to_hide
from bot.workers import WorkerPool

_REPORT_EVERY_S = 2.0
_REPORT_LATER_EVERY_S = 10.0
"""After a minute, progress is reported less often."""
_LATER_S = 60.0
_GIVES_UP_AFTER = 5
"""So many failures in a row mean that the node is down, not that a folder is slow to list."""
_NAMED = 5
_AT_A_STRETCH = 1_000
"""Entries that are processed before other tasks get a turn."""
_SHAKY = (NodeDown, PanelTimedOut, PanelFault, GatewayUnanswered)
_OF_ONE_PATH = (NodeRefused, NodeFault, FileTooLarge, BrokenAnswer, FirewallRefused)


@dataclass(frozen=True, slots=True)
class _Job:
    """A folder to list, or a file to read."""

    path: str
    entry: FileEntry | None = None


class SearchWorkers:
    """The workers of one search."""

    def __init__(  # noqa: PLR0913 - their dependencies and limits
        self,
        permit: Permit,
        search: Search,
        *,
        ours: str,
        clock: Clock,
        processes: WorkerPool,
        limits: Limits,
        size: int,
    ) -> None:
        """`ours` is a folder that is skipped; `size` is how many workers there are."""
        self._permit = permit
        self._hidden: tuple[str, ...] | None = ()
        self._panel = permit.panel.on(Lane.BACKGROUND)
        self._uuid = permit.uuid
        self._search = search
        self._ours = ours
        self._clock = clock
        self._processes = processes
        self._limits = limits
        self._size = size
        self._start = "/"
        self._jobs: list[_Job] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._busy = 0
        self._shaky_in_a_row = 0
        self._reads = 0
        self._read_limit_reached = False
        self._defect: BaseException | None = None

    async def run(self, start: str, entry: FileEntry | None, progress: SearchProgress) -> None:
        """Run the search to its end and report its progress; no task is left running."""
        self._start = start
        if self._search.is_for_text:
            self._hidden = await values_to_hide(self._permit)
        began = self._clock.monotonic()
        self._jobs.append(_Job(start, entry if entry is not None and not entry.is_directory else None))
        stopping = asyncio.create_task(self._stop_when_cancelled(), name="search: cancel")
        try:
            self._spawn()
            reported_at = -math.inf
            while self._tasks:
                is_late = self._search.took_s > _LATER_S
                every_s = _REPORT_LATER_EVERY_S if is_late else _REPORT_EVERY_S
                await self._wait_for_news(every_s)
                now = self._clock.monotonic()
                self._search.took_s = now - began
                self._search.pause_s = self._pause_s()
                is_first = math.isinf(reported_at) and bool(self._search.matches)
                if self._tasks and (is_first or now - max(reported_at, began) >= every_s):
                    reported_at = now
                    await progress(self._search)
        finally:
            stopping.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(stopping, *self._tasks, return_exceptions=True)
        self._search.took_s = self._clock.monotonic() - began
        self._search.pause_s = None
        if self._defect is not None:
            raise self._defect
        if self._search.ended is None:
            self._search.ended = SearchEnd.READ_ENOUGH if self._read_limit_reached else SearchEnd.COMPLETE
        self._search.matches.sort(key=lambda search_match: search_match.path.casefold())

    async def _wait_for_news(self, pause_s: float) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            await self._clock.wait_external(self._news.wait(), limit_s=pause_s)

    async def _stop_when_cancelled(self) -> None:
        await self._clock.wait_external(self._search.cancelled.wait())
        self._stop(SearchEnd.CANCELLED)

    def _spawn(self) -> None:
        """Start as many workers as there are jobs for."""
        while self._goes_on and len(self._tasks) < min(self._size, self._busy + len(self._jobs)):
            task = asyncio.create_task(self._work(), name=f"search in {self._uuid}")
            self._tasks.add(task)
            task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (defect := task.exception()) is not None:
            self._defect = self._defect or defect
            self._stop(SearchEnd.BROKEN)
        if not self._tasks:
            self._news.set()

    def _stop(self, why: SearchEnd) -> None:
        """Stop all workers; the first reason counts."""
        if self._search.ended is not None:
            return
        self._search.ended = why
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        self._news.set()

    @property
    def _goes_on(self) -> bool:
        """Whether another job may begin."""
        return self._search.ended is None and not self._read_limit_reached

    async def _work(self) -> None:
        while self._jobs and self._goes_on:
            job = self._jobs.pop()
            self._busy += 1
            try:
                await self._do(job)
            finally:
                self._busy -= 1

    async def _do(self, job: _Job) -> None:
        try:
            if job.entry is None:
                await self._list(job.path)
            else:
                await self._search_file(job.path, job.entry)
        except PanelError as error:
            self._failed(job.path, error)
        else:
            self._shaky_in_a_row = 0

    def _failed(self, path: str, error: PanelError) -> None:
        """Skip what can't be read; stop the search when further reads would fail too."""
        if isinstance(error, _SHAKY):
            self._shaky_in_a_row += 1
        passed_over = isinstance(error, _OF_ONE_PATH) or (
            isinstance(error, _SHAKY) and self._shaky_in_a_row < _GIVES_UP_AFTER
        )
        if path == self._start:
            self._defect = error
        elif passed_over:
            self._search.unreadable_count += 1
            if len(self._search.unreadable) < _NAMED:
                self._search.unreadable.append(path)
            return
        self._search.cause = error
        self._stop(SearchEnd.BROKEN)

    async def _list(self, path: str) -> None:
        entries = await self._panel.files.list(self._uuid, path, once=True)
        search = self._search
        search.folders += 1
        folders: list[_Job] = []
        readable: list[_Job] = []
        for number, entry in enumerate(entries, 1):
            if number % _AT_A_STRETCH == 0:
                await asyncio.sleep(0)
            inside = paths.join(path, entry.name)
            if entry.is_directory:
                if inside != self._ours:
                    folders.append(_Job(inside))
            else:
                search.files += 1
            if not search.names.matches(self._below_start(inside)):
                continue
            if not search.is_for_text:
                self._found_name(inside, entry)
            elif entry.is_regular:
                if entry.size_bytes <= self._limits.file_bytes and looks_like_text(entry.mimetype):
                    readable.append(_Job(inside, entry))
                else:
                    search.passed_over += 1
        # Files on top of the stack, so that it stays small.
        self._jobs += [*reversed(folders), *readable]
        self._spawn()

    def _found_name(self, path: str, entry: FileEntry) -> None:
        only = self._search.query.only
        if (only is EntryFilter.FILES and entry.is_directory) or (
            only is EntryFilter.FOLDERS and not entry.is_directory
        ):
            return
        if self._search.ended is None:
            self._add(SearchMatch(path, entry))
            if len(self._search.matches) >= self._limits.matches:
                self._stop(SearchEnd.ENOUGH)

    async def _search_file(self, path: str, entry: FileEntry) -> None:
        search, wanted = self._search, self._search.query.text or ""
        if self._reads >= self._limits.files_read:
            # The others finish their files, so that the lines of each counted file are in the result.
            self._read_limit_reached = True
            return
        self._reads += 1
        content = await self._panel.files.read(self._uuid, path)
        search.read += 1
        if not is_text(content):
            search.passed_over += 1
            return
        lines, has_more = await self._processes.run_linear(
            len(content), lines_with, content, wanted, self._limits.lines_per_file, self._hidden
        )
        if not lines or search.ended is not None:
            return
        search.lines += len(lines)
        self._add(SearchMatch(path, entry, tuple(lines), has_more))
        if search.lines >= self._limits.matches:
            self._stop(SearchEnd.ENOUGH)

    def _add(self, match: SearchMatch) -> None:
        if not self._search.matches:
            self._news.set()
        self._search.matches.append(match)

    def _below_start(self, path: str) -> str:
        return path if self._start == "/" else path[len(self._start) :]

    def _pause_s(self) -> float | None:
        """Return how long the budget's background lane is closed."""
        budget = self._panel.budget
        if budget.limit is None or budget.remaining is None:
            return None
        return budget.resets_in_s if budget.remaining <= math.ceil(budget.limit * RESERVE) else None
