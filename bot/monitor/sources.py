"""Where looks come from. Polling asks for each server in turn; what a node pushes is another source."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.actions.clock import Clock
from bot.actions.directory import ServerDirectory, Target
from bot.domain.observation import Observation
from bot.monitor.asking import Asker
from bot.monitor.batch import Batch, Seen
from bot.monitor.busy import busy_reason
from bot.monitor.looks import Looks
from bot.monitor.pace import Pace
from bot.monitor.reach import Reach
from bot.panel import PanelClient
from bot.panel.budget import RESERVE
from bot.panel.models import PowerState, Server

log = logging.getLogger(__name__)

SLICE_S = 4.0
"""For how long looks are gathered before they are handed on together."""
AT_ONCE = 16
"""Requests under way; a third of what the client sends at once (24) is left to people."""
AT_ONCE_A_NODE = 12
"""A node that lets the panel wait (15 s each) must not take all places."""
_GRACE_S = 0.5
_BUSY_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source keeps up. `late_s`: how long the next server waits already."""

    servers: int
    wanted_s: float
    interval_s: float
    late_s: float
    nodes_down: tuple[str, ...]


class Source(Protocol):
    """Sees the servers of one panel, by whatever means."""

    @property
    def status(self) -> SourceStatus:
        """How it keeps up."""

    def batches(self) -> AsyncGenerator[Batch, None]:
        """Give what was seen, a few seconds at a time, for ever; it is kept before more is asked for."""


class Poll:
    """Asks the panel for each server's use, evenly spread over the interval, in the background lane."""

    def __init__(
        self, panel: PanelClient, directory: ServerDirectory, looks: Looks, clock: Clock, *, every_s: float
    ) -> None:
        self._panel = panel
        self._panel_id = panel.config.id
        self._directory = directory
        self._looks = looks
        self._clock = clock
        self._pace = Pace(self._panel_id, every_s)
        self._reach = Reach()
        self._asker = Asker(panel, looks, self._reach, clock)
        self._targets: tuple[Target, ...] | None = None
        self._servers: dict[str, Server] = {}
        self._servers_on: dict[str, tuple[Server, ...]] = {}
        self._ready: deque[Server] = deque()
        self._held: dict[str, deque[Server]] = {}
        self._under_way: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._begun = False
        self._quiet = asyncio.Event()
        self._seen: list[Seen] = []
        self._defect: str | None = None
        self._cut_s = clock.monotonic()
        self._was_out = False

    @property
    def status(self) -> SourceStatus:
        """How it keeps up."""
        return SourceStatus(
            len(self._servers),
            self._pace.wanted_s,
            self._pace.interval_s,
            self._pace.late_s(self._clock.monotonic()),
            self._reach.nodes_down,
        )

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Ask for ever."""
        try:
            while True:
                self._renew_list()
                self._line_up()
                self._launch()
                if self._begun:  # most answers are there at once; what hangs is not waited for again
                    self._begun = False
                    with suppress(TimeoutError):
                        await self._clock.within(_GRACE_S, self._quiet.wait())
                batch = self._cut()
                if batch is not None:
                    yield batch
                await self._clock.sleep(self._pause_s())
        finally:
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    # --- whom to ask ---

    def _renew_list(self) -> None:
        targets = self._directory.of(self._panel_id)
        if targets is None or targets is self._targets:
            return
        self._targets = targets
        self._servers = {target.server.uuid: target.server for target in targets}
        on: dict[str, list[Server]] = {}
        for server in self._servers.values():
            on.setdefault(server.node, []).append(server)
        self._servers_on = {node: tuple(servers) for node, servers in on.items()}
        self._reach.servers_are(
            {
                node: [one.uuid for one in servers if busy_reason(one) is None]
                for node, servers in self._servers_on.items()
            }
        )
        self._pace.servers_are(self._servers, self._clock.monotonic())

    def _line_up(self) -> None:
        now_s = self._clock.monotonic()
        self._pace.budget_is(self._panel.budget)
        self._looks.are_every(self._pace.interval_s)
        if self._reach.panel_probe_due(now_s, self._pace.interval_s):
            self._begin(self._asker.look_at_panel(), "panel")
        out = self._reach.panel_out
        if self._was_out and not out:
            self._pace.spread(now_s)
        self._was_out = out
        for uuid in self._reach.node_probes_due(now_s):
            self._begin(self._ask(self._servers[uuid], probe=True), uuid)
        for uuid in self._pace.due(now_s, self._room()):
            server = self._servers[uuid]
            reason = busy_reason(server)
            if reason is not None:
                self._seen.append(self._looks.busy(server, reason))
            elif self._reach.asks(server.node):
                self._ready.append(server)
                continue
            self._pace.put_back(uuid, now_s)

    def _room(self) -> int:
        """How many may be lined up now: at most twice the pace, however late it is.

        None while only what is left to people is left of the budget: they would all start when it is new.
        """
        budget = self._panel.budget
        if budget.limit is not None and (budget.remaining or 0) <= math.ceil(budget.limit * RESERVE):
            return 0
        pace = 2 * len(self._servers) * (_GRACE_S + _BUSY_PAUSE_S) / self._pace.interval_s
        return max(0, max(AT_ONCE, math.ceil(pace)) - len(self._ready))

    def _launch(self) -> None:
        """Send as much as may be under way at once; called again whenever an answer came."""
        while self._ready and len(self._tasks) < AT_ONCE:
            server = self._ready.popleft()
            if not self._reach.asks(server.node):  # it stopped answering meanwhile
                self._pace.put_back(server.uuid, self._clock.monotonic())
            elif self._under_way.get(server.node, 0) >= AT_ONCE_A_NODE:
                self._held.setdefault(server.node, deque()).append(server)
            else:
                self._under_way[server.node] = self._under_way.get(server.node, 0) + 1
                self._begin(self._ask(server), server.uuid)
        if self._tasks:
            self._quiet.clear()
        else:
            self._quiet.set()

    def _begin(self, asking: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(asking, name=f"look {self._panel_id} {name}")
        self._tasks.add(task)
        self._begun = True
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        self._launch()

    # --- asking ---

    async def _ask(self, server: Server, *, probe: bool = False) -> None:
        seen: Seen | None = None
        try:
            seen = await self._asker.look(server)
            self._defect = None
        except Exception as error:  # a defect that one server shows must not blind the watch
            kind = type(error).__name__
            log.log(logging.DEBUG if kind == self._defect else logging.ERROR, "a look failed", exc_info=error)
            self._defect = kind
        finally:
            if not probe:
                self._make_room(server.node)
                self._pace.put_back(server.uuid, self._clock.monotonic(), soon=_unsettled(seen))
        if seen is not None:
            self._seen.append(seen)

    def _make_room(self, node: str) -> None:
        self._under_way[node] -= 1
        if held := self._held.get(node):
            self._ready.appendleft(held.popleft())

    # --- handing on ---

    def _cut(self) -> Batch | None:
        """Hand on what was seen every few seconds; at once when nothing more is to come soon."""
        now_s = self._clock.monotonic()
        busy = self._tasks or self._ready or self._pace.next_s() - now_s < SLICE_S / 2
        if busy and now_s - self._cut_s < SLICE_S:
            return None
        self._cut_s = now_s
        nodes = self._reach.tell_nodes(now_s)
        panel, evidence = self._reach.tell_panel(now_s)
        if not (self._seen or nodes or panel):
            return None
        seen, self._seen = tuple(self._seen), []
        at = self._clock.now()
        return Batch(self._panel_id, at, seen, nodes, panel, evidence, self._servers_on)

    def _pause_s(self) -> float:
        if self._tasks or self._ready:
            return _BUSY_PAUSE_S
        now_s = self._clock.monotonic()
        due_s = min(self._pace.next_s(), self._reach.next_probe_s())
        if self._seen:
            due_s = min(due_s, self._cut_s + SLICE_S)
        return min(max(due_s - now_s, _BUSY_PAUSE_S), _LONGEST_PAUSE_S)


def _unsettled(seen: Seen | None) -> bool:
    """Whether a server is worth another look soon: it stopped unasked, or who asked is not known yet."""
    if seen is None or seen.sample is None:
        return False
    sight = seen.look.sight
    if sight is None:
        return True
    return isinstance(sight, Observation) and sight.state is PowerState.OFFLINE and not seen.look.asked
