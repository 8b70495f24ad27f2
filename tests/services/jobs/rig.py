"""The services with a panel and without Discord, which can be killed at a write of the store or a request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr

from bot.composition.services import build_services
from bot.container import Services
from bot.domain.backup_copies import BackupCopy
from bot.domain.idle import IdleRule
from bot.domain.jobs import BulkPlan, CountdownPlan, Job
from bot.domain.levels import Actor, Level
from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerQuery, PlayersNow
from bot.domain.players import GameProtocol, PlayerCount
from bot.panel.transport import Transport
from bot.services.backup_copies import CopyPlace
from bot.services.jobs import BulkRequest, RestartRequest
from bot.services.standing_work import MemberUnknown
from bot.settings import CopySettings, PanelSettings, Settings
from bot.storage import Store
from bot.storage.repositories import idle_rules
from demo.harness import Outside
from demo.manual_clock import SteppedClock, packets_handled
from sandbox import ManualClock, Sandbox
from sandbox.model import GameServer
from tests.support.forks import forked_workers
from tests.support.stores import place_store, stores_without_threads

GUILD_ID = 100000000000000001
ADMIN = Actor(5, "Ada", GUILD_ID, is_administrator=True)
_SMALLEST_STEP_S = 1e-6
_STEP_S = 2.0


class Members:
    """Ada is an administrator, unless she has left; for the next `silent` questions Discord says nothing."""

    def __init__(self) -> None:
        self.ada: Actor | None = ADMIN
        self.silent = 0

    async def find(self, guild_id: int, user_id: int) -> Actor | None:
        """Return her."""
        if self.silent > 0:
            self.silent -= 1
            raise MemberUnknown
        return self.ada


@dataclass
class Kill:
    """Ends the task of a job or copy at its `at`-th write or request (the first is 0), before or after it."""

    at: int | None = None
    after: bool = False
    passed: int = 0
    names: list[str] = field(default_factory=list)
    done: bool = False

    async def through(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what the work gives
        """Do it, unless the job is killed here."""
        task = asyncio.current_task()
        if task is None or not task.get_name().startswith(("job ", "step of job ", "copy ")):
            return await work()
        number, self.passed = self.passed, self.passed + 1
        self.names.append(name)
        if self.at is None or self.done or number != self.at:
            return await work()
        if self.after:
            await work()
        self.done = True
        raise asyncio.CancelledError


class Rig:
    """A running server, `Survival`, and the services, which come back after a kill."""

    def __init__(
        self,
        sandbox: Sandbox,
        manual: ManualClock,
        data_dir: Path,
        kill: Kill,
        copy_places: Mapping[str, CopyPlace],
    ) -> None:
        self.sandbox = sandbox
        self.survival: GameServer = sandbox.world.add_server(name="Survival", state="running")
        self.survival.feature_limits.backups = 5
        self.survival.disk.write("/world/level.dat", b"level" * 100)
        self.clock = SteppedClock(manual, Outside())
        self.kill = kill
        self.members = Members()
        self.players: int | None = None
        """Who is on; None where nobody counts."""
        self._data_dir = data_dir
        self._copy_places = copy_places
        self.copy_settings: Mapping[str, CopySettings] = {}
        """Targets that the services make themselves, at their next start."""
        self._running = AsyncExitStack()
        self.services: Services

    async def start(self) -> None:
        """Start the services."""
        panel = PanelSettings(
            url=self.sandbox.panel_url,
            key=SecretStr(self.sandbox.world.key_of("owner")),
            guilds={GUILD_ID: "all"},
            node_hosts=("127.0.0.1",),
        )
        settings = Settings(
            discord_token=SecretStr("unused"),
            panels={"main": panel},
            copies=self.copy_settings,
            data_dir=self._data_dir,
            watch=False,
        )
        self.services = await self._running.enter_async_context(
            build_services(settings, clock=self.clock, copy_places=self._copy_places)
        )
        self.services.job_runner.begin(self.members)
        self.services.supervisor.start("jobs", self.services.job_runner.run)
        self.services.supervisor.start("copies of backups", self.services.copy_runner.run)

    async def stop(self) -> None:
        """Stop them at once."""
        await self._running.aclose()

    async def begin_restart(self, plan: CountdownPlan) -> Job:
        """Ask for a restart."""
        target = await self.services.directory.find("main", self.survival.uuid)
        assert target is not None
        permit = await self.services.access.require(ADMIN, target, Level.OPERATOR)
        return await self.services.jobs.restart(permit, RestartRequest(plan, 7))

    async def begin_copy(self, uuid: str, to: str) -> BackupCopy:
        """Ask for a copy of a backup."""
        target = await self.services.directory.find("main", self.survival.uuid)
        assert target is not None
        permit = await self.services.access.require(ADMIN, target, Level.MANAGER)
        return await self.services.backup_copies.begin(permit, uuid, to, 7)

    async def delete_copy(self, copy: BackupCopy) -> None:
        """Ask for a copy to be deleted."""
        target = await self.services.directory.find("main", self.survival.uuid)
        assert target is not None
        permit = await self.services.access.require(ADMIN, target, Level.MANAGER)
        await self.services.backup_copies.delete(permit, copy.id)

    async def begin_bulk(self, plan: BulkPlan) -> Job:
        """Ask for a bulk action on all servers."""
        targets = await self.services.directory.iter_all(lambda _: True)
        return await self.services.jobs.bulk(ADMIN, targets, BulkRequest(plan, 7))

    async def begin_idle(self, minutes: float) -> Job:
        """Begin the stop of the empty server in so many minutes."""
        self.players = 0
        target = await self.services.directory.find("main", self.survival.uuid)
        assert target is not None
        now = self.clock.now()
        rule = IdleRule("main", self.survival.uuid, GUILD_ID, 600, 7, ADMIN.user_id, now)
        await self.services.store.write(partial(idle_rules.put, rule=rule))
        return await self.services.jobs.idle_stop(target, rule, now + timedelta(minutes=minutes))

    async def abort(self, job: Job) -> None:
        """Press Abort, and press it again when the bot was killed before it had been stored."""
        for _ in range(2):
            pressed = asyncio.create_task(self.services.jobs.abort(ADMIN, job.id), name=f"job {job.id} abort")
            await asyncio.wait({pressed})
            if not pressed.cancelled():
                pressed.result()
                return
            await self.come_back()
            if (await self.services.jobs.get(job.id, GUILD_ID)).called_off is not None:
                return

    async def come_back(self) -> None:
        """Start the services again if they were killed."""
        if self.kill.done and self.kill.at is not None:
            self.kill.at = None
            await self.stop()
            await self.start()

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        if self.players is not None:
            query = PlayerQuery(GameProtocol.MINECRAFT, self.survival.allocations[0].port, "")
            answer = PlayersNow(
                PlayerCount(online=self.players, maximum=20, protocol=GameProtocol.MINECRAFT),
                self.clock.now(),
            )
            self.services.players.answers.answered(ServerKey("main", self.survival.uuid), query, answer)
        end = self.clock.monotonic() + seconds
        while True:
            now = self.clock.monotonic()
            due = min(moment for moment in (self.clock.next_due(), end) if moment is not None)
            if now < end:
                await self.sandbox.advance(max(due - now, _SMALLEST_STEP_S))
            await packets_handled()
            await self.clock.rest(self.clock.wake_due())
            if self.clock.monotonic() >= end:
                return

    async def until_copied(self, copy: BackupCopy) -> BackupCopy:
        """Let time pass until the copy has ended; the services are killed and started again on the way."""
        for _ in range(400):
            await self.come_back()
            copy = await self.services.backup_copies.find(copy.id)
            if not copy.is_under_way:
                return copy
            await self.advance(_STEP_S)
        raise AssertionError(f"it did not end: {copy}")

    async def until_ended(self, job: Job) -> Job:
        """Let time pass until the job has ended; the services are killed and started again on the way."""
        for _ in range(400):
            await self.come_back()
            job = await self.services.jobs.get(job.id, GUILD_ID)
            if not job.is_open:
                return job
            await self.advance(_STEP_S)
        raise AssertionError(f"it did not end: {job}")

    def sent(self, method: str, path: str) -> int:
        """Count the requests that the panel got."""
        return sum(entry.method == method and entry.path.endswith(path) for entry in self.sandbox.requests)


@asynccontextmanager
async def new_rig(
    data_dir: Path, kill: Kill, copy_places: Mapping[str, CopyPlace] = MappingProxyType({})
) -> AsyncIterator[Rig]:
    """Start the services so that `kill` can end the task of a job or a copy."""
    write, send = Store.write, Transport.send

    async def killed_write(store: Store, change: Any) -> Any:  # noqa: ANN401 - what the change gives
        return await kill.through(f"write {_name(change)}", partial(write, store, change))

    async def killed_send(transport: Transport, request: Any, caller: Any) -> Any:  # noqa: ANN401 - as parsed
        if request.method == "GET":
            return await send(transport, request, caller)
        name = f"{request.method} {request.path}"
        return await kill.through(name, partial(send, transport, request, caller))

    manual = ManualClock()
    await place_store(data_dir)
    Store.write, Transport.send = killed_write, killed_send  # type: ignore[method-assign, assignment]
    try:
        with forked_workers(), stores_without_threads():
            async with Sandbox(clock=manual) as sandbox:
                rig = Rig(sandbox, manual, data_dir, kill, copy_places)
                await rig.start()
                try:
                    yield rig
                finally:
                    await rig.stop()
    finally:
        Store.write, Transport.send = write, send  # type: ignore[method-assign]


def _name(change: Any) -> str:  # noqa: ANN401 - a function of any kind
    function = getattr(change, "func", change)
    return str(getattr(function, "__qualname__", function))
