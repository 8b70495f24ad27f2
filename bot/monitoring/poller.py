"""Polls the servers that no live source observes, and records whether panel and nodes are reachable."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.defect_log import DefectLog
from bot.core.detached_task import cancel_all
from bot.domain.target import Target
from bot.monitoring.batch import CheckBatch
from bot.monitoring.probe import Prober
from bot.monitoring.schedule import PollSchedule
from bot.monitoring.sources import SourceOverview
from bot.monitoring.stream import ObservationStream
from bot.panel import PanelClient
from bot.panel.availability import unavailable_reason
from bot.panel.budget import RESERVE
from bot.panel.models import Server
from bot.services.servers import ServerDirectory

log = logging.getLogger(__name__)

SLICE_S = 4.0
"""How long checks are collected before they are passed on together."""
CONCURRENT_POLLS = 16
"""Requests under way; a third of what the client sends at once (24) is left to people."""
CONCURRENT_POLLS_PER_NODE = 12
"""A node that doesn't respond (the panel waits 15 s) must not use all of them."""
_GRACE_S = 0.5
_BUSY_PAUSE_S = 1.0
_MAX_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How servers are observed. `polled` counts those that are polled; `late_s`: how long the next waits."""

    servers: int
    polled: int
    wanted_s: float
    interval_s: float
    late_s: float
    nodes_down: tuple[str, ...]
    overview: SourceOverview


class Poller:
    """Polls the servers that no live source observes, evenly spread, in the background lane.

    Iterate over `batches` to poll; `status` says how it is going.
    """

    def __init__(
        self,
        panel: PanelClient,
        directory: ServerDirectory,
        stream: ObservationStream,
        clock: Clock,
        *,
        every_s: float,
    ) -> None:
        self._panel = panel
        self._panel_id = panel.config.id
        self._directory = directory
        self._stream = stream
        self._router = stream.router
        self._reachability = stream.reachability
        self._clock = clock
        self._schedule = PollSchedule(self._panel_id, every_s)
        self._prober = Prober(panel, stream, clock)
        self._router.on_uncovered(self._poll_now)
        self._targets: tuple[Target, ...] | None = None
        self._servers: dict[str, Server] = {}
        self._servers_on: dict[str, tuple[Server, ...]] = {}
        self._ready: deque[Server] = deque()
        self._held: dict[str, deque[Server]] = {}
        self._under_way: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun = False
        self._quiet = asyncio.Event()
        self._defects = DefectLog(log, "a poll failed")
        self._cut_s = clock.monotonic()
        self._was_panel_down = False

    @property
    def status(self) -> SourceStatus:
        """Whether polling keeps up with its schedule."""
        return SourceStatus(
            len(self._servers),
            self._schedule.servers,
            self._schedule.wanted_s,
            self._schedule.interval_s,
            self._schedule.late_s(self._clock.monotonic()),
            self._reachability.nodes_down,
            self._router.overview(),
        )

    async def batches(self) -> AsyncGenerator[CheckBatch, None]:
        """Poll forever."""
        try:
            while True:
                self._renew_list()
                self._stream.run_due()
                if self._router.needs_assignment:
                    self._router.assign()
                self._enqueue_due()
                self._launch()
                if self._begun:  # most responses come at once; hanging requests aren't waited for again
                    self._begun = False
                    with suppress(TimeoutError):
                        await self._clock.timeout(_GRACE_S, self._quiet.wait())
                batch = self._flush()
                if batch is not None:
                    yield batch
                await self._clock.sleep(self._pause_s())
        finally:
            await cancel_all(self._tasks)

    # --- which servers are due ---

    def _renew_list(self) -> None:
        targets = self._directory.get_for(self._panel_id)
        if targets is None or targets is self._targets:
            return
        self._targets = targets
        self._servers = {target.server.uuid: target.server for target in targets}
        on: dict[str, list[Server]] = {}
        for server in self._servers.values():
            on.setdefault(server.node, []).append(server)
        self._servers_on = {node: tuple(servers) for node, servers in on.items()}
        self._reachability.set_servers(
            {
                node: [listed.uuid for listed in servers if unavailable_reason(listed) is None]
                for node, servers in self._servers_on.items()
            }
        )
        self._router.set_servers(self._servers)  # first: what live connections need is left to them
        self._schedule.set_servers(
            self._servers,
            self._clock.monotonic(),
            self._panel.budget,
            self._panel.sockets.hub.tokens_per_minute,
        )

    def _poll_now(self, uuid: str) -> None:
        """Poll a server as soon as the rate budget permits, since its live source has stopped."""
        if uuid in self._servers:
            self._schedule.set_covered(uuid, self._clock.monotonic(), is_covered=False)

    def _enqueue_due(self) -> None:
        now_s = self._clock.monotonic()
        self._schedule.set_budget(self._panel.budget, self._panel.sockets.hub.tokens_per_minute)
        self._stream.set_interval(self._schedule.interval_s)
        if self._reachability.panel_probe_due(now_s, self._schedule.interval_s):
            self._begin(self._prober.probe_panel(), "panel")
        is_panel_down = self._reachability.is_panel_down
        if self._was_panel_down and not is_panel_down:
            self._schedule.spread(now_s)
        self._was_panel_down = is_panel_down
        for uuid in self._reachability.node_probes_due(now_s):
            self._begin(self._poll(self._servers[uuid], probe=True), uuid)
        for uuid in self._schedule.due(now_s, self._free_places()):
            if self._router.is_covered(uuid):
                self._schedule.set_covered(uuid, now_s, is_covered=True)
                continue
            server = self._servers[uuid]
            reason = unavailable_reason(server)
            if reason is not None:
                self._stream.unavailable(server, reason)
            elif self._reachability.can_poll(server.node):
                self._ready.append(server)
                continue
            self._schedule.reschedule(uuid, now_s)

    def _free_places(self) -> int:
        """Return how many servers may be queued now: at most twice as many as are due, however late it is.

        Zero while only the people's share of the budget is left, since all would start when it is renewed.
        """
        budget = self._panel.budget
        if budget.limit is not None and (budget.remaining or 0) <= math.ceil(budget.limit * RESERVE):
            return 0
        per_turn = 2 * len(self._servers) * (_GRACE_S + _BUSY_PAUSE_S) / self._schedule.interval_s
        return max(0, max(CONCURRENT_POLLS, math.ceil(per_turn)) - len(self._ready))

    def _launch(self) -> None:
        """Start as many polls as may run at once; called again after each response."""
        while self._ready and len(self._tasks) < CONCURRENT_POLLS:
            server = self._ready.popleft()
            if not self._reachability.can_poll(server.node):  # it became unreachable meanwhile
                self._schedule.reschedule(server.uuid, self._clock.monotonic())
            elif self._under_way.get(server.node, 0) >= CONCURRENT_POLLS_PER_NODE:
                self._held.setdefault(server.node, deque()).append(server)
            else:
                self._under_way[server.node] = self._under_way.get(server.node, 0) + 1
                self._begin(self._poll(server), server.uuid)
        if self._tasks:
            self._quiet.clear()
        else:
            self._quiet.set()

    def _begin(self, polling: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(polling, name=f"observation by panel {self._panel_id} of {name}")
        self._tasks.add(task)
        self._begun = True
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        self._launch()

    # --- polling ---

    async def _poll(self, server: Server, *, probe: bool = False) -> None:
        is_unsettled = False
        try:
            is_unsettled = await self._prober.probe(server)
            self._defects.clear()
        except Exception as error:  # noqa: BLE001 - a defect in the data of one server must not stop the others
            self._defects.note(error)
        finally:
            if not probe:
                self._release_slot(server.node)
                self._schedule.reschedule(server.uuid, self._clock.monotonic(), soon=is_unsettled)

    def _release_slot(self, node: str) -> None:
        self._under_way[node] -= 1
        if held := self._held.get(node):
            self._ready.appendleft(held.popleft())

    # --- passing on ---

    def _flush(self) -> CheckBatch | None:
        """Pass on observations every few seconds; at once when nothing more is due soon."""
        now_s = self._clock.monotonic()
        busy = self._tasks or self._ready or self._schedule.next_s() - now_s < SLICE_S / 2
        if busy and now_s - self._cut_s < SLICE_S:
            return None
        self._cut_s = now_s
        nodes = self._reachability.due_node_reports(now_s)
        panel, evidence = self._reachability.due_panel_report(now_s)
        if not (self._stream.has_checks or nodes or panel):
            return None
        at = self._clock.now()
        return CheckBatch(self._panel_id, at, self._stream.take(), nodes, panel, evidence, self._servers_on)

    def urgent_batch(self) -> CheckBatch:
        """Return the observations so far without waiting for more."""
        return CheckBatch(self._panel_id, self._clock.now(), self._stream.take(), servers_on=self._servers_on)

    def _pause_s(self) -> float:
        if self._tasks or self._ready:
            return _BUSY_PAUSE_S
        now_s = self._clock.monotonic()
        due_s = min(self._schedule.next_s(), self._reachability.next_probe_s(), self._stream.next_due_s())
        if self._stream.has_checks:
            due_s = min(due_s, self._cut_s + SLICE_S)
        return min(max(due_s - now_s, _BUSY_PAUSE_S), _MAX_PAUSE_S)
