"""Lines that one person follows while they come: those to show next, and all recent ones for a file."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass

from bot.domain.address_masking import mask_addresses
from bot.panel.errors import PanelError

MOST_KEPT_BYTES = 2 * 1024 * 1024
"""What one feed keeps for "Save as file", and as much of it may wait to be shown."""
MOST_WAITING = 400
"""Lines that wait to be shown; a message holds some 100 short ones."""
_LINE_BYTES = 16
"""Beside the text itself, which Python stores with some 50 bytes of its own."""


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Lines to show, the oldest first, and how many before them were skipped."""

    lines: tuple[str, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class SavedLines:
    """All lines that are kept, and how many older ones are not."""

    lines: tuple[str, ...]
    dropped: int


class LineFeed(ABC):
    """Reads lines for one person. `run` reads until it can't go on; everything else returns at once."""

    opens_within_s = 10.0
    """How long the first lines may take."""

    def __init__(self, *, hides_addresses: bool) -> None:
        """`hides_addresses`: take players' network addresses out of the lines, too."""
        self.hides_addresses = hides_addresses
        self.search = ""
        """Only lines that hold this are shown; upper and lower case are the same."""
        self.is_open = asyncio.Event()
        """Set once the recent lines were read."""
        self._kept: deque[str] = deque()
        self._kept_bytes = 0
        self._dropped = 0
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._skipped = 0

    @abstractmethod
    async def run(self) -> None:
        """Read until that isn't possible any more; raises the QuetzalError that says why."""

    @abstractmethod
    def status(self) -> tuple[str, ...]:
        """Say how things are, in a few words each."""

    @abstractmethod
    def too_slow(self) -> PanelError:
        """Make the error for first lines that took too long."""

    def take(self) -> LineBatch:
        """Take what is to be shown now."""
        batch = LineBatch(tuple(self._waiting), self._skipped)
        self._waiting.clear()
        self._waiting_bytes = self._skipped = 0
        return batch

    def put_back(self, batch: LineBatch) -> None:
        """Show a batch later that could not be shown now."""
        self._waiting.extendleft(reversed(batch.lines))
        self._waiting_bytes += sum(map(_size, batch.lines))
        self._skipped += batch.skipped
        self._bound_waiting()

    def saved(self) -> SavedLines:
        """Give all that is kept, whatever the filter."""
        return SavedLines(tuple(self._kept), self._dropped)

    def show(self, line: str) -> None:
        """Keep a line and show it, when it passes the filter."""
        if self.hides_addresses:
            line = mask_addresses(line)
        self._kept.append(line)
        self._kept_bytes += _size(line)
        while self._kept_bytes > MOST_KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= _size(self._kept.popleft())
            self._dropped += 1
        if self.search.casefold() in line.casefold():
            self._waiting.append(line)
            self._waiting_bytes += _size(line)
            self._bound_waiting()

    def skip(self, count: int) -> None:
        """Count lines that came faster than they were read, which no file has either."""
        self._dropped += count
        self._skipped += count

    def _bound_waiting(self) -> None:
        while len(self._waiting) > 1 and (
            len(self._waiting) > MOST_WAITING or self._waiting_bytes > MOST_KEPT_BYTES
        ):
            self._waiting_bytes -= _size(self._waiting.popleft())
            self._skipped += 1


def _size(line: str) -> int:
    return _LINE_BYTES + line.__sizeof__()
