"""Work that goes on by itself. It belongs to the guild, and lasts while whoever set it up has the level."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.levels import Level


class WorkKind(StrEnum):
    """What goes on."""

    RETENTION = "retention"
    SCHEDULE = "schedule"
    BOARD = "board"
    MAINTENANCE = "maintenance"

    @property
    def level(self) -> Level:
        """The level it takes to set it up, and to keep it up."""
        return Level.OPERATOR if self is WorkKind.MAINTENANCE else Level.ADMIN

    @property
    def permission(self) -> str | None:
        """What the linked panel key of whoever set it up must be allowed; None: it asks no panel."""
        return _PERMISSIONS.get(self)

    @property
    def can_resume(self) -> bool:
        """Whether it can be taken over. A maintenance that was ended is begun anew instead."""
        return self is not WorkKind.MAINTENANCE


_PERMISSIONS = {WorkKind.RETENTION: "backup.delete", WorkKind.SCHEDULE: "schedule.update"}


class Lost(StrEnum):
    """Why it stopped: what is true of whoever set it up, or of the place where it goes on."""

    MEMBERSHIP = "membership"
    LEVEL = "level"
    KEY = "key"
    PERMISSION = "permission"
    CHANNEL = "channel"
    """The channel of a board was deleted."""


@dataclass(frozen=True, slots=True)
class Stop:
    """It does not go on until somebody takes it over."""

    at: datetime
    why: Lost

    @property
    def can_resume(self) -> bool:
        """Whether it could go on for somebody else where it was."""
        return self.why is not Lost.CHANNEL


@dataclass(frozen=True, slots=True)
class StandingWork:
    """One thing that goes on in a guild. `number` tells apart what there may be several of.

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
        """What makes it different from others."""
        return self.kind, self.guild_id, self.panel_id, self.server_uuid or "", self.number
