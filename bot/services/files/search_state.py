"""What is asked of a search in a server's files, and how far it is."""

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
    """Something found: in a search for text with the lines, of which there may be more."""

    path: str
    entry: FileEntry
    lines: tuple[MatchedLine, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for: names that match, or (`text`) what is inside of files whose names match."""

    start: str = "/"
    pattern: str = "*"
    only: EntryFilter = EntryFilter.ANYTHING
    text: str | None = None


class Search:
    """One search. Whoever looks at it while it runs sees it grow."""

    def __init__(self, query: SearchQuery) -> None:
        """Raise BadInput for a pattern that is none."""
        self.query = query
        self.names = NamePattern(query.pattern)
        self.matches: list[SearchMatch] = []
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
        self.ended: SearchEnd | None = None
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


SearchProgress = Callable[[Search], Awaitable[None]]
"""Told how it goes: at once when something is found, then every two seconds, after a minute every ten."""
