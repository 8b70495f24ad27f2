"""Standing work of a guild, which runs while the person who set it up has the level."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.levels import Level


class WorkKind(StrEnum):
    """The kind of work."""

    RETENTION = "retention"
    SCHEDULE = "schedule"
    BOARD = "board"
    PUBLIC_BOARD = "public board"
    IDLE = "idle"
    """Stops a server that nobody plays on."""
    MAINTENANCE = "maintenance"

    @property
    def level(self) -> Level:
        """The level that it requires."""
        return _LEVELS.get(self, Level.ADMIN)

    @property
    def permission(self) -> str | None:
        """The panel permission that its creator's linked key needs; None: it uses no panel."""
        return _PERMISSIONS.get(self)

    @property
    def can_resume(self) -> bool:
        """Whether it can be taken over. A maintenance that was ended is begun again instead."""
        return self is not WorkKind.MAINTENANCE


_LEVELS = {WorkKind.MAINTENANCE: Level.OPERATOR, WorkKind.IDLE: Level.MANAGER}
_PERMISSIONS = {
    WorkKind.RETENTION: "backup.delete",
    WorkKind.SCHEDULE: "schedule.update",
    WorkKind.IDLE: "control.stop",
}


class Lost(StrEnum):
    """Why it stopped: what its creator lost, or what happened to its channel."""

    MEMBERSHIP = "membership"
    LEVEL = "level"
    KEY = "key"
    PERMISSION = "permission"
    CHANNEL = "channel"
    """The channel of a board was deleted."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop, until a person takes the work over."""

    at: datetime
    why: Lost

    @property
    def can_resume(self) -> bool:
        """Whether another person could continue it where it was."""
        return self.why is not Lost.CHANNEL


@dataclass(frozen=True, slots=True)
class StandingWork:
    """One standing work of a guild. `number` distinguishes several of one kind.

    `server_uuid` None: it is about all servers of the panel that the guild may see.
    """

    kind: WorkKind
    guild_id: int
    panel_id: str
    server_uuid: str | None
    set_by: int
    set_at: datetime
    number: int = 0
    stop: Stop | None = None

    @property
    def key(self) -> tuple[WorkKind, int, str, str, int]:
        """Its key."""
        return self.kind, self.guild_id, self.panel_id, self.server_uuid or "", self.number
