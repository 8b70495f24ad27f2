"""A sandbox with one server, the real client, store and actions, and time that passes only by sleeping."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from typing_extensions import override

from bot.core.clock import Clock
from bot.domain.audit import AuditEntry, AuditFilter
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.domain.trash import TrashPolicy
from bot.panel import PanelClient, PanelConfig
from bot.services.access.authorizer import Permit
from bot.services.audit import Audit
from bot.services.clock_check import ClockCheck
from bot.services.files import (
    EditService,
    HistoryService,
    Journal,
    SafeChange,
    TrashCleanup,
    TrashStore,
)
from bot.storage import Store
from bot.storage.repositories import audit
from bot.workers import WorkerPool
from sandbox import ManualClock, Sandbox
from sandbox.model import GameServer
from sandbox.node.disk import Disk
from sandbox.node.volumes import disk_of
from tests.support.stores import place_store

GUILD, USER = 1, 7
TRASH = "/.quetzal/"
READ_LIMIT = 4 * 1024 * 1024


class SleepingClock(Clock):
    """Whoever sleeps moves time."""

    def __init__(self, sandbox: Sandbox, manual: ManualClock) -> None:
        super().__init__(monotonic=manual.seconds, now=manual.now)
        self._sandbox = sandbox

    @override
    async def sleep(self, seconds: float) -> None:
        """Let that time pass."""
        await self._sandbox.advance(seconds)


@dataclass
class Rig:
    """What one change plays on. Everything is real but time and the panel."""

    sandbox: Sandbox
    clock: SleepingClock
    server: GameServer
    permit: Permit
    store: Store
    safe: SafeChange
    edits: EditService
    history: HistoryService
    workers: WorkerPool

    @property
    def disk(self) -> Disk:
        """The server's files."""
        return disk_of(self.server)

    def files(self) -> dict[str, bytes | None]:
        """Give every path on the server with its content, directories with None."""
        root = self.disk.tree.root
        return {
            f"/{place.relative_to(root)}": None if place.is_dir() else place.read_bytes()
            for place in sorted(root.rglob("*"))
        }

    def outside_trash(self) -> dict[str, bytes | None]:
        """Give what a person sees of them."""
        return {path: data for path, data in self.files().items() if not (path + "/").startswith(TRASH)}

    def requests(self) -> list[str]:
        """Name the requests so far."""
        return [
            f"{entry.method} {entry.path.rpartition('/')[2]}"
            for entry in self.sandbox.requests
            if self.server.uuid in entry.path or entry.origin == "node"
        ]

    async def acts(self) -> list[AuditEntry]:
        """Read the audit, oldest first."""
        async with self.store.read() as conn:
            page = await audit.page(conn, AuditFilter(GUILD, server_uuid=self.server.uuid), size=100)
        return [*reversed(page.acts)]


class Rigs:
    """Makes rigs that share a sandbox and a store; each has a server, a client and a moment of its own."""

    def __init__(self, sandbox: Sandbox, manual: ManualClock, store: Store, workers: WorkerPool) -> None:
        self.sandbox = sandbox
        self.store = store
        self._workers = workers
        self._clock = SleepingClock(sandbox, manual)
        self._tokens: Iterator[int] = itertools.count()

    @asynccontextmanager
    async def open_rig(self, rules: TrashPolicy | None = None) -> AsyncIterator[Rig]:
        """Make a rig with an empty server."""
        sandbox, clock, store = self.sandbox, self._clock, self.store
        sandbox.faults.clear()
        sandbox.requests.clear()
        game = sandbox.world.add_server(name="Survival", owner="owner")
        config = PanelConfig(
            sandbox.panel_url, SecretStr(sandbox.world.key_of("owner")), node_hosts=("127.0.0.1",)
        )
        clock_check = ClockCheck(clock)
        on_date = partial(clock_check.note, "panel")
        async with PanelClient(config, clock.monotonic, sleep=clock.sleep, on_date=on_date) as panel:
            server = await panel.servers.view(game.uuid)
            actor = Actor(USER, "Ada", GUILD, frozenset(), is_administrator=True)
            permit = Permit(actor, Target("main", server), Level.MANAGER, panel)
            trash = TrashStore(rules or TrashPolicy())
            journal = Journal(store, Audit(store, clock), clock, token=lambda: f"{next(self._tokens):08x}")
            safe = SafeChange(journal, trash, TrashCleanup(store, trash, clock, clock_check))
            yield Rig(
                sandbox,
                clock,
                game,
                permit,
                store,
                safe,
                EditService(safe, READ_LIMIT, self._workers),
                HistoryService(store, safe, READ_LIMIT, self._workers),
                self._workers,
            )
        await sandbox.world.disks_idle()


@asynccontextmanager
async def rigs(directory: Path) -> AsyncIterator[Rigs]:
    """Open a sandbox and a store for many rigs."""
    manual = ManualClock()
    async with Sandbox(clock=manual, limiter=False) as sandbox:
        await place_store(directory)
        store = await Store.open(directory / "quetzal.db", now=manual.now())
        workers = WorkerPool(Clock())
        try:
            yield Rigs(sandbox, manual, store, workers)
        finally:
            await workers.close()
            await store.close()
