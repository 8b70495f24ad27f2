"""A monitor of a sandbox panel whose time the test advances; its batches are collected."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.core.supervisor import Supervisor
from bot.domain.alerts import RuleInput
from bot.domain.audit import AuditEntry, Outcome
from bot.monitoring.batch import CheckBatch, ServerCheck
from bot.monitoring.monitor import BatchConsumer, Monitor
from bot.monitoring.sources import LiveSource
from bot.panel import PanelClient, PanelConfig
from bot.panel.models import PowerState
from bot.services.players import GameQueries, LatestPlayers
from bot.services.servers.directory import ServerDirectory
from bot.storage import Store
from bot.storage.repositories import audit, server_states
from bot.workers import WorkerPool
from demo.harness import Outside
from demo.manual_clock import Patience, SteppedClock, packets_handled
from sandbox import ManualClock, Mode, Sandbox
from sandbox.model import GameServer
from tests.support.stores import place_store

EVERY_S = 60.0


class Collector:
    """Takes batches as the alert evaluator does: keeps what is remembered, and all else in a list."""

    def __init__(self, store: Store, batches: list[CheckBatch]) -> None:
        self._store = store
        self.batches = batches
        self.forgotten: list[Collection[str]] = []
        self.trouble: Exception | None = None

    async def process(self, batch: CheckBatch) -> None:
        if self.trouble is not None:
            raise self.trouble
        known = {seen.server.uuid: seen.state for seen in batch.servers}
        await self._store.write(lambda conn: server_states.put(conn, batch.panel_id, known))
        self.batches.append(batch)

    async def forget_missing_servers(self, panel_id: str, known: Collection[str], now: datetime) -> None:
        self.forgotten.append(known)

    def of(self, server: GameServer) -> list[ServerCheck]:
        return [seen for batch in self.batches for seen in batch.servers if seen.server.uuid == server.uuid]

    def last(self, server: GameServer) -> ServerCheck:
        return self.of(server)[-1]

    def crashes(self, server: GameServer) -> int:
        return sum(len(seen.rule_input.crashes) for seen in self.of(server))

    def panel(self) -> list[bool | None]:
        return [batch.panel.is_reachable for batch in self.batches if batch.panel is not None]

    def node(self, name: str) -> list[bool | None]:
        return [batch.nodes[name].is_reachable for batch in self.batches if name in batch.nodes]

    def rule_inputs(self, server: GameServer) -> list[RuleInput]:
        return [seen.rule_input for seen in self.of(server)]


class Rig:
    """One panel or more, and their watches under one supervisor."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.manual = ManualClock()
        self.clock = SteppedClock(self.manual, Outside())
        self.sandboxes: list[Sandbox] = []
        self.panels: dict[str, PanelClient] = {}
        self._batches: list[CheckBatch] = []
        """Those of the runs before a restart, too."""
        self.patient = True
        self.make_consumer: Callable[[Store], BatchConsumer] | None = None
        """Where batches go instead of the collector."""
        self.asks_games = False
        self.players = LatestPlayers(self.clock)
        self.live_sources: Callable[[PanelClient], Sequence[LiveSource]] = lambda _: ()
        self._running = AsyncExitStack()
        self.store: Store
        self.collector: Collector
        self.directory: ServerDirectory
        self.supervisor: Supervisor
        self.monitors: tuple[Monitor, ...] = ()

    @property
    def sandbox(self) -> Sandbox:
        return self.sandboxes[0]

    @property
    def monitor(self) -> Monitor:
        return self.monitors[0]

    def add(self, name: str, **facts: Any) -> GameServer:
        return self.sandbox.world.add_server(name, **{"state": "running", **facts})

    def log(self, server: GameServer, event: str, **properties: object) -> None:
        """Let the owner have done something in the panel."""
        world = self.sandbox.world
        world.log(server, event, properties, actor=world.user("owner"))

    def jump(self, by: timedelta) -> None:
        """Set every wall clock; what counts seconds is not touched."""
        self.manual._start += by

    async def begin(self) -> None:
        """Start the bot's part."""
        await place_store(self._path)
        self.store = await Store.open(self._path / "quetzal.db", now=self.clock.now())
        self._running.push_async_callback(self.store.close)
        self.collector = Collector(self.store, self._batches)
        consumer = self.collector if self.make_consumer is None else self.make_consumer(self.store)
        self.panels = {}
        self.players = LatestPlayers(self.clock)
        for number, sandbox in enumerate(self.sandboxes):
            name = "main" if number == 0 else f"panel-{number}"
            config = PanelConfig(
                url=sandbox.panel_url,
                key=SecretStr(sandbox.world.key_of("owner")),
                id=name,
                node_hosts=("127.0.0.1",),
            )
            panel = PanelClient(config, self.clock.monotonic, sleep=self.clock.sleep)
            self.panels[name] = await self._running.enter_async_context(panel)
        self.directory = ServerDirectory(self.panels, self.clock)
        self._running.push_async_callback(self.directory.close)
        self.supervisor = await self._running.enter_async_context(
            Supervisor(monotonic=self.clock.monotonic, sleep=self.clock.sleep)
        )
        self.supervisor.start("server directory", self.directory.keep_fresh)
        await self.clock.until_asleep({"server directory"})
        workers = WorkerPool(self.clock)
        self._running.push_async_callback(workers.close)
        self.monitors = tuple(
            Monitor(
                panel,
                self.directory,
                self.store,
                consumer,
                self.clock,
                workers,
                every_s=EVERY_S,
                players=self.players,
                games=GameQueries(self.clock) if self.asks_games else None,
                sources=self.live_sources(panel),
            )
            for panel in self.panels.values()
        )
        for monitor in self.monitors:
            for name, work in monitor.tasks.items():
                self.supervisor.start(name, work)
        names = {f"{task} of {panel_id}" for task in ("watch", "slow facts") for panel_id in self.panels}
        async with asyncio.timeout(300):
            await self.clock.until_asleep(names)
        await self.pass_time(0)

    async def begin_with(self, name: str, **facts: Any) -> GameServer:
        """Add a server, start the bot's part, and let it be observed twice."""
        server = self.add(name, **facts)
        await self.begin()
        await self.pass_time(1.5 * EVERY_S)
        return server

    async def end(self) -> None:
        """Stop the bot's part."""
        await self._running.aclose()
        self._running = AsyncExitStack()

    async def restart(self) -> None:
        """Stop and start the bot's part; the panel goes on."""
        await self.end()
        await self.begin()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody, stopping wherever something of the bot falls due."""
        end = self.clock.monotonic() + seconds
        while True:
            now = self.clock.monotonic()
            due = min(moment for moment in (self.clock.next_due(), end) if moment is not None)
            if now < end:
                await self._advance(max(due - now, 1e-6))
            await packets_handled()
            await self.clock.rest(self.clock.wake_due())
            if self.patient:
                await self._until(self._at_rest)
            if self.clock.monotonic() >= end and (self.clock.next_due() or end + 1) > end:
                return

    async def until(self, met: Callable[[], bool], *, within_s: float = 60.0) -> None:
        """Let time pass until something is so; it fails when it does not come true in that time."""
        end = self.clock.monotonic() + within_s
        while not met():
            assert self.clock.monotonic() < end, f"not so within {within_s:g} s"
            await self.pass_time(0.05)
            await self._frames_arrived()

    async def _frames_arrived(self) -> None:
        """Let what the node has sent be read: it travels by real connections."""
        for _ in range(5):
            await asyncio.sleep(0.001)

    def _at_rest(self) -> bool:
        """Whether every look is done and stored, or waits for time to pass."""
        if any(watch.stream.urgent.is_set() or watch._storing.locked() for watch in self.monitors):
            return False
        work = ("observation ", "query ")
        return not any(task.get_name().startswith(work) for task in self.clock.awake())

    async def _until(self, met: Callable[[], bool]) -> None:
        """Wait for what happens without the clock, such as the first read of the store."""
        patience = Patience()
        while not patience.is_over():
            if met():
                return
            await asyncio.sleep(0.001)
        raise AssertionError("the watch does not come to rest")

    async def _advance(self, seconds: float) -> None:
        first, *others = self.sandboxes
        await first.advance(seconds)
        for sandbox in others:
            sandbox.world.run_due()

    def count_requests(self, part: str) -> int:
        """Count the requests for such a path."""
        return sum(part in entry.path for entry in self.sandbox.requests)


@asynccontextmanager
async def new_rig(path: Path, panels: int = 1, mode: Mode = Mode.V1_12) -> AsyncIterator[Rig]:
    """Make the panels; the test adds servers and calls `begin`."""
    rig = Rig(path)
    async with AsyncExitStack() as stack:
        for seed in range(panels):
            sandbox = Sandbox(mode=mode, clock=rig.manual, seed=seed + 1)
            rig.sandboxes.append(await stack.enter_async_context(sandbox))
        try:
            yield rig
        finally:
            await rig.end()


def states(seen: Iterable[ServerCheck]) -> list[str]:
    """Name the states that were remembered."""
    return [
        server_check.state.last.state.value for server_check in seen if server_check.state.last is not None
    ]


async def stopped(rig: Rig, server: GameServer) -> tuple[bool, str | None]:
    """Let the monitor see that it is offline; return whether that was requested, and by whom."""
    await rig.pass_time(150)
    last = rig.collector.last(server)
    assert last.state.last is not None
    assert last.state.last.state is PowerState.OFFLINE
    assert rig.collector.crashes(server) == 0
    return last.rule_input.stop_requested, last.state.stop_requested_by


async def did(
    rig: Rig, server: GameServer, action: str, outcome: Outcome, **facts: str | int | float | bool | None
) -> None:
    """Write down that somebody did something through the bot."""
    act = AuditEntry(rig.clock.now(), 1, 7, "main", server.uuid, action, outcome, facts)
    await rig.store.write(lambda conn: audit.begin(conn, act))
