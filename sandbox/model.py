"""The rows of the sandbox's world: plain data, mutable, shared by the panel half and the node half."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sandbox.games import Game
from sandbox.resources import Backup, Database, PlayerCount, Schedule

Listener = Callable[[str, tuple[str, ...]], None]
CONSOLE_LINES = 150  # `websocket_log_count` of Wings


class Disk(Protocol):
    """What the panel's half and the game ask of a server's files; the node's half has more of them."""

    ballast_bytes: int

    @property
    def root(self) -> Path:
        """Where they lie."""

    def used_bytes(self) -> int:
        """Return how many bytes the files take."""

    def write(self, path: str, data: bytes, *, modified: datetime | None = None) -> None:
        """Write a file as the game would."""


@dataclass(eq=False, slots=True)
class User:
    """An account of the panel."""

    id: int
    uuid: str
    username: str
    email: str
    created_at: datetime
    admin: bool = False
    first_name: str = "Sandbox"
    last_name: str = "User"
    language: str = "en"
    two_factor: bool = False


@dataclass(eq=False, slots=True)
class ApiKey:
    """A key; `kind` is a column of the panel's, not shown by the prefix."""

    identifier: str
    secret: str
    user: User
    created_at: datetime
    kind: str = "account"  # or "application"
    description: str = ""
    allowed_ips: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """The whole key, as it goes into the Authorization header."""
        return self.identifier + self.secret


@dataclass(eq=False, slots=True)
class Node:
    """A machine that runs Wings. All nodes of a sandbox answer on its one node origin."""

    id: int
    name: str
    secret: str  # signs the tokens (HS256)
    fqdn: str = "127.0.0.1"
    port: int = 8080
    scheme: str = "http"
    up: bool = True
    hung: bool = False  # accepts the panel's requests, answers after its 15 s, carries them out later
    maintenance: bool = False
    wings_version: str = "1.11.11"
    started_at: datetime | None = None
    boots: int = 1  # what ran inside Wings at an earlier boot is lost
    memory_bytes: int = 32 * 1024**3
    revoked: dict[str, int] = field(default_factory=dict)  # `jti` of a token to the second it is void before
    backlog: list[Callable[[], None]] = field(default_factory=list)  # what a hung node will still do

    @property
    def url(self) -> str:
        """The origin of the node, without trailing slash."""
        return f"{self.scheme}://{self.fqdn}:{self.port}"

    @property
    def socket_url(self) -> str:
        """The origin of the node's websockets."""
        return self.url.replace("http", "ws", 1)


@dataclass(slots=True)
class Limits:
    """A server's limits: MiB and percent of one core, 0 = unlimited."""

    memory: int = 1024
    swap: int = 0
    disk: int = 5120
    io: int = 500
    cpu: int = 100
    threads: str | None = None
    oom_disabled: bool = True

    @property
    def memory_bytes(self) -> int:
        """The hard limit that Wings sets, overhead included; 0 = none.

        Source: docs/reference/servers.md#usage-figures.
        """
        overhead = 1.15 if self.memory <= 2048 else 1.10 if self.memory <= 4096 else 1.05  # noqa: PLR2004 - MiB
        return int(self.memory * overhead * 1_000_000)

    @property
    def disk_bytes(self) -> int:
        """The quota in bytes; 0 = none."""
        return self.disk * 1024 * 1024


@dataclass(slots=True)
class FeatureLimits:
    """How many of each a server may have; None differs by kind (docs/reference/servers.md#list-and-view)."""

    databases: int | None = 3
    allocations: int | None = 2
    backups: int = 5


@dataclass(slots=True)
class Variable:
    """A startup variable of an egg."""

    name: str
    env_variable: str
    default_value: str = ""
    description: str = ""
    rules: str = "required|string|max:20"
    viewable: bool = True
    editable: bool = True


@dataclass(eq=False, slots=True)
class Egg:
    """What kind of game a server runs."""

    uuid: str
    name: str
    startup: str
    stop_command: str = "stop"
    features: list[str] | None = None
    docker_images: dict[str, str] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)
    denylist: list[str] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Allocation:
    """An address of a server."""

    id: int
    ip: str
    port: int
    alias: str | None = None
    notes: str | None = None


@dataclass(eq=False, slots=True)
class Subuser:
    """Somebody who may do some things on a server."""

    user: User
    permissions: list[str]
    created_at: datetime


@dataclass(eq=False, slots=True)
class ActivityRow:
    """A line of the activity log."""

    id: int
    event: str
    at: datetime
    properties: dict[str, object] = field(default_factory=dict)
    actor: User | None = None
    ip: str | None = None
    is_api: bool = False


@dataclass(eq=False, slots=True)
class PowerState:
    """Where a server's process stands. `generation` distinguishes a stale event from a due one."""

    state: str = "offline"
    since: float = 0.0  # clock seconds of the last change
    container_started: float | None = None  # clock seconds; None = no container
    action: str | None = None  # the power action that holds the lock
    generation: int = 0
    crashed_at: float | None = None


@dataclass(eq=False, slots=True)
class GameServer:
    """A server: the panel's row and what runs on the node."""

    id: int
    uuid: str
    name: str
    owner: User
    node: Node
    egg: Egg
    disk: Disk
    game: Game
    docker_image: str
    created_at: datetime
    description: str = ""
    external_id: str = ""
    limits: Limits = field(default_factory=Limits)
    feature_limits: FeatureLimits = field(default_factory=FeatureLimits)
    status: str | None = None  # installing, install_failed, reinstall_failed, suspended, restoring_backup
    transferring: bool = False
    on_node: bool = True  # False: the node does not know it
    has_container: bool = True  # False: its image cannot be pulled, so there is none
    variables: dict[str, str] = field(default_factory=dict)
    first_variable_row: int = 1  # the panel's number of the row, which an error names
    allocations: list[Allocation] = field(default_factory=list)
    primary_id: int | None = None  # None: the first allocation is the primary one
    subusers: list[Subuser] = field(default_factory=list)
    backups: list[Backup] = field(default_factory=list)
    databases: list[Database] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    activity: list[ActivityRow] = field(default_factory=list)
    power: PowerState = field(default_factory=PowerState)
    console: deque[str] = field(default_factory=lambda: deque(maxlen=CONSOLE_LINES))
    chatted_until: float = 0.0
    listeners: list[Listener] = field(default_factory=list)
    beating: bool = False
    fail_next_backup: bool = False
    backup_seconds: float = 5.0
    restore_seconds: float = 5.0
    counted: PlayerCount | None = None  # what a query of the panel's plugin returns; None: the egg has none
    short_id: str = ""  # where the panel makes its own instead of taking the beginning of the uuid

    @property
    def identifier(self) -> str:
        """The short id."""
        return self.short_id or self.uuid[:8]

    @property
    def primary(self) -> Allocation:
        """The address that players connect to."""
        return next((row for row in self.allocations if row.id == self.primary_id), self.allocations[0])

    @property
    def state(self) -> str:
        """The power state as Wings says it."""
        return self.power.state

    def permissions_of(self, user: User) -> list[str] | None:
        """Return the permissions of a user, `*` for everything, None without any access."""
        if user.admin:
            return ["*", "admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer"]
        if user is self.owner:
            return ["*"]
        return next((list(sub.permissions) for sub in self.subusers if sub.user is user), None)

    def variable_value(self, variable: Variable) -> str:
        """Return the value a startup variable has now."""
        return self.variables.get(variable.env_variable, variable.default_value)
