"""An hour on a loop that skips idle time: so many servers on one key, with the panel's limiter on.

Panel, node and the bot's monitoring share the loop, so that a delay is what it would be in a real hour: the
waits for the rate budget and the pauses in full, the work of both sides as CPU time. Servers say
their usage less often than once a second. A message counts as sent when the dispatcher hands it over.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from typing_extensions import override

from benchmarks.realtime.skipping_loop import SkippingLoop
from bot.alerting.dispatcher import Dispatcher
from bot.alerting.evaluator import AlertEvaluator
from bot.alerting.receiver import Notification, RoleState
from bot.core.clock import Clock
from bot.core.supervisor import Pulse, Supervisor
from bot.domain.guild_settings import GuildSettings
from bot.domain.notifications import ClosedChannel, Message
from bot.monitoring.monitor import Monitor
from bot.monitoring.socket_source import SocketSource
from bot.panel import PanelClient, PanelConfig
from bot.services.players import LatestPlayers
from bot.services.servers import ServerDirectory
from bot.storage import STORE, Store
from bot.storage.repositories import guild_settings
from bot.workers import WorkerPool
from sandbox import RealClock, Sandbox, heartbeat
from sandbox.model import GameServer
from sandbox.power import crash
from tests.support.stores import place_store, stores_without_threads

LATENCY_S = 0.02
BEAT_S = 25.0
"""How often a server says its usage; after 30 s without a word a connection counts as silent."""
GUILD_ID, CHANNEL_ID, PERSON_ID = 1, 2, 3
COMMAND_EVERY_S = 20.0
LATEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Hour:
    """What is played. `opening_s`: how long before the hour monitoring begins."""

    servers: int
    requests_per_minute: int
    crashes: int
    polls: bool = False
    opening_s: float = 3600.0
    length_s: float = 3600.0
    seed: int = 1


@dataclass(slots=True)
class Played:
    """What became of it; times in seconds.

    `opened_s`: how long it took until so many connections were open, None: they never were. `tokens`: how
    often each server's token was requested in the hour. `backups`: how often backups were read in it.
    `busiest`: the most requests in a minute.
    """

    hour: Hour
    delays_s: list[float] = field(default_factory=list)
    missed: int = 0
    commands_s: list[float] = field(default_factory=list)
    alone_s: list[float] = field(default_factory=list)
    connected: int = 0
    opened_s: float | None = None
    tokens: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    backups: int = 0
    refused: int = 0
    busiest: int = 0


class LoopClock(RealClock):
    """The sandbox's clock, by the loop's time."""

    def __init__(self, loop: SkippingLoop) -> None:
        self._loop = loop

    @override
    def now(self) -> datetime:
        """Give the time of day, in UTC."""
        return self._loop.now()

    @override
    def seconds(self) -> float:
        """Give monotonic seconds."""
        return self._loop.time()


class NotingReceiver:
    """Takes each message, and notes when a server was named for the first time since it crashed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = 0
        self.crashed_s: dict[str, float] = {}
        self.notified_s: dict[str, float] = {}

    async def ready(self) -> None:
        """Return at once."""

    async def post(self, notification: Notification) -> int:
        """Take a new message."""
        self._note(notification)
        self._ids += 1
        return self._ids

    async def edit(self, notification: Notification) -> None:
        """Take a message that was extended by a server."""
        self._note(notification)

    async def find(self, message: Message, *, since: datetime) -> int | None:
        """Find nothing: no delivery is ever lost."""
        return None

    async def check_role(self, message: Message) -> RoleState | None:
        """Find no role."""
        return None

    async def warn_of_role(self, role: ClosedChannel, configured_by: int | None) -> None:
        """Warn nobody."""

    async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
        """Warn nobody."""

    def _note(self, notification: Notification) -> None:
        now_s = self._clock.monotonic()
        for incident in notification.incidents:
            if incident.subject.about in self.crashed_s:
                self.notified_s.setdefault(incident.subject.about, now_s)


@dataclass(frozen=True, slots=True)
class Scene:
    """Both sides."""

    sandbox: Sandbox
    client: PanelClient
    receiver: NotingReceiver
    clock: Clock
    supervisor: Supervisor
    work: Mapping[str, Callable[[Pulse], Awaitable[None]]]

    def start(self) -> None:
        """Begin to observe, and to deliver."""
        for name, work in self.work.items():
            self.supervisor.start(name, work)


async def play(hour: Hour) -> Played:
    """Play it."""
    played = Played(hour)
    with tempfile.TemporaryDirectory() as directory, stores_without_threads():
        async with _scene(hour, Path(directory)) as scene:
            played.alone_s = [await _command(scene, uuid) for uuid in [*scene.sandbox.world.servers][:10]]
            scene.start()
            opening = asyncio.create_task(_note_opening(scene, played))
            await scene.clock.sleep(hour.opening_s)
            opening.cancel()
            scene.sandbox.requests.clear()
            beside = [
                asyncio.create_task(_use_commands(scene, played)),
                asyncio.create_task(_count_requests(scene, played)),
            ]
            _crash_some(scene, hour)
            await scene.clock.sleep(hour.length_s)
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            if not hour.polls:
                await scene.clock.sleep(LATEST_S)
            receiver = scene.receiver
            played.delays_s = [
                receiver.notified_s[uuid] - since_s
                for uuid, since_s in receiver.crashed_s.items()
                if uuid in receiver.notified_s
            ]
            played.missed = len(receiver.crashed_s) - len(played.delays_s)
            played.connected = scene.client.sockets.hub.connected
    return played


@asynccontextmanager
async def _scene(hour: Hour, directory: Path) -> AsyncIterator[Scene]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    clock = Clock(monotonic=loop.time, now=loop.now)
    await place_store(directory)
    async with AsyncExitStack() as stack:
        stack.callback(setattr, heartbeat, "BEAT_SECONDS", heartbeat.BEAT_SECONDS)
        heartbeat.BEAT_SECONDS = BEAT_S
        sandbox = await stack.enter_async_context(
            Sandbox(LoopClock(loop), latency_s=LATENCY_S, seed=hour.seed)
        )
        sandbox.world.settings.requests_per_minute = hour.requests_per_minute
        for number in range(hour.servers):
            sandbox.world.add_server(f"Server {number}", state="running")
        store = await Store.open(directory / STORE, now=clock.now())
        stack.push_async_callback(store.close)
        chosen = GuildSettings(GUILD_ID, "main", PERSON_ID, clock.now(), alert_channel_id=CHANNEL_ID)
        await store.write(lambda conn: guild_settings.put(conn, chosen))
        config = PanelConfig(url=sandbox.panel_url, key=SecretStr(sandbox.world.key_of("owner")))
        client = await stack.enter_async_context(PanelClient(config, clock.monotonic, sleep=clock.sleep))
        servers = ServerDirectory({"main": client}, clock)
        stack.push_async_callback(servers.close)
        workers = WorkerPool(clock)
        stack.push_async_callback(workers.close)
        dispatcher, receiver = Dispatcher(store, clock), NotingReceiver(clock)
        evaluator = AlertEvaluator(store, {"main": {GUILD_ID: "all"}}, dispatcher.wake)
        sources = [] if hour.polls else [SocketSource(client, clock)]
        monitor = Monitor(
            client,
            servers,
            store,
            evaluator,
            clock,
            workers,
            every_s=60.0,
            players=LatestPlayers(clock),
            sources=sources,
        )
        supervisor = await stack.enter_async_context(Supervisor(monotonic=clock.monotonic, sleep=clock.sleep))
        work: dict[str, Callable[[Pulse], Awaitable[None]]] = {
            "server directory": servers.keep_fresh,
            "dispatcher": partial(dispatcher.run, receiver),
            **monitor.tasks,
        }
        yield Scene(sandbox, client, receiver, clock, supervisor, work)


async def _note_opening(scene: Scene, played: Played) -> None:
    """Note when all connections were open."""
    began_s = scene.clock.monotonic()
    while scene.client.sockets.hub.connected < played.hour.servers:
        await scene.clock.sleep(5.0)
    played.opened_s = scene.clock.monotonic() - began_s


def _crash_some(scene: Scene, hour: Hour) -> None:
    """Let servers crash at random moments of the hour."""
    world, dice = scene.sandbox.world, random.Random(hour.seed)
    servers = dice.sample([*world.servers.values()], hour.crashes)
    for server in servers:

        def end(server: GameServer = server) -> None:
            scene.receiver.crashed_s[server.uuid] = world.seconds()
            crash(world, server, 139)

        world.later(dice.uniform(0.0, hour.length_s - 60.0), end)


async def _use_commands(scene: Scene, played: Played) -> None:
    """Ask for servers every now and then, forever."""
    dice = random.Random(played.hour.seed)
    uuids = [*scene.sandbox.world.servers]
    while True:
        await scene.clock.sleep(dice.expovariate(1 / COMMAND_EVERY_S))
        played.commands_s.append(await _command(scene, dice.choice(uuids)))


async def _command(scene: Scene, uuid: str) -> float:
    """Ask for the usage of a server as somebody who waits for it, and measure how long that takes."""
    began_s = scene.clock.monotonic()
    await scene.client.servers.resources(uuid)
    return scene.clock.monotonic() - began_s


async def _count_requests(scene: Scene, played: Played) -> None:
    """Count what the panel was asked, minute by minute, forever."""
    while True:
        await scene.clock.sleep(60.0)
        answered = [logged for logged in scene.sandbox.requests if logged.origin == "panel"]
        scene.sandbox.requests.clear()
        played.busiest = max(played.busiest, len(answered))
        played.requests += len(answered)
        played.backups += sum(logged.path.endswith("/backups") for logged in answered)
        played.refused += sum(logged.status == 429 for logged in answered)
        played.tokens.update(
            logged.path.split("/")[-2] for logged in answered if logged.path.endswith("/websocket")
        )
