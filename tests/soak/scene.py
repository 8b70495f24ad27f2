"""A panel, its node and the part of the bot that watches them, on the time on the wall."""

import gc
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import psutil
from pydantic import SecretStr
from typing_extensions import override

from bot.alerting.evaluator import AlertEvaluator
from bot.core.clock import Clock
from bot.core.supervisor import Supervisor
from bot.domain.observation import Observation, Source
from bot.monitoring.batch import CheckBatch
from bot.monitoring.monitor import Monitor
from bot.monitoring.node_source import NodeSource
from bot.monitoring.socket_source import SocketSource
from bot.panel import NodeConfig, PanelClient, PanelConfig
from bot.panel.models import PowerState
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.workers import WorkerPool
from sandbox import Fault, RealClock, Sandbox
from sandbox.power import PowerBusy, PowerRefused, crash, signal
from tests.support.stores import place_store

TOKEN_S = 130.0
"""How long a token lives here; a real one ten minutes."""
POLL_S = 20.0


@dataclass(slots=True)
class End:
    """A process that ended, as the sandbox knows it; `told_s`: how long it took until that was stored."""

    server: str
    at: datetime
    is_crash: bool
    by: Source | None = None
    told_s: float | None = None


class NotingEvaluator(AlertEvaluator):
    """Evaluates as the bot does, and passes on what was stored."""

    listener: Callable[[CheckBatch], None] | None = None

    @override
    async def process(self, batch: CheckBatch) -> None:
        """Store the batch, and pass it on."""
        await super().process(batch)
        if self.listener is not None:
            self.listener(batch)


@dataclass
class Scene:
    """What runs, what the sandbox did, and what of it was seen."""

    sandbox: Sandbox
    client: PanelClient
    watch: Monitor
    chance: random.Random
    ends: list[End] = field(default_factory=list)

    # --- what the sandbox does ---

    def crash_one(self) -> None:
        """Let the process of a server end by itself."""
        running = [listed for listed in self.sandbox.world.servers.values() if listed.state == "running"]
        if running:
            server = self.chance.choice(running)
            server.power.crashed_at = None  # the node restarts it, so that there is something to miss
            self.ends.append(End(server.uuid, self.sandbox.world.now(), is_crash=True))
            crash(self.sandbox.world, server, self.chance.choice((1, 137, 139)))

    def restart_one(self) -> None:
        """Let the owner restart a server in the panel."""
        world = self.sandbox.world
        server = self.chance.choice([*world.servers.values()])
        if server.state != "running":
            return
        world.log(server, "server:power.restart", {}, actor=world.user("owner"))
        with suppress(PowerBusy, PowerRefused):
            signal(world, server, "restart")
            self.ends.append(End(server.uuid, world.now(), is_crash=False))

    def cut_some(self) -> None:
        """Drop some connections without a word."""
        sockets = [*self.sandbox.open_sockets]
        for socket in self.chance.sample(sockets, min(5, len(sockets))):
            socket.cut()

    def silence_one(self) -> None:
        """Let the node forget a connection that stays open."""
        sockets = [*self.sandbox.open_sockets]
        if sockets:
            self.chance.choice(sockets).forget()

    def stop_node(self) -> None:
        """Stop the node's daemon; games run on."""
        self.sandbox.node_down()

    def start_node(self) -> None:
        """Start it again: it takes no token that is older."""
        self.sandbox.node_down(down=False)

    def refuse_tokens(self) -> None:
        """Let the panel give no tokens for a while, so that servers are handed over to polling."""
        self.sandbox.faults.add(
            Fault.status(self.chance.choice((403, 500, 503))), path="*/websocket", times=20
        )

    # --- what was seen of it ---

    def stored(self, batch: CheckBatch) -> None:
        """Find out which ends a batch tells of: the server is down, or its process is a new one."""
        now = self.sandbox.world.now()
        for check in batch.servers:
            seen = check.rule_input.check
            if not isinstance(seen, Observation):
                continue
            for end in self.ends:
                if end.told_s is None and end.server == check.server.uuid and _tells(seen, end):
                    end.told_s, end.by = (now - end.at).total_seconds(), seen.source

    def states_differ(self) -> list[str]:
        """Name the servers whose state was last stored otherwise than it is."""
        known = self.watch.stream
        differ = []
        for server in self.sandbox.world.servers.values():
            seen = known.known(server.uuid)
            if seen is None or seen.state.value != server.state:
                differ.append(server.name)
        return differ


def _tells(seen: Observation, end: End) -> bool:
    if seen.state in (PowerState.OFFLINE, PowerState.STARTING, PowerState.STOPPING):
        return seen.at >= end.at
    began = seen.at.timestamp() - seen.uptime_ms / 1000
    return seen.uptime_ms > 0 and began >= end.at.timestamp()


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is, to see whether it grows."""

    resident_mib: float
    objects: int
    tasks: int

    @classmethod
    def now(cls, tasks: int) -> "Size":
        """Measure this process."""
        gc.collect()
        return cls(psutil.Process().memory_info().rss / 1024**2, len(gc.get_objects()), tasks)


@asynccontextmanager
async def set_scene(directory: Path, *, servers: int, seed: int) -> AsyncIterator[Scene]:
    """Build it, and begin to watch."""
    await place_store(directory)
    clock = Clock()
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(clock=RealClock(), seed=seed))
        sandbox.world.settings.socket_token_s = TOKEN_S
        for number in range(servers):
            sandbox.world.add_server(f"Server {number}", state="running")
        store = await Store.open(directory / "quetzal.db", now=clock.now())
        stack.push_async_callback(store.close)
        config = PanelConfig(
            url=sandbox.panel_url,
            key=SecretStr(sandbox.world.key_of("owner")),
            node_hosts=("127.0.0.1",),
        )
        client = await stack.enter_async_context(PanelClient(config))
        servers_of = ServerDirectory({"main": client}, clock)
        stack.push_async_callback(servers_of.close)
        supervisor = await stack.enter_async_context(Supervisor())
        judge = NotingEvaluator(store, {"main": {1: "all"}}, lambda: None)
        workers = WorkerPool(clock)
        stack.push_async_callback(workers.close)
        node = NodeConfig("node-1", sandbox.node_url, SecretStr(sandbox.world.node.secret))
        sources = [SocketSource(client, clock), *([NodeSource(client, [node], clock)] if seed % 2 else [])]
        watch = Monitor(client, servers_of, store, judge, clock, workers, every_s=POLL_S, sources=sources)
        scene = Scene(sandbox, client, watch, random.Random(seed))
        judge.listener = scene.stored
        supervisor.start("server directory", servers_of.keep_fresh)
        supervisor.start("watch", watch.run)
        for source in sources:
            supervisor.start(f"{source.kind} source", partial(source.run, watch.stream))
        yield scene
