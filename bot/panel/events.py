"""Events of a node's websocket, typed (docs/reference/wings.md#events)."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import AliasPath, Field, ValidationError
from pydantic_core import from_json

from bot.panel.models.base import Amount, Measured, Model, Usage
from bot.panel.models.servers import PowerState


@dataclass(frozen=True, slots=True)
class AuthSuccess:
    """The token was accepted; also after each renewal."""


@dataclass(frozen=True, slots=True)
class Status:
    """The power state changed, or is reported after the first authentication."""

    state: PowerState


class Stats(Model):
    """Usage, about once a second while running. cpu in percent of one core; the limit has overhead in it."""

    memory_bytes: Measured
    memory_limit_bytes: Measured
    cpu_absolute_percent: Usage = Field(validation_alias="cpu_absolute")
    network_rx_bytes: Measured = Field(validation_alias=AliasPath("network", "rx_bytes"))
    network_tx_bytes: Measured = Field(validation_alias=AliasPath("network", "tx_bytes"))
    uptime_ms: Measured = Field(validation_alias="uptime")
    state: PowerState
    disk_bytes: Measured


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """One line of the console, with its ANSI codes."""

    text: str


@dataclass(frozen=True, slots=True)
class DaemonMessage:
    """A message of the node, such as one per restored file."""

    text: str


@dataclass(frozen=True, slots=True)
class DaemonError:
    """The node failed at something; most accounts get a generic sentence."""

    text: str


class BackupCompleted(Model):
    """A backup ended, successfully or not."""

    uuid: str
    is_successful: bool
    size_bytes: Amount = Field(default=0, validation_alias="file_size")
    checksum: str = ""


@dataclass(frozen=True, slots=True)
class RestoreCompleted:
    """A restore ended; failed ones say this too."""


@dataclass(frozen=True, slots=True)
class InstallEvent:
    """An installation: `kind` is started, output or completed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TransferStatus:
    """A move to another node: processing, cancelled, failed, completed, success..."""

    status: str


@dataclass(frozen=True, slots=True)
class TransferLog:
    """A line of a move to another node."""

    text: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """We send too fast; the message was dropped. `limit` is an event's name or `global`."""

    limit: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """The server was deleted; the connection ends."""


@dataclass(frozen=True, slots=True)
class TokenExpiring:
    """The token has at most a minute left."""


@dataclass(frozen=True, slots=True)
class TokenExpired:
    """The token has expired. Wings hardly ever sends this."""


@dataclass(frozen=True, slots=True)
class JwtError:
    """The node refuses the token; it is sent in place of an event."""

    text: str


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The connection was lost and is back; events between are lost."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event that this client does not know, or one whose contents make no sense."""

    name: str


Event = (
    AuthSuccess
    | Status
    | Stats
    | ConsoleLine
    | DaemonMessage
    | DaemonError
    | BackupCompleted
    | RestoreCompleted
    | InstallEvent
    | TransferStatus
    | TransferLog
    | Throttled
    | Deleted
    | TokenExpiring
    | TokenExpired
    | JwtError
    | Reconnected
    | Unknown
)


def parse(frame: str) -> Event:
    """Parse a frame. Never raises: nonsense becomes Unknown."""
    try:
        data = from_json(frame)
        name, args = data["event"], data.get("args") or [""]
        first = args[0]
        if not isinstance(name, str):
            return Unknown("")
        return _event(name, first if isinstance(first, str) else "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return Unknown("")


def _event(name: str, arg: str) -> Event:
    name = name.partition(":")[0]  # Wings before 1.5.4 had the uuid in `backup completed:<uuid>`
    if name in _WITH_TEXT:
        return _WITH_TEXT[name](arg)
    if name in _BARE:
        return _BARE[name]
    try:
        if name == "stats":
            return Stats.model_validate_json(arg)
        if name == "backup completed":
            return BackupCompleted.model_validate_json(arg)
    except ValidationError:
        return Unknown(name)
    return Unknown(name)


_WITH_TEXT: dict[str, Callable[[str], Event]] = {
    "status": lambda arg: Status(PowerState(arg)),
    "console output": ConsoleLine,
    "daemon message": DaemonMessage,
    "daemon error": DaemonError,
    "install started": lambda arg: InstallEvent("started", arg),
    "install output": lambda arg: InstallEvent("output", arg),
    "install completed": lambda arg: InstallEvent("completed", arg),
    "transfer status": TransferStatus,
    "transfer logs": TransferLog,
    "throttled": Throttled,
    "jwt error": JwtError,
}
_BARE: dict[str, Event] = {
    "auth success": AuthSuccess(),
    "backup restore completed": RestoreCompleted(),
    "deleted": Deleted(),
    "token expiring": TokenExpiring(),
    "token expired": TokenExpired(),
}
