"""What a server has: backups, databases, schedules with their tasks. Plain rows, mutable."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class PlayerCount:
    """What a game reports to the panel's player counter."""

    current_players: int
    max_players: int
    players: list[str] = field(default_factory=list)
    hostname: str = ""
    map: str = ""


@dataclass(eq=False, slots=True)
class Backup:
    """A backup row. Running: no `completed_at`. Failed: `completed_at` without success."""

    id: int
    uuid: str
    name: str
    created_at: datetime
    ignored_files: list[str] = field(default_factory=list)
    is_locked: bool = False
    is_successful: bool = False
    checksum: str | None = None
    size: int = 0
    completed_at: datetime | None = None
    deleted: bool = False  # deleted rows still count for the throttle
    scheduled: bool = False
    ballast: int = 0  # bytes of `size` that do not lie on the disk of whoever runs the sandbox

    @property
    def counts(self) -> bool:
        """Whether the limit counts it: running or successful."""
        return not self.deleted and (self.completed_at is None or self.is_successful)


@dataclass(eq=False, slots=True)
class Database:
    """A database row."""

    id: int
    name: str
    username: str
    password: str
    remote: str
    max_connections: int = 0


@dataclass(eq=False, slots=True)
class Task:
    """One step of a schedule."""

    id: int
    sequence_id: int
    action: str
    payload: str
    time_offset: int
    continue_on_failure: bool
    created_at: datetime
    updated_at: datetime
    is_queued: bool = False


@dataclass(eq=False, slots=True)
class Schedule:
    """A schedule with its tasks in order."""

    id: int
    name: str
    minute: str
    hour: str
    day_of_month: str
    month: str
    day_of_week: str
    is_active: bool
    only_when_online: bool
    created_at: datetime
    updated_at: datetime
    is_processing: bool = False
    last_run_at: datetime | None = None
    next_run_at: datetime | None = None
    tasks: list[Task] = field(default_factory=list)
