"""The lines of one live console: recent lines first, then each line as it is printed, without secrets."""

import logging
from collections import Counter, deque

from typing_extensions import override

from bot.core.clock import Clock
from bot.core.i18n import N_, _
from bot.core.terminal_codes import without_terminal_codes
from bot.panel import PanelClient
from bot.panel.errors import NotFound, PanelError, SocketSilent
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
from bot.services.line_feed import LineFeed
from bot.services.servers.console_mask import ConsoleMask
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

HISTORY_LINES = 200
_HISTORY_QUIET_S, _HISTORY_S = 0.5, 3.0
LOST = N_("[Quetzal] The connection to the node was lost for a while. Lines may be missing here.")
NO_HISTORY = N_("[Quetzal] The node did not send the earlier lines.")


class ConsoleFeed(LineFeed):
    """Reads one server's console for one person, on the shared connection."""

    def __init__(
        self, panel: PanelClient, uuid: str, clock: Clock, workers: WorkerPool, *, hides_addresses: bool
    ) -> None:
        super().__init__(hides_addresses=hides_addresses)
        self.state: PowerState | None = None
        self._panel = panel
        self._uuid = uuid
        self._clock = clock
        self._workers = workers
        self._mask = ConsoleMask(panel, uuid)
        self._live: SocketFollower | None = None
        self._socket_dropped = 0

    @override
    def status(self) -> tuple[str, ...]:
        """Say the server's state, and whether the node is connected."""
        is_live = self._live is not None and self._live.is_live
        return (
            self.state.text if self.state is not None else _("state not known"),
            _("live") if is_live else _("⚠️ connection to the node lost, reconnecting"),
        )

    @override
    def too_slow(self) -> PanelError:
        return SocketSilent(detail="the console did not open in time")

    @override
    async def run(self) -> None:
        """Read until the server is deleted; raises PanelError when the connection can't be restored."""
        await self._mask.learn()
        async with self._panel.sockets.follow(self._uuid, reconnect=True) as live:
            self._live = live
            for line in await self._recent_lines():
                await self._print(line)
            self.is_open.set()
            async for event in live:
                self._note_dropped(live.dropped)
                await self._read_event(event)
        raise NotFound(detail="the server was deleted")

    async def _recent_lines(self) -> list[str]:
        """Read earlier lines, without those that came on the shared connection meanwhile.

        A request on the shared connection would repeat old lines for everybody, so a separate connection is
        opened for a moment.
        """
        try:
            lines = await read_recent_lines(self._panel, self._uuid, self._clock)
        except PanelError as error:
            log.debug("no earlier lines of %s: %s", self._uuid, error)
            return [_(NO_HISTORY)]
        live = self._live
        if live is None:
            return lines
        live_lines = Counter(event.text for event in live.waiting() if isinstance(event, ConsoleLine))
        # A line printed before the node replies comes twice on that connection: live, and as history.
        left = {line: 2 * count for line, count in live_lines.items()}
        kept: list[str] = []
        for line in reversed(lines):
            if left.get(line, 0):
                left[line] -= 1
            else:
                kept.append(line)
        return kept[::-1]

    async def _read_event(self, event: Event) -> None:
        match event:
            case Status(state=state):
                if self.state not in (None, state):
                    self.show(_("[Quetzal] The server is now {state}.", state=state.text))
                self.state = state
            case Stats(state=state):
                self.state = state
            case Reconnected():
                self.show(_(LOST))
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
                self.show(line)

    def _note_dropped(self, dropped: int) -> None:
        new, self._socket_dropped = dropped - self._socket_dropped, dropped
        self.skip(new)


async def read_recent_lines(panel: PanelClient, uuid: str, clock: Clock) -> list[str]:
    """Request the last lines of the console from the node. None come while the server is offline.

    The node doesn't mark their end, so this reads until nothing came for half a second.
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
