"""Observes servers by what their nodes say: all of a node in one request, every two seconds."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.back_off import back_off_s
from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.core.supervisor import Pulse
from bot.domain.observation import Observation, Source, observe
from bot.domain.process_end import ProcessEnd
from bot.monitoring.sources import SourceReports
from bot.panel import Lane, NodeApi, NodeConfig, PanelClient
from bot.panel.errors import PanelError
from bot.panel.models import NodeServer, PowerState, Server
from bot.services.servers import ConsoleMask

log = logging.getLogger(__name__)

ROUND_S = 2.0
SLOWEST_ROUND_S = 5.0
NODES_A_SECOND = 50
"""Requests per second that cost little; with more nodes than fit a round, rounds become longer."""
_BACK_OFF_S = (2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_LINES_S = 2.0
"""How long an observation may wait for the last console lines of the process that ended."""
_MOST_ENDS = 8
"""For how many servers that go offline at once last lines are read: a stopping node stops them all."""
_UP = (PowerState.STARTING, PowerState.RUNNING)


def round_length(nodes: int) -> float:
    """Return how often, in seconds, each of `nodes` nodes is read."""
    return min(max(ROUND_S, nodes / NODES_A_SECOND), SLOWEST_ROUND_S)


@dataclass(slots=True)
class _Node:
    """One node. `states`: what it said last of each server; None before its first answer."""

    api: NodeApi
    states: dict[str, PowerState] | None = None
    failures: int = 0
    why: str | None = None

    @property
    def name(self) -> str:
        return self.api.config.name


@dataclass(slots=True)
class _Answer:
    """What a node listed. `ended`: the servers that have gone offline since the last answer."""

    at: datetime
    listed: Sequence[NodeServer]
    ended: list[tuple[Server, Observation]] = field(default_factory=list)


class NodeSource:
    """Reads the nodes of one panel whose address and token the operator has set.

    An answer holds all servers of a node. Servers that the panel account can't see are ignored. A node that
    cannot be read is tried again with back-off; other sources observe its servers meanwhile.
    """

    kind = Source.NODE

    def __init__(self, panel: PanelClient, nodes: Iterable[NodeConfig], clock: Clock) -> None:
        self._panel = panel.on(Lane.URGENT)
        self._panel_id = panel.config.id
        self._clock = clock
        self._nodes = [_Node(NodeApi(config)) for config in nodes]
        self._round_s = round_length(len(self._nodes))
        self._servers: dict[str, Server] = {}
        self._unread = len(self._nodes)
        self._listed: Counter[str] = Counter()
        """How many nodes list each server: two while it moves."""

    def refusal(self, server: Server) -> str | None:
        """Return why a server can't be observed: its node isn't in the settings. None until all answered."""
        if self._unread or server.uuid in self._listed:
            return None
        return "its node isn't in the settings"

    def observe(self, servers: Sequence[Server]) -> None:
        """Observe these servers (see `sources.LiveSource`)."""
        self._servers = {server.uuid: server for server in servers}

    async def run(self, reports: SourceReports, pulse: Pulse) -> None:
        """Read all nodes forever, evenly spread over a round."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            for place, node in enumerate(self._nodes):
                await stack.enter_async_context(node.api)
                begin_s = self._round_s * place / len(self._nodes)
                group.create_task(
                    self._follow(node, begin_s, reports, pulse),
                    name=f"node {node.name} of {self._panel_id}",
                )

    async def _follow(self, node: _Node, begin_s: float, reports: SourceReports, pulse: Pulse) -> None:
        await self._clock.sleep(begin_s)
        while True:
            began_s = self._clock.monotonic()
            try:
                await self._read(node, reports)
            except QuetzalError as error:
                self._failed(node, reports, error.happened.rstrip("."), None)
            except Exception as error:  # noqa: BLE001 - a defect in the data of one node must not stop the others
                self._failed(node, reports, f"its answer could not be read ({type(error).__name__})", error)
            else:
                self._works(node)
                pulse.beat()
            took_s = self._clock.monotonic() - began_s
            await self._clock.sleep(max(self._wait_s(node) - took_s, self._round_s / 4))

    def _wait_s(self, node: _Node) -> float:
        if not node.failures:
            return self._round_s
        return back_off_s(_BACK_OFF_S, node.failures, at_least_s=self._round_s)

    # --- what a node says ---

    async def _read(self, node: _Node, reports: SourceReports) -> None:
        answer = await self._ask(node)
        self._take(node, answer, reports)
        if answer.ended:
            await self._report_ended(node, answer, reports)

    async def _ask(self, node: _Node) -> _Answer:
        return _Answer(self._clock.now(), await node.api.servers())

    def _take(self, node: _Node, answer: _Answer, reports: SourceReports) -> None:
        """Report all servers but those that went offline since the answer before."""
        before, states = node.states or {}, {seen.uuid: seen.state for seen in answer.listed}
        self._keep(node, states)
        for seen in answer.listed:
            server = self._servers.get(seen.uuid)
            if server is not None:
                self._report(answer, server, seen, before.get(seen.uuid), reports)
        for uuid in before.keys() - states.keys():
            reports.failed(self.kind, uuid, "its node doesn't list it")

    def _keep(self, node: _Node, states: dict[str, PowerState]) -> None:
        """Keep what a node says, and which servers any node lists."""
        before, node.states = node.states, states
        if before is None:
            self._unread -= 1
            before = {}
        if states.keys() == before.keys():
            return
        self._listed.update(states.keys() - before.keys())
        for uuid in before.keys() - states.keys():
            self._listed[uuid] -= 1
            if not self._listed[uuid]:
                del self._listed[uuid]

    def _report(
        self,
        answer: _Answer,
        server: Server,
        seen: NodeServer,
        before: PowerState | None,
        reports: SourceReports,
    ) -> None:
        if seen.is_suspended:  # its process was stopped for that; the panel says so when it is asked
            reports.failed(self.kind, server.uuid, "it is suspended")
            return
        observation = observe(self._panel_id, server, seen, answer.at, self.kind)
        if not isinstance(observation, Observation):
            reports.failed(self.kind, server.uuid, observation.why.value)
        elif before in _UP and seen.state is PowerState.OFFLINE:
            answer.ended.append((server, observation))
        else:
            reports.observed(server, observation)

    async def _report_ended(self, node: _Node, answer: _Answer, reports: SourceReports) -> None:
        """Report servers that went offline, with the last lines of the process where these can be had."""
        lines: dict[str, tuple[str, ...]] = {}
        later: _Answer | None = None
        try:
            read = (self._last_lines(node, server.uuid, lines) for server, _ in answer.ended[:_MOST_ENDS])
            await self._clock.timeout(_LINES_S, asyncio.gather(*read))
            later = await self._ask(node)
        except (PanelError, TimeoutError) as error:
            log.debug("no last lines from node %s: %r", node.name, error)
        still = {} if later is None else {seen.uuid: seen.state for seen in later.listed}
        for server, observation in answer.ended:
            # If the node has restarted the server meanwhile, these may be lines of the new process.
            is_certain = still.get(server.uuid) is PowerState.OFFLINE and server.uuid in lines
            end = ProcessEnd(answer.at, lines=lines[server.uuid]) if is_certain else None
            reports.observed(server, observation, end)
        if later is not None:
            self._take(node, later, reports)
            for server, observation in later.ended:  # without lines, so that this comes to an end
                reports.observed(server, observation)

    async def _last_lines(self, node: _Node, uuid: str, lines: dict[str, tuple[str, ...]]) -> None:
        mask = ConsoleMask(self._panel, uuid)
        printed, _ = await asyncio.gather(node.api.logs(uuid), mask.learn())
        lines[uuid] = tuple(line for line in map(mask, printed) if line is not None)

    # --- whether it responds ---

    def _failed(self, node: _Node, reports: SourceReports, why: str, defect: Exception | None) -> None:
        node.failures += 1
        level = logging.DEBUG if why == node.why else logging.WARNING
        log.log(level, "node %s of panel %s: %s", node.name, self._panel_id, why, exc_info=defect)
        node.why = why
        for uuid in node.states if node.states is not None else self._servers.keys() - self._listed.keys():
            reports.failed(self.kind, uuid, f"node {node.name}: {why}")

    def _works(self, node: _Node) -> None:
        if node.failures:
            log.info("node %s of panel %s is read again", node.name, self._panel_id)
        node.failures, node.why = 0, None
