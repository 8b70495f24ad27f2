"""Monitors one panel: passes batches of checks to the alert evaluator, forever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.domain.incidents import Subject
from bot.monitoring.batch import CheckBatch
from bot.monitoring.observer import ServerObserver
from bot.monitoring.player_sampler import PlayerSampler
from bot.monitoring.poller import Poller, SourceStatus
from bot.monitoring.reachability import ReachabilityTracker
from bot.monitoring.slow_facts import SlowFactsCache
from bot.monitoring.sources import LiveSource, SourceRouter
from bot.monitoring.stop_attribution import StopAttributor
from bot.monitoring.stream import ObservationStream
from bot.panel import PanelClient
from bot.services.players import GameQueries, LatestPlayers
from bot.services.servers import EndDiagnosis, ServerDirectory
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import alerts, server_states
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

STORED_WITHIN_S = 60.0
"""How long evaluating and storing a batch may take before it is reported as the problem."""
MISSING_SERVER_FORGOTTEN_S = 600.0
"""For how long a server has to be missing from the list until it counts as deleted."""


class BatchConsumer(Protocol):
    """Evaluates batches of checks; `bot.alerting.evaluator.AlertEvaluator`."""

    async def process(self, batch: CheckBatch) -> None:
        """Store a batch in one transaction; raises StoreError if the store can't be written to."""

    async def forget_missing_servers(self, panel_id: str, known: Collection[str], now: datetime) -> None:
        """Resolve the alerts of servers and nodes that the panel no longer lists, and delete their state.

        `known` are uuids, and nodes as `Subject.about` names them.
        """


@dataclass(frozen=True, slots=True)
class MonitorStatus:
    """How the monitor of a panel is doing; `last_stored_s` is monotonic, `not_stored` says why not."""

    panel_id: str
    source: SourceStatus | None
    last_stored_s: float | None
    not_stored: str | None


class Monitor:
    """Observes one panel's servers and passes each batch of checks to the alert evaluator.

    Start its `tasks` under the supervisor.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all it depends on
        self,
        panel: PanelClient,
        directory: ServerDirectory,
        store: Store,
        evaluator: BatchConsumer,
        clock: Clock,
        workers: WorkerPool,
        *,
        every_s: float,
        players: LatestPlayers,
        games: GameQueries | None = None,
        sources: Sequence[LiveSource] = (),
    ) -> None:
        """`games`: how games are asked for their players, if they are."""
        self.panel_id = panel.config.id
        self.facts = SlowFactsCache(panel, directory, store, clock)
        self._panel = panel
        self._directory = directory
        self._store = store
        self._evaluator = evaluator
        self._clock = clock
        self._diagnosis = EndDiagnosis(workers)
        self._every_s = every_s
        router = SourceRouter(self.panel_id, sources, self._is_followed)
        self.stream = ObservationStream(router, ReachabilityTracker(), clock)
        self._players = players
        self._sampler = (
            None
            if games is None
            else PlayerSampler(panel, directory, store, players, games, self.stream.known, clock)
        )
        self._source: Poller | None = None
        self._storing = asyncio.Lock()
        self._storing_s: float | None = None
        self._alerting: frozenset[str] = frozenset()
        self._last_stored_s: float | None = None
        self._not_stored: str | None = None
        self._listed: object = None
        self._nodes: set[str] = set()
        self._gone_s: dict[str, float] = {}

    @property
    def status(self) -> MonitorStatus:
        """How the monitor is doing."""
        source = None if self._source is None else self._source.status
        not_stored = self._not_stored
        if self._storing_s is not None and self._clock.monotonic() - self._storing_s > STORED_WITHIN_S:
            not_stored = "it takes too long"
        return MonitorStatus(self.panel_id, source, self._last_stored_s, not_stored)

    @property
    def sources(self) -> Collection[LiveSource]:
        """The live sources; start `run` of each with `stream`."""
        return self.stream.router.sources

    @property
    def tasks(self) -> dict[str, Callable[[Pulse], Awaitable[None]]]:
        """The tasks for the supervisor, by name, in the order in which to start them."""
        sources = {
            f"{source.kind} source of {self.panel_id}": partial(source.run, self.stream)
            for source in self.sources
        }
        sampler = {} if self._sampler is None else {f"players of {self.panel_id}": self._sampler.run}
        return {
            f"watch of {self.panel_id}": self.run,
            f"slow facts of {self.panel_id}": self.facts.keep_fresh,
            **sources,
            **sampler,
        }

    async def run(self, pulse: Pulse) -> None:
        """Observe forever, starting from the stored states."""
        async with self._store.read() as conn:
            known = await server_states.of(conn, self.panel_id)
            states = await alerts.states(conn, self.panel_id)
        self._alerting = frozenset(about for about, _ in states)
        self._nodes = {
            about for about in self._alerting if Subject(self.panel_id, about).node_name is not None
        }
        attributor = StopAttributor(self._panel, self._store, self._clock)
        observer = ServerObserver(known, attributor, self._diagnosis, self.facts, self._players, self._clock)
        self.stream.begin(observer)
        source = self._source = Poller(
            self._panel, self._directory, self.stream, self._clock, every_s=self._every_s
        )
        batches = source.batches()
        urgent = asyncio.create_task(self._store_urgent(source), name=f"urgent batches of {self.panel_id}")
        try:
            async for batch in batches:
                if await self._store_batch(batch):
                    pulse.beat()
                await self._forget(observer)
        finally:
            urgent.cancel()
            await asyncio.wait({urgent})
            await batches.aclose()
            await self.stream.close()

    async def _store_urgent(self, source: Poller) -> None:
        """Store at once what can't wait for the next batch, such as a crash."""
        while True:
            await self.stream.urgent.wait()
            batch = source.urgent_batch()
            if batch.servers:
                await self._store_batch(batch)

    async def _store_batch(self, batch: CheckBatch) -> bool:
        async with self._storing:
            self._storing_s = self._clock.monotonic()
            try:
                stored = await self._process(batch)
            finally:
                self._storing_s = None
            self.stream.settled(batch.servers, stored=stored)
        return stored

    def _is_followed(self, uuid: str) -> bool:
        """Whether a server takes priority for a live connection."""
        has_follower = self._panel.sockets.hub.is_followed(uuid)
        return has_follower or uuid in self._alerting or self.stream.has_changed_lately(uuid)

    async def _forget(self, observer: ServerObserver) -> None:
        """Forget servers and nodes that have been unlisted for some time: a list may briefly miss one."""
        targets, now_s = self._directory.get_for(self.panel_id), self._clock.monotonic()
        if targets is None:
            return
        if targets is not self._listed:
            self._listed = targets
            nodes = {Subject.node(self.panel_id, target.server.node).about for target in targets}
            self._nodes |= nodes
            gone = (observer.known | self._nodes) - nodes - {target.server.uuid for target in targets}
            self._gone_s = {about: self._gone_s.get(about, now_s) for about in gone}
        long_gone = {
            about for about, since_s in self._gone_s.items() if now_s - since_s >= MISSING_SERVER_FORGOTTEN_S
        }
        if not long_gone:
            return
        try:
            servers = observer.known | {target.server.uuid for target in targets}
            known = (servers | self._nodes) - long_gone
            await self._evaluator.forget_missing_servers(self.panel_id, known, self._clock.now())
        except StoreError as error:
            log.debug("deleted servers cannot be forgotten yet: %s", error)
            return
        observer.forget(long_gone)
        self.stream.forget(long_gone)
        if self._sampler is not None:
            self._sampler.forget(long_gone)
        self._nodes -= long_gone
        self._gone_s = {about: since_s for about, since_s in self._gone_s.items() if about not in long_gone}

    async def _process(self, batch: CheckBatch) -> bool:
        """Evaluate a batch; whatever goes wrong with it, the monitor goes on."""
        try:
            await self._evaluator.process(batch)
        except StoreError as error:
            self._failed(error.happened, None)
        except Exception as error:  # noqa: BLE001 - a defect in one batch must not end the monitor
            self._failed(type(error).__name__, error)
        else:
            if self._not_stored is not None:
                log.info("observations of panel %s are stored again", self.panel_id)
            self._not_stored, self._last_stored_s = None, self._clock.monotonic()
            return True
        return False

    def _failed(self, why: str, defect: Exception | None) -> None:
        level = logging.DEBUG if why == self._not_stored else logging.ERROR
        log.log(level, "what is observed on panel %s is not kept: %s", self.panel_id, why, exc_info=defect)
        self._not_stored = why
