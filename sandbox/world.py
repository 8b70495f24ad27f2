"""The world: who and what there is, what happens when, and who listens."""

import asyncio
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sandbox import eggs
from sandbox.answers import Json
from sandbox.clock import Clock
from sandbox.console import CATCH_UP_SECONDS
from sandbox.event_bus import EventBus
from sandbox.games import Game
from sandbox.heartbeat import start_beating
from sandbox.model import (
    ActivityRow,
    Allocation,
    ApiKey,
    Disk,
    Egg,
    FeatureLimits,
    GameServer,
    Limits,
    Listener,
    Node,
    Subuser,
    User,
)
from sandbox.panel_version import Mode
from sandbox.power import resume

SECRET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"  # noqa: S105 - what secrets are made of
FIRST_DATABASE = 41  # a panel that others used before: small numbers are nobody's
T = TypeVar("T")
DiskFactory = Callable[["World", str], Disk]


@dataclass(slots=True)
class PanelSettings:
    """What an operator of the panel can switch."""

    url: str = "http://127.0.0.1"
    maintenance: bool = False
    require_two_factor: int = 0  # 0 nobody, 1 admins, 2 everybody
    requests_per_minute: int | None = None  # None: what the mode has
    limiter: bool = True
    databases_enabled: bool = True
    database_hosts: bool = True
    database_host_up: bool = True
    database_port: int = 3306
    allocations_enabled: bool = False
    player_counter: bool = False  # Pelican's plugin
    backup_throttle: tuple[int, int] = (2, 600)  # backups, seconds
    max_edit_bytes: int = 4 * 1024 * 1024
    socket_token_s: float = 600.0
    timezone: str = "UTC"  # in which schedules are meant; answers are in UTC all the same


class World(EventBus):
    """The registry of everything on one timeline."""

    def __init__(
        self, clock: Clock, disk_factory: DiskFactory, mode: Mode = Mode.V1_11, seed: int = 1
    ) -> None:
        super().__init__(clock)
        self.mode = mode
        self.random = random.Random(seed)  # noqa: S311 - a world that is the same each time
        self.settings = PanelSettings()
        self.users: dict[str, User] = {}
        self.keys: dict[str, ApiKey] = {}
        self.nodes: list[Node] = []
        self.resources_cache: dict[str, tuple[float, Json]] = {}  # by server: until when, and what
        self.started_at = clock.now()
        self._disk_factory = disk_factory
        self._disk_work: set[asyncio.Future[Any]] = set()
        self._files = tempfile.TemporaryDirectory(prefix="quetzal-sandbox-")
        self._ids = {name: count(1) for name in ("user", "node", "server", "row", "schedule", "task")}
        self._ids["database"] = count(FIRST_DATABASE)
        self.node = self.add_node("node-1")
        self.add_user("owner")
        self.add_user("admin", admin=True)

    # --- the bus ----------------------------------------------------------------------------------------

    def subscribe(self, server: GameServer, listener: Listener) -> Callable[[], None]:
        """Give a listener each event of a server as (name, args), at once; returns how to leave."""
        server.listeners.append(listener)
        start_beating(self, server)

        def leave() -> None:
            if listener in server.listeners:
                server.listeners.remove(listener)

        return leave

    # --- the registry -----------------------------------------------------------------------------------

    def next_id(self, kind: str = "row") -> int:
        """Return the next number of a table."""
        return next(self._ids[kind])

    def begin_ids(self, kind: str, first: int) -> None:
        """Let the next row of a table have this number, as if earlier ones had been deleted."""
        self._ids[kind] = count(first)

    def new_uuid(self) -> str:
        """Return a version 4 UUID out of the world's own dice."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def new_secret(self, length: int) -> str:
        """Return letters and digits out of the world's own dice."""
        return "".join(self.random.choices(SECRET_ALPHABET, k=length))

    def files_of(self, uuid: str, kind: str = "volumes") -> Path:
        """Return the (existing) directory of a server's files or backups in this world's temporary tree."""
        path = Path(self._files.name) / kind / uuid
        path.mkdir(parents=True, exist_ok=True)
        return path

    async def on_disk(self, action: Callable[[], T]) -> T:
        """Work on a node's disk in a thread, to the end even if whoever waits for it leaves."""
        work = asyncio.ensure_future(asyncio.to_thread(action))
        self._disk_work.add(work)
        work.add_done_callback(self._disk_work.discard)
        return await asyncio.shield(work)

    async def disks_idle(self) -> None:
        """Wait until no node works on its disk any more, for whoever asked and left."""
        while self._disk_work:
            await asyncio.wait(self._disk_work)
            await asyncio.sleep(0)  # a request may do several things in turn

    def add_user(self, username: str, *, admin: bool = False) -> User:
        """Add an account with one account key."""
        user = User(
            id=self.next_id("user"),
            uuid=self.new_uuid(),
            username=username,
            email=f"{username}@example.com",
            created_at=self.now(),
            admin=admin,
        )
        self.users[username] = user
        self.add_key(user)
        return user

    def user(self, username: str) -> User:
        """Return the account of that name, made when it is new."""
        return self.users.get(username) or self.add_user(username)

    def add_key(
        self,
        user: User,
        *,
        kind: str = "account",
        token: str | None = None,
        allowed_ips: tuple[str, ...] = (),
    ) -> ApiKey:
        """Add a key; `token` sets the whole key, else it is made up."""
        prefix = self.mode.key_prefix if kind == "account" else self.mode.application_key_prefix
        token = token or prefix + self.new_secret(43)
        key = ApiKey(token[:16], token[16:], user, self.now(), kind=kind, allowed_ips=allowed_ips)
        self.keys[key.identifier] = key
        return key

    def key_of(self, username: str) -> str:
        """Return a whole account key of that user."""
        user = self.user(username)
        return next(key.token for key in self.keys.values() if key.user is user and key.kind == "account")

    def add_node(self, name: str) -> Node:
        """Add a node; it answers on the sandbox's node origin."""
        first = self.nodes[0] if self.nodes else None
        node = Node(self.next_id("node"), name, self.new_secret(64), started_at=self.now())
        if first is not None:
            node.fqdn, node.port, node.scheme = first.fqdn, first.port, first.scheme
        self.nodes.append(node)
        return node

    def add_server(  # noqa: PLR0913 - a fixture: each argument is a column
        self,
        name: str = "Survival",
        *,
        owner: str = "owner",
        memory: int = 1024,
        disk: int = 5120,
        cpu: int = 100,
        swap: int = 0,
        databases: int | None = 3,
        allocations: int | None = 2,
        backups: int = 5,
        state: str = "offline",
        status: str | None = None,
        description: str = "",
        uuid: str | None = None,
        node: Node | None = None,
        egg: Egg | None = None,
        java: bool = True,
        game: Game | None = None,
        up_for: float = 3600.0,
    ) -> GameServer:
        """Add a server in a power state; `up_for` is how long (seconds) a running one has been up."""
        uuid = uuid or self.new_uuid()
        egg = egg or (eggs.paper() if java else eggs.openttd())
        number = self.next_id("server")
        server = GameServer(
            id=number,
            uuid=uuid,
            name=name,
            owner=self.user(owner),
            node=node or self.node,
            egg=egg,
            disk=self._disk_factory(self, uuid),
            game=game or Game(),
            docker_image=next(iter(egg.docker_images.values())),
            created_at=self.now(),
            description=description,
            limits=Limits(memory=memory, disk=disk, cpu=cpu, swap=swap),
            feature_limits=FeatureLimits(databases, allocations, backups),
            status=status,
            allocations=[Allocation(number, "127.0.0.1", 25564 + number)],
        )
        server.power.state = state
        server.power.since = self.seconds()
        server.chatted_until = self.seconds() - CATCH_UP_SECONDS
        if state != "offline":
            server.power.container_started = self.seconds() - up_for
        self.servers[uuid] = server
        resume(self, server)
        return server

    def add_subuser(self, server: GameServer, username: str, permissions: list[str]) -> Subuser:
        """Let somebody do some things on a server."""
        subuser = Subuser(self.user(username), permissions, self.now())
        server.subusers.append(subuser)
        return subuser

    def log(  # noqa: PLR0913 - the columns of a log row
        self,
        server: GameServer,
        event: str,
        properties: dict[str, object] | None = None,
        *,
        actor: User | None = None,
        ip: str | None = None,
        is_api: bool = False,
        at: datetime | None = None,
    ) -> ActivityRow:
        """Write a row of a server's activity log; without an actor it is the system's."""
        row = ActivityRow(
            self.next_id(), event, at or self.now(), properties or {}, actor=actor, ip=ip, is_api=is_api
        )
        server.activity.append(row)
        return row

    def close(self) -> None:
        """Remove the files."""
        self.forget()
        self._files.cleanup()
