"""Checks of servers, evaluated and dispatched without a panel and without Discord."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.dispatcher import Dispatcher
from bot.alerting.evaluator import AlertEvaluator
from bot.core.supervisor import Pulse
from bot.domain.alerts import Crash, RuleInput
from bot.domain.guild_settings import GuildSettings
from bot.domain.incidents import Incident
from bot.domain.levels import GuildScope
from bot.domain.notifications import Message
from bot.domain.observation import Limits, Observation, ServerKey, sample
from bot.monitoring.batch import CheckBatch, ServerCheck
from bot.panel.models import Limits as ServerLimits
from bot.panel.models import PowerState, Server
from bot.storage import Store
from bot.storage.repositories import alert_handling, alerts, guild_settings, notifications, outbox
from bot.storage.repositories.alerts import States
from bot.storage.repositories.server_states import ServerState
from demo.harness import Outside
from demo.manual_clock import Patience, SteppedClock, packets_handled
from sandbox import ManualClock
from tests.alerting.recording_receiver import RecordingReceiver
from tests.support.stores import place_store, stores_without_threads

PANEL, GUILD, CHANNEL, CHIEF = "main", 1, 7, 99
HOUR_MS = 3_600_000
OFFLINE = PowerState.OFFLINE
_CHECKS_ASLEEP = 3
"""So often in a row every delivery waits for the clock: it has to be moved. Nothing waits for a thread."""
_CHECK_EVERY_S = 0.005
_SMALLEST_S = 0.001


def server(name: str, node: str = "falcon") -> Server:
    """Make a server that is not Java, so that its memory counts."""
    return Server(
        uuid=f"{name:_<8}-0000-4000-8000-000000000000",
        identifier=f"{name:_<8}",
        internal_id=1,
        name=name,
        node=node,
        limits=ServerLimits(memory_mib=1000, swap_mib=0, disk_mib=1000, cpu_percent=100),
    )


@dataclass
class Harness:
    """A store, a clock that stands still, rules and a sender."""

    store: Store
    manual: ManualClock
    clock: SteppedClock
    receiver: RecordingReceiver
    scopes: Mapping[str, Mapping[int, GuildScope]]
    dispatcher: Dispatcher = field(init=False)
    evaluator: AlertEvaluator = field(init=False)
    servers: dict[str, Server] = field(default_factory=dict)
    _running: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all that is not in the store."""
        self.dispatcher = Dispatcher(self.store, self.clock)
        self.evaluator = AlertEvaluator(self.store, self.scopes, self.dispatcher.wake)

    async def choose(self, channel_id: int | None = CHANNEL, guild_id: int = GUILD) -> None:
        """Choose the channel for alerts."""
        chosen = GuildSettings(
            guild_id, PANEL, CHIEF, self.clock.now(), alert_channel_id=channel_id, alerts_by=CHIEF
        )
        await self.store.write(lambda conn: guild_settings.put(conn, chosen))

    def check(
        self,
        name: str,
        *,
        memory: float = 50.0,
        state: PowerState = PowerState.RUNNING,
        stop_requested: bool = False,
        crashed: bool = False,
        gave_up: bool = False,
        node: str = "falcon",
        silent_minutes: float | None = None,
    ) -> ServerCheck:
        """Check a server."""
        it = self.servers.setdefault(name, server(name, node))
        now = self.clock.now()
        key = ServerKey(PANEL, it.uuid)
        limits = Limits(1000, 100, 1000)
        observation = Observation(
            key, now, state, round(memory * 10), 10.0, 100, 0, 0, HOUR_MS, limits=limits
        )
        crashes = (Crash(now, gave_up),) if crashed or gave_up else ()
        silent_for = None if silent_minutes is None else timedelta(minutes=silent_minutes)
        rule_input = RuleInput(
            observation, stop_requested=stop_requested, crashes=crashes, silent_for=silent_for
        )
        return ServerCheck(
            it, rule_input, ServerState(observation, stop_requested), sample(None, observation)
        )

    async def evaluate(
        self, *seen: ServerCheck, nodes: Mapping[str, bool] | None = None, panel: bool | None = None
    ) -> None:
        """Evaluate the rules with these checks."""
        on: dict[str, tuple[Server, ...]] = {}
        for it in self.servers.values():
            on[it.node] = (*on.get(it.node, ()), it)
        batch = CheckBatch(
            PANEL,
            self.clock.now(),
            seen,
            {name: RuleInput(is_reachable=reached) for name, reached in (nodes or {}).items()},
            None if panel is None else RuleInput(is_reachable=panel),
            servers_on=on,
        )
        await self.evaluator.process(batch)

    async def panel_out(self, cause: str, *, times: int) -> None:
        """Evaluate the rules with a panel that can't be reached, once a minute."""
        for _ in range(times):
            evidence = {"cause": cause}
            rule_input = RuleInput(is_reachable=False)
            await self.evaluator.process(
                CheckBatch(PANEL, self.clock.now(), panel=rule_input, panel_evidence=evidence)
            )
            await self.pass_(60)

    async def minutes(self, number: int, *names: str, **how: Any) -> None:
        """Check these servers once a minute."""
        for _ in range(number):
            await self.evaluate(*(self.check(name, **how) for name in names))
            await self.pass_(60)

    async def pass_(self, seconds: float) -> None:
        """Let time pass, stopping wherever the dispatcher has something to do."""
        end = self.clock.monotonic() + seconds
        await self.settle()
        while (now := self.clock.monotonic()) < end:
            due = self.clock.next_due()
            self.manual.advance(min(end, max(due or end, now + _SMALLEST_S)) - now)
            self.clock.wake_due()
            await self.settle()

    async def settle(self) -> None:
        """Let the sender do what it can do now."""
        if self._running is None:
            return
        await packets_handled()
        patience = Patience()
        idle = asyncio.ensure_future(self.dispatcher.idle())
        checks_asleep = 0
        while not idle.done() and checks_asleep < _CHECKS_ASLEEP and not patience.is_over():
            await asyncio.wait({idle}, timeout=_CHECK_EVERY_S)
            busy = [delivery.task for delivery in self.dispatcher._busy.values()]
            is_asleep = bool(busy) and not self.clock._awake(busy)
            checks_asleep = checks_asleep + 1 if is_asleep else 0
        idle.cancel()
        await packets_handled()

    def jump(self, by: timedelta) -> None:
        """Set the wall clock; what counts seconds is not touched."""
        self.manual._start += by

    async def start(self) -> None:
        """Begin to send."""
        self._running = asyncio.create_task(
            self.dispatcher.run(self.receiver, Pulse("dispatcher", self.clock.monotonic))
        )
        await self.settle()

    async def kill(self) -> None:
        """Stop in the middle of whatever it does, and forget all that is not in the store."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            self._running = None
        await self.store.drained()
        self.restart()

    async def incidents(self) -> tuple[Incident, ...]:
        """Read what lasts."""
        async with self.store.read() as conn:
            return await alerts.active(conn, [PANEL], guild_id=GUILD)

    async def states(self) -> States:
        """Read the state of each rule that has one."""
        async with self.store.read() as conn:
            return await alerts.states(conn, PANEL)

    async def messages(self) -> list[Message]:
        """Read every message, the oldest first."""

        async def read(conn: AsyncConnection) -> list[Message]:
            stored = [await notifications.get(conn, number) for number in range(1, 100)]
            return [message for message in stored if message is not None]

        async with self.store.read() as conn:
            return await read(conn)


ALL: Mapping[str, Mapping[int, GuildScope]] = {PANEL: {GUILD: "all"}}


@asynccontextmanager
async def open_harness(
    directory: Path, scopes: Mapping[str, Mapping[int, GuildScope]] = ALL
) -> AsyncIterator[Harness]:
    """Open a harness whose guilds all chose a channel: CHANNEL, and the next for each guild after that."""
    manual = ManualClock()
    clock = SteppedClock(manual, Outside())
    await place_store(directory)
    with stores_without_threads():
        store = await Store.open(directory / "quetzal.db", now=clock.now())
        made = Harness(store, manual, clock, RecordingReceiver(clock), scopes)
        for number, guild_id in enumerate(scopes[PANEL]):
            await made.choose(CHANNEL + number, guild_id)
        try:
            yield made
        finally:
            await made.kill()
            await store.close()


def kinds(messages: Iterable[Message]) -> list[str]:
    """Name the kinds of messages."""
    return [message.kind.value for message in messages]


async def acknowledge(harness: Harness, incident: Incident, guild_id: int = GUILD) -> None:
    """Acknowledge an incident for a guild."""
    at = harness.clock.now()
    await harness.store.write(
        lambda conn: alert_handling.acknowledge(conn, [incident], guild_id=guild_id, by=5, at=at)
    )


async def nothing_waits(harness: Harness) -> bool:
    """Say whether everything was delivered."""
    async with harness.store.read() as conn:
        return not await outbox.jobs(conn)
