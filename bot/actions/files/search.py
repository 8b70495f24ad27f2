"""Search a server's files: names over the whole tree, or a text inside the files.

A few workers share a stack of folders to list and files to read, in the background lane of the panel's rate
budget, so that people's own commands go first. Depth first: the stack stays small however wide the tree is.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.actions.access import Permit
from bot.actions.clock import Clock
from bot.actions.files.looking import find
from bot.domain import files
from bot.domain.saved import TrashRules
from bot.domain.search import Ended, Limits, Line, Names, Only, is_text, lines_with, looks_like_text
from bot.errors import BadInput, QuetzalError
from bot.panel import Lane
from bot.panel.budget import RESERVE
from bot.panel.errors import (
    BrokenAnswer,
    FileMissing,
    FileTooLarge,
    NodeDown,
    NodeFault,
    NodeRefused,
    PanelError,
    PanelFault,
    PanelTimedOut,
)
from bot.panel.models import FileEntry

WORKERS = 16
"""Of the client's 24 connections, so that people always find a free one."""
TOLD_EVERY_S = 2.0
_GIVES_UP_AFTER = 5
"""So many failures in a row are a machine that is down, not a folder that is slow to list."""
_NAMED = 5
_SHAKY = (NodeDown, PanelTimedOut, PanelFault)
_OF_ONE_PATH = (NodeRefused, NodeFault, FileTooLarge, BrokenAnswer)


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: in a search for text with the lines, of which there may be more."""

    path: str
    entry: FileEntry
    lines: tuple[Line, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: names that match, or (`text`) what is inside of files whose names match."""

    start: str = "/"
    pattern: str = "*"
    only: Only = Only.ANYTHING
    text: str | None = None


class Search:
    """One search. Whoever looks at it while it runs sees it grow."""

    def __init__(self, query: Query) -> None:
        """Raise BadInput for a pattern that is none."""
        self.query = query
        self.names = Names(query.pattern)
        self.found: list[Found] = []
        self.folders = 0
        self.files = 0
        self.read = 0
        self.passed_over = 0
        """Files that hold no text, or are too large."""
        self.unreadable: list[str] = []
        """The first few; `unreadable_count` counts all."""
        self.unreadable_count = 0
        self.lines = 0
        self.took_s = 0.0
        self.pause_s: float | None = None
        """So long the rate budget lets it wait; None while it goes on."""
        self.ended: Ended | None = None
        self.cause: QuetzalError | None = None
        """What broke it."""
        self.cancelled = asyncio.Event()

    def cancel(self) -> None:
        """End it; what was found is kept."""
        self.cancelled.set()

    @property
    def is_for_text(self) -> bool:
        """Whether it looks into files."""
        return self.query.text is not None


Told = Callable[[Search], Awaitable[None]]
"""Told how it goes: at once when something is found, then every two seconds."""


class SearchAction:
    """Searches; changes nothing."""

    def __init__(
        self, rules: TrashRules, clock: Clock, limits: Limits | None = None, workers: int = WORKERS
    ) -> None:
        self.rules = rules
        self.clock = clock
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
        await _Crew(self, permit, search).run(start, entry, told)


@dataclass(frozen=True, slots=True)
class _Job:
    """A folder to list, or a file to read."""

    path: str
    entry: FileEntry | None = None


class _Crew:
    def __init__(self, action: SearchAction, permit: Permit, search: Search) -> None:
        self._panel = permit.panel.on(Lane.BACKGROUND)
        self._uuid = permit.uuid
        self._search = search
        self._ours = action.rules.directory
        self._clock = action.clock
        self._limits = action.limits
        self._size = action.workers
        self._start = "/"
        self._jobs: list[_Job] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._busy = 0
        self._shaky_in_a_row = 0
        self._reads = 0
        self._defect: BaseException | None = None

    async def run(self, start: str, entry: FileEntry | None, told: Told) -> None:
        """Do it all, telling how it goes; nothing is left running."""
        self._start = start
        began = self._clock.monotonic()
        self._jobs.append(_Job(start, entry if entry is not None and not entry.is_directory else None))
        stopping = asyncio.create_task(self._stop_when_cancelled(), name="search: cancel")
        try:
            self._hire()
            told_at = -math.inf
            while self._tasks:
                await self._news_or_pause()
                now = self._clock.monotonic()
                self._search.took_s = now - began
                self._search.pause_s = self._pause_s()
                is_first = math.isinf(told_at) and bool(self._search.found)
                if self._tasks and (is_first or now - max(told_at, began) >= TOLD_EVERY_S):
                    told_at = now
                    await told(self._search)
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
            self._search.ended = Ended.COMPLETE
        self._search.found.sort(key=lambda one: one.path.casefold())

    async def _news_or_pause(self) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            await self._clock.outside(self._news.wait(), limit_s=TOLD_EVERY_S)

    async def _stop_when_cancelled(self) -> None:
        await self._clock.outside(self._search.cancelled.wait())
        self._end(Ended.CANCELLED)

    def _hire(self) -> None:
        """See that as many work as there is work for."""
        while self._search.ended is None and len(self._tasks) < min(self._size, self._busy + len(self._jobs)):
            task = asyncio.create_task(self._work(), name=f"search in {self._uuid}")
            self._tasks.add(task)
            task.add_done_callback(self._leave)

    def _leave(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (defect := task.exception()) is not None:
            self._defect = self._defect or defect
            self._end(Ended.BROKEN)
        if not self._tasks:
            self._news.set()

    def _end(self, why: Ended) -> None:
        """Send everybody home; the first reason counts."""
        if self._search.ended is not None:
            return
        self._search.ended = why
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        self._news.set()

    async def _work(self) -> None:
        while self._jobs and self._search.ended is None:
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
                await self._look_into(job.path, job.entry)
        except PanelError as error:
            self._failed(job.path, error)
        else:
            self._shaky_in_a_row = 0

    def _failed(self, path: str, error: PanelError) -> None:
        """Pass over what cannot be read; end what has no future."""
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
        self._end(Ended.BROKEN)

    async def _list(self, path: str) -> None:
        entries = await self._panel.files.list(self._uuid, path, once=True)
        search = self._search
        search.folders += 1
        folders: list[_Job] = []
        readable: list[_Job] = []
        for entry in entries:
            inside = files.join(path, entry.name)
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
        # Files on top of the stack: what waits stays small.
        self._jobs += [*reversed(folders), *readable]
        self._hire()

    def _found_name(self, path: str, entry: FileEntry) -> None:
        only = self._search.query.only
        if (only is Only.FILES and entry.is_directory) or (only is Only.FOLDERS and not entry.is_directory):
            return
        if self._search.ended is None:
            self._add(Found(path, entry))
            if len(self._search.found) >= self._limits.found:
                self._end(Ended.ENOUGH)

    async def _look_into(self, path: str, entry: FileEntry) -> None:
        search, wanted = self._search, self._search.query.text or ""
        if self._reads >= self._limits.files_read:
            self._end(Ended.READ_ENOUGH)
            return
        self._reads += 1
        content = await self._panel.files.read(self._uuid, path)
        search.read += 1
        if not is_text(content):
            search.passed_over += 1
            return
        lines, has_more = lines_with(content, wanted, self._limits.lines_per_file)
        if not lines or search.ended is not None:
            return
        search.lines += len(lines)
        self._add(Found(path, entry, tuple(lines), has_more))
        if search.lines >= self._limits.found:
            self._end(Ended.ENOUGH)

    def _add(self, found: Found) -> None:
        if not self._search.found:
            self._news.set()
        self._search.found.append(found)

    def _below_start(self, path: str) -> str:
        return path if self._start == "/" else path[len(self._start) :]

    def _pause_s(self) -> float | None:
        """Tell how long the budget's background lane is shut."""
        budget = self._panel.budget
        if budget.limit is None or budget.remaining is None:
            return None
        return budget.resets_in_s if budget.remaining <= math.ceil(budget.limit * RESERVE) else None
