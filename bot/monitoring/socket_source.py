"""The fastest source: a live connection to each server reports changes at once."""

import asyncio
import logging
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.core.secret_masking import is_start_command
from bot.core.supervisor import Pulse
from bot.domain.observation import Limits, Observation, ServerKey, Source, known_cpu
from bot.domain.process_console import ProcessConsole
from bot.domain.process_end import ProcessEnd
from bot.monitoring.sources import SourceReports
from bot.monitoring.stream import SAMPLE_S
from bot.panel import Lane, PanelClient
from bot.panel.errors import PanelError, PermissionMissing, TokenRefused
from bot.panel.events import ConsoleLine, Event, JwtError, Stats, Status
from bot.panel.models import PowerState, Server
from bot.services.servers import ConsoleMask

log = logging.getLogger(__name__)

SILENT_S = 30.0
"""A running server reports its usage each second; without a report for so long, it counts as silent."""
CHECK_S = 5.0
SETTLE_S = 1.0
"""An end without further reports for so long is no crash; the node reports one within 0.1 s."""
CRASH_SETTLE_S = 0.01
"""A node reports all of a crash at once: exit code, memory, and whether it gives up."""
LEARN_S = 0.5
_UP = (PowerState.STARTING, PowerState.RUNNING, PowerState.STOPPING)
_SAME_PROCESS = {
    PowerState.RUNNING: (PowerState.STARTING,),
    PowerState.STOPPING: (PowerState.STARTING, PowerState.RUNNING),
}
"""The states that a process had before, so that its usage and age are known."""


class SocketSource:
    """Observes servers by live connections, which are shared with consoles that follow them."""

    kind = Source.SOCKET

    def __init__(self, panel: PanelClient, clock: Clock) -> None:
        self._panel = panel.on(Lane.BACKGROUND)
        self._hub = panel.sockets.hub
        self._clock = clock
        self._wanted: tuple[Server, ...] = ()
        self._watched: dict[str, _Watched] = {}
        self._reports: SourceReports | None = None

    def refusal(self, server: Server) -> str | None:
        """Return None: whether the key may open a connection only shows when it is opened."""
        return None

    def observe(self, servers: Sequence[Server]) -> None:
        """Open connections to these servers gradually, and close the others."""
        self._wanted = tuple(servers)
        if self._reports is not None:
            self._share(self._reports)

    async def run(self, reports: SourceReports, pulse: Pulse) -> None:
        """Check every few seconds which servers are silent, and report unchanged ones again."""
        self._reports = reports
        self._share(reports)
        try:
            while True:
                await self._clock.sleep(CHECK_S)
                now_s = self._clock.monotonic()
                for watched in self._watched.values():
                    watched.check(now_s)
                pulse.beat()
        finally:
            self._reports = None
            for uuid in [*self._watched]:
                self._leave(uuid)

    def _share(self, reports: SourceReports) -> None:
        servers = {server.uuid: server for server in self._wanted}
        for uuid in self._watched.keys() - servers.keys():
            self._leave(uuid)
        for place, (uuid, server) in enumerate(servers.items()):
            known = self._watched.get(uuid)
            if known is not None:
                known.update(server)
                continue
            self._panel.secrets.note_server(server)
            watched = self._watched[uuid] = _Watched(self._panel, server, reports, self._clock)
            self._hub.listen(uuid, watched, priority=place)

    def _leave(self, uuid: str) -> None:
        self._watched.pop(uuid).close()
        self._hub.unlisten(uuid)


class _Watched:
    """Turns the events of one server into observations. Its methods return at once."""

    def __init__(self, panel: PanelClient, server: Server, reports: SourceReports, clock: Clock) -> None:
        self.update(server)
        self._panel = panel
        self._reports = reports
        self._clock = clock
        self._key = ServerKey(panel.config.id, server.uuid)
        self._mask = ConsoleMask(panel.on(Lane.URGENT), server.uuid)
        self._console = ProcessConsole()
        self._last: Observation | None = None
        self._ended: Observation | None = None
        self._running: Observation | None = None
        self._said_s = clock.monotonic()
        self._heard_s = clock.monotonic()
        self._asked_s = -math.inf
        self._is_heard = False
        self._settling: asyncio.Task[None] | None = None
        self._settles_crash = False
        self._learning: asyncio.Task[None] | None = None

    def update(self, server: Server) -> None:
        """Use what the panel says of the server from now on."""
        limits = server.limits
        self.server = server
        self._limits = Limits(limits.memory_bytes, limits.cpu_limit_percent, limits.disk_bytes)

    def heard(self, event: Event) -> None:
        """Process an event of the live connection."""
        self._heard_s = self._clock.monotonic()
        match event:
            case Stats():
                self._changed(event.state, event)
            case Status(state=state):
                self._changed(state, None)
            case ConsoleLine(text=text):
                if self._console.said(text) and is_start_command(text, self.server.invocation):
                    self._mask(text)  # learns the secrets in it
                self._report_end()
                self._settle_soon()
            case JwtError():
                self._failed("its token ran out, and there is no new one yet")

    def lost(self, error: PanelError) -> None:
        """Note that the live connection is lost."""
        self._report_end(at_once=True)
        self._console.lost()
        self._last = self._running = None
        self._failed(_reason(error))

    def check(self, now_s: float) -> None:
        """Detect that a server is silent, and repeat the observation of one without changes."""
        last = self._last
        if last is None or not self._is_heard:
            return
        is_up = last.state in _UP
        if is_up or self._asked_s > self._heard_s:
            if now_s - (self._heard_s if is_up else self._asked_s) >= SILENT_S:
                self._panel.sockets.hub.reconnect(self.server.uuid, "silent")
                self._failed(f"silent for {SILENT_S:.0f} s")
        elif now_s - self._said_s >= SAMPLE_S and self._ended is None:
            self._asked_s = now_s
            self._panel.sockets.hub.ask_stats(self.server.uuid)

    def close(self) -> None:
        """Cancel pending work."""
        for task in (self._settling, self._learning):
            if task is not None:
                task.cancel()

    # --- what it says ---

    def _changed(self, state: PowerState, stats: Stats | None) -> None:
        now, last = self._clock.now(), self._last
        self._console.changed(state, now)
        self._report_end()
        seen = self._observation(state, stats, now, last)
        if stats is None and state is PowerState.RUNNING:
            self._running = seen  # its usage, which says the same, follows within a second
            return
        running, self._running = self._running, None
        if running is not None and state is not PowerState.RUNNING:
            self._observed(running)
        if self._console.is_ending:  # the node is about to say why
            self._ended = self._ended or seen
            self._last = seen
            self._settle_soon()
            return
        self._observed(seen)

    def _observation(
        self, state: PowerState, stats: Stats | None, now: datetime, last: Observation | None
    ) -> Observation:
        if stats is not None:
            return Observation(
                self._key,
                now,
                state,
                stats.memory_bytes,
                known_cpu(state, stats.cpu_absolute_percent),
                stats.disk_bytes,
                stats.network_rx_bytes,
                stats.network_tx_bytes,
                stats.uptime_ms,
                Source.SOCKET,
                self._limits,
            )
        if last is not None and last.uptime_ms and last.state in _SAME_PROCESS.get(state, ()):
            uptime_ms = last.uptime_ms + int((now - last.at) / timedelta(milliseconds=1))
            return replace(last, at=now, state=state, uptime_ms=uptime_ms, limits=self._limits)
        disk_bytes = last.disk_bytes if last is not None else 0
        return Observation(self._key, now, state, 0, 0.0, disk_bytes, 0, 0, 0, Source.SOCKET, self._limits)

    def _settle_soon(self) -> None:
        """Report the end of a process in a moment, sooner when the node has reported a crash."""
        if not self._console.is_ending:
            return
        is_crash = self._console.is_crash
        if self._settling is not None and not self._settling.done():
            if self._settles_crash or not is_crash:
                return
            self._settling.cancel()
        self._settles_crash = is_crash
        self._settling = asyncio.create_task(
            self._settle(CRASH_SETTLE_S if is_crash else SETTLE_S),
            name=f"observation of the end of {self.server.uuid}",
        )

    async def _settle(self, pause_s: float) -> None:
        """Wait a moment for the node to report how the process ended, and learn its secrets meanwhile."""
        began_s = self._clock.monotonic()
        if self._console.has_lines:
            if self._learning is None or self._learning.done():
                self._learning = asyncio.create_task(
                    self._mask.learn(), name=f"start command of {self.server.uuid}"
                )
            try:
                await self._clock.timeout(LEARN_S, asyncio.shield(self._learning))
            except TimeoutError:
                log.debug("the start command of %s could not be read in time", self.server.uuid)
        await self._clock.sleep(max(0.0, pause_s - (self._clock.monotonic() - began_s)))
        self._report_end(at_once=True)

    def _report_end(self, *, at_once: bool = False) -> None:
        """Report the end of a process once the node reported how; `at_once`: with what is known now."""
        if not (self._console.has_end or (at_once and self._console.is_ending)):
            return
        ended, self._ended = self._ended or self._last, None
        end = self._console.take_end(self._mask)
        if ended is not None and end is not None:
            self._observed(ended, end)

    def _observed(self, seen: Observation, end: ProcessEnd | None = None) -> None:
        self._last = seen
        self._is_heard = True
        self._said_s = self._clock.monotonic()
        self._reports.observed(self.server, seen, end)

    def _failed(self, why: str) -> None:
        self._is_heard = False
        self._reports.failed(Source.SOCKET, self.server.uuid, why)


def _reason(error: PanelError) -> str:
    """Describe in a few words why there is no live connection."""
    if isinstance(error, PermissionMissing):
        return "the key lacks websocket.connect"
    if isinstance(error, TokenRefused):
        return "the node refuses its token"
    return error.happened.rstrip(".")
