"""Servers and what they use (docs/reference/servers.md)."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AliasPath, BeforeValidator, Field, ValidationInfo

from bot.core.i18n import Worded
from bot.panel.models.base import MIB, Amount, Flag, Measured, Model, OpenEnum, Text, Usage
from bot.panel.models.entries import Entries
from bot.panel.models.php import PhpList, PhpMap, PhpMaybe, PhpObject, as_list


class PowerSignal(Worded, StrEnum):
    """A power signal for a server."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"


class PowerState(Worded, OpenEnum):
    """What a server's process does. MISSING: the node is down (Pelican says so instead of an error)."""

    OFFLINE = "offline"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    MISSING = "missing"
    UNKNOWN = "unknown"


class ServerStatus(OpenEnum):
    """The installation state. Not the power state; `None` in its place means that nothing is wrong."""

    INSTALLING = "installing"
    INSTALL_FAILED = "install_failed"
    REINSTALL_FAILED = "reinstall_failed"
    SUSPENDED = "suspended"
    RESTORING_BACKUP = "restoring_backup"
    UNKNOWN = "unknown"


class ListScope(StrEnum):
    """Which servers to list. For non-administrators, ADMIN and ALL return nothing, without an error."""

    OWN = ""
    OWNER = "owner"
    ADMIN = "admin"
    ALL = "admin-all"


class Limits(Model):
    """What a server may use. 0 means no limit for memory, disk and cpu; swap -1 means no limit."""

    memory_mib: Amount = Field(default=0, validation_alias="memory")
    swap_mib: int | None = Field(default=None, validation_alias="swap")
    disk_mib: Amount = Field(default=0, validation_alias="disk")
    io_weight: Amount = Field(default=500, validation_alias="io")
    cpu_percent: Amount = Field(default=0, validation_alias="cpu")
    threads: str | int | None = None

    @property
    def memory_bytes(self) -> int | None:
        """The memory limit as the panel shows it; the enforced one is 5 to 15% higher. None: no limit."""
        return self.memory_mib * MIB or None

    @property
    def disk_bytes(self) -> int | None:
        """The disk limit. None: no limit."""
        return self.disk_mib * MIB or None

    @property
    def cpu_limit_percent(self) -> int | None:
        """The cpu limit in percent of one core. None: no limit."""
        return self.cpu_percent or None


class FeatureLimits(Model):
    """How many of each a server may have. databases None = no limit; backups 0 = none."""

    databases: int | None = None
    allocations: int | None = None
    backups: int | None = 0


class SftpDetails(Model):
    """Where SFTP listens."""

    ip: str
    port: int


class Allocation(Model):
    """An address and port that a server may listen on."""

    id: int
    ip: str
    ip_alias: str | None = None
    port: int
    notes: str | None = None
    is_default: Flag = False


class EggVariable(Model):
    """A startup variable; `server_value` None means that the default applies."""

    name: str
    description: str | None = None
    env_variable: str
    default_value: str | None = None
    server_value: str | None = None
    is_editable: Flag = False
    rules: str | PhpList[str] | None = None


def _one_spelling(value: object) -> object:
    """Pelican writes `database.view-password` where Pterodactyl writes `database.view_password`."""
    value = as_list(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [
            "database.view_password" if permission == "database.view-password" else permission
            for permission in value
        ]
    return value


Permissions = Annotated[frozenset[str], BeforeValidator(_one_spelling)]


def _or_short_id(name: str, info: ValidationInfo) -> str:
    """Call a server without a name by its short id."""
    return name or str(info.data.get("identifier", ""))


class Server(Model):
    """A server, its limits and its installation state. Power and usage are in `Resources`."""

    uuid: str
    identifier: str
    internal_id: int
    name: Annotated[Text, AfterValidator(_or_short_id)]
    node: Text = ""
    description: Text = ""
    is_owner: Flag = Field(default=False, validation_alias="server_owner")
    is_node_under_maintenance: Flag = False
    is_transferring: Flag = False
    is_suspended: Flag = False
    status: ServerStatus | None = None
    limits: PhpObject[Limits] = Limits()
    feature_limits: PhpObject[FeatureLimits] = FeatureLimits()
    sftp_details: PhpMaybe[SftpDetails] = None
    docker_image: Text = ""
    invocation: Text = ""
    egg_features: PhpList[str] | None = None
    allocations: Entries[Allocation] = Field(
        default=Entries(), validation_alias=AliasPath("relationships", "allocations", "data")
    )
    variables: Entries[EggVariable] = Field(
        default=Entries(), validation_alias=AliasPath("relationships", "variables", "data")
    )
    egg_name: str | None = Field(
        default=None, validation_alias=AliasPath("relationships", "egg", "attributes", "name")
    )
    permissions: Permissions | None = None
    """The permissions of the key's account; only a view has them, a list doesn't (None)."""

    @property
    def primary_allocation(self) -> Allocation | None:
        """The address players connect to."""
        return next((allocation for allocation in self.allocations if allocation.is_default), None)

    def allows(self, permission: str) -> bool | None:
        """Whether the key's account has a permission such as `control.start`; None when not known."""
        if self.permissions is None:
            return True if self.is_owner else None
        if "*" in self.permissions and not permission.startswith("admin."):
            return True
        return permission in self.permissions


class ServerViewMeta(Model):
    """The `meta` of a server view."""

    is_server_owner: Flag = False
    user_permissions: Permissions = frozenset()


class ServerView(Model):
    """The envelope of a server view."""

    attributes: Server
    meta: PhpMaybe[ServerViewMeta] = None


class Resources(Model):
    """What a server uses. The panel caches it for 20 s.

    cpu is in percent of one core (250 is legal); network counts from the start of the process.
    """

    state: PowerState = Field(validation_alias="current_state")
    is_suspended: Flag = False
    memory_bytes: Measured = Field(validation_alias=AliasPath("resources", "memory_bytes"))
    cpu_absolute_percent: Usage = Field(validation_alias=AliasPath("resources", "cpu_absolute"))
    disk_bytes: Measured = Field(validation_alias=AliasPath("resources", "disk_bytes"))
    network_rx_bytes: Measured = Field(validation_alias=AliasPath("resources", "network_rx_bytes"))
    network_tx_bytes: Measured = Field(validation_alias=AliasPath("resources", "network_tx_bytes"))
    uptime_ms: Measured = Field(validation_alias=AliasPath("resources", "uptime"))


class Startup(Model):
    """The startup variables that the account may see, and the command they make."""

    variables: Entries[EggVariable]
    startup_command: Text = ""
    raw_startup_command: Text = ""
    docker_images: PhpMap[str, str] = Field(default_factory=dict)


class StartupMeta(Model):
    """The `meta` of a startup list."""

    startup_command: Text = ""
    raw_startup_command: Text = ""
    docker_images: PhpMap[str, str] = Field(default_factory=dict)


class StartupList(Model):
    """The envelope of a startup list."""

    data: Entries[EggVariable]
    meta: PhpObject[StartupMeta] = StartupMeta()
