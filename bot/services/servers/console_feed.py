"""What one live console shows: the recent lines first, then each line as it is printed, without secrets."""

import asyncio
import logging
from collections import Counter, deque
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.terminal_codes import without_terminal_codes
from bot.domain.address_masking import mask_addresses
from bot.panel import PanelClient
from bot.panel.errors import NotFound, PanelError
from bot.panel.events import (
    ConsoleLine,
    DaemonError,
    DaemonMessage,
    Event,
    InstallEvent,
    Reconnected,
    Stats,
    Status,
)
from bot.panel.models import PowerState
from bot.panel.socket_follower import SocketFollower
from bot.services.servers.console_mask import ConsoleMask
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

MOST_KEPT_BYTES = 2 * 1024 * 1024
"""What one console keeps for "Save as file", and as much of it may wait to be shown."""
MOST_WAITING = 400
"""Lines that wait to be shown; a message holds some 100 short ones."""
HISTORY_LINES = 200
_HISTORY_QUIET_S, _HISTORY_S = 0.5, 3.0
_LINE_BYTES = 16
"""Beside the text itself, which Python stores with some 50 bytes of its own."""
LOST = "[Quetzal] The connection to the node was lost for a while. Lines may be missing here."
NO_HISTORY = "[Quetzal] The node did not send the earlier lines."


@dataclass(frozen=True, slots=True)
class ConsoleBatch:
    """Lines to show, the oldest first, and how many before them were skipped."""

    lines: tuple[str, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class SavedConsole:
    """All lines that are kept, and how many older ones are not."""

    lines: tuple[str, ...]
    dropped: int


class ConsoleFeed:
    """Reads one server's console for one person, on the connection that everybody shares.

    `run` reads until the connection is lost for good; everything else returns at once.
    """

    def __init__(
        self, panel: PanelClient, uuid: str, clock: Clock, workers: WorkerPool, *, hides_addresses: bool
    ) -> None:
        """`hides_addresses`: take players' network addresses out of the lines, too."""
        self.hides_addresses = hides_addresses
        self.state: PowerState | None = None
        self.search = ""
        """Only lines that hold this are shown; upper and lower case are the same."""
        self.is_open = asyncio.Event()
        """Set once there is a connection and the recent lines were read."""
        self._panel = panel
        self._uuid = uuid
        self._clock = clock
        self._workers = workers
        self._mask = ConsoleMask(panel, uuid)
        self._live: SocketFollower | None = None
        self._kept: deque[str] = deque()
        self._kept_bytes = 0
        self._dropped = 0
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._skipped = 0
        self._socket_dropped = 0

    @property
    def is_live(self) -> bool:
        """Whether the node is connected now."""
        return self._live is not None and self._live.is_live

    def take(self) -> ConsoleBatch:
        """Take what is to be shown now."""
        batch = ConsoleBatch(tuple(self._waiting), self._skipped)
        self._waiting.clear()
        self._waiting_bytes = self._skipped = 0
        return batch

    def put_back(self, batch: ConsoleBatch) -> None:
        """Show a batch later that could not be shown now."""
        self._waiting.extendleft(reversed(batch.lines))
        self._waiting_bytes += sum(map(_size, batch.lines))
        self._skipped += batch.skipped
        self._bound_waiting()

    def saved(self) -> SavedConsole:
        """Give all that is kept, whatever the filter."""
        return SavedConsole(tuple(self._kept), self._dropped)

    async def run(self) -> None:
        """Read until the server is deleted; raises PanelError when the connection is lost for good."""
        await self._mask.learn()
        async with self._panel.sockets.follow(self._uuid, reconnect=True) as live:
            self._live = live
            for line in await self._recent_lines():
                await self._print(line)
            self.is_open.set()
            async for event in live:
                self._note_dropped(live.dropped)
                await self._take(event)
        raise NotFound(detail="the server was deleted")

    async def _recent_lines(self) -> list[str]:
        """Read what was printed before, less what has come on the shared connection meanwhile.

        Whoever asks on the shared connection makes everybody hear the old lines again, so a connection of
        its own asks, for a moment.
        """
        try:
            lines = await read_recent_lines(self._panel, self._uuid, self._clock)
        except PanelError as error:
            log.debug("no earlier lines of %s: %s", self._uuid, error)
            return [NO_HISTORY]
        live = self._live
        if live is None:
            return lines
        repeated = Counter(event.text for event in live.waiting() if isinstance(event, ConsoleLine))
        kept: list[str] = []
        for line in reversed(lines):
            if repeated[line]:
                repeated[line] -= 1
            else:
                kept.append(line)
        return kept[::-1]

    async def _take(self, event: Event) -> None:
        match event:
            case Status(state=state):
                if self.state not in (None, state):
                    self._show(f"[Quetzal] The server is now {state.value}.")
                self.state = state
            case Stats(state=state):
                self.state = state
            case Reconnected():
                self._show(LOST)
            case ConsoleLine(text=text) | DaemonMessage(text=text) | DaemonError(text=text):
                await self._print(text)
            case InstallEvent(kind="output", text=text):
                await self._print(text)

    async def _print(self, text: str) -> None:
        masked = await self._mask.whole(text, self._workers)
        if masked is None:
            return
        for line in without_terminal_codes(masked).replace("\r", "\n").split("\n"):
            if line.strip() or "\n" not in masked:
                self._show(mask_addresses(line) if self.hides_addresses else line)

    def _show(self, line: str) -> None:
        self._kept.append(line)
        self._kept_bytes += _size(line)
        while self._kept_bytes > MOST_KEPT_BYTES and len(self._kept) > 1:
            self._kept_bytes -= _size(self._kept.popleft())
            self._dropped += 1
        if self.search.casefold() in line.casefold():
            self._waiting.append(line)
            self._waiting_bytes += _size(line)
            self._bound_waiting()

    def _bound_waiting(self) -> None:
        while len(self._waiting) > 1 and (
            len(self._waiting) > MOST_WAITING or self._waiting_bytes > MOST_KEPT_BYTES
        ):
            self._waiting_bytes -= _size(self._waiting.popleft())
            self._skipped += 1

    def _note_dropped(self, dropped: int) -> None:
        """Count what came faster than it was read, which no file has either."""
        new, self._socket_dropped = dropped - self._socket_dropped, dropped
        self._dropped += new
        self._skipped += new


def _size(line: str) -> int:
    return _LINE_BYTES + line.__sizeof__()


async def read_recent_lines(panel: PanelClient, uuid: str, clock: Clock) -> list[str]:
    """Ask the node for the last lines of the console. None come while the server is offline.

    The node does not say where they end, so this reads until nothing came for half a second.
    """
    lines: deque[str] = deque(maxlen=HISTORY_LINES)
    end = clock.monotonic() + _HISTORY_S
    async with panel.sockets.open(uuid) as socket:
        await socket.ask_logs()
        events = aiter(socket)
        while clock.monotonic() < end and len(lines) < HISTORY_LINES:
            try:
                event = await clock.wait_external(anext(events), limit_s=_HISTORY_QUIET_S)
            except (TimeoutError, StopAsyncIteration):
                break
            if isinstance(event, ConsoleLine):
                lines.append(event.text)
    return list(lines)
