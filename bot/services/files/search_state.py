"""The query and the progress of a search in a server's files."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.errors import QuetzalError
from bot.domain.file_search import (
    EntryFilter,
    MatchedLine,
    NamePattern,
    SearchEnd,
)
from bot.panel.models import FileEntry


@dataclass(frozen=True, slots=True)
class SearchMatch:
    """A match: in a search for text with its first lines."""

    path: str
    entry: FileEntry
    lines: tuple[MatchedLine, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to search for: names that match, or (`text`) text inside files whose names match."""

    start: str = "/"
    pattern: str = "*"
    only: EntryFilter = EntryFilter.ANYTHING
    text: str | None = None


class Search:
    """A search and its results, which grow while it runs."""

    def __init__(self, query: SearchQuery) -> None:
        """Raise BadInput for an invalid pattern."""
        self.query = query
        self.names = NamePattern(query.pattern)
        self.matches: list[SearchMatch] = []
        self.folders = 0
        self.files = 0
        self.read = 0
        self.passed_over = 0
        """Binary files, and files that are too large."""
        self.unreadable: list[str] = []
        """The first few; `unreadable_count` counts all."""
        self.unreadable_count = 0
        self.lines = 0
        self.took_s = 0.0
        self.pause_s: float | None = None
        """How long the rate budget makes it wait; None while it runs."""
        self.ended: SearchEnd | None = None
        self.cause: QuetzalError | None = None
        """The error that ended it."""
        self.cancelled = asyncio.Event()

    def cancel(self) -> None:
        """Cancel it; its matches are kept."""
        self.cancelled.set()

    @property
    def is_for_text(self) -> bool:
        """Whether it searches file contents."""
        return self.query.text is not None


SearchProgress = Callable[[Search], Awaitable[None]]
"""Called with its progress: at the first match, then every two seconds, after a minute every ten."""
