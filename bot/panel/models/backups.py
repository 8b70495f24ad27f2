"""Backups (section 13)."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.panel.models.base import Model, Page, Timestamp


class BackupState(StrEnum):
    """How far a backup is. A node that died leaves one RUNNING for hours."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STUCK = "stuck"
    """No panel says this: `bot.domain.backups.state_of` tells it from RUNNING."""


class Backup(Model):
    """A backup. The panel gives no progress and no reason for a failure."""

    uuid: str
    name: str
    is_successful: bool
    is_locked: bool = False
    ignored_files: tuple[str, ...] = ()
    checksum: str | None = None
    size_bytes: int = Field(default=0, validation_alias="bytes")
    created_at: Timestamp
    completed_at: Timestamp | None = None

    @property
    def state(self) -> BackupState:
        """`is_successful` says nothing before `completed_at` is set."""
        if self.completed_at is None:
            return BackupState.RUNNING
        return BackupState.DONE if self.is_successful else BackupState.FAILED


@dataclass(frozen=True)
class BackupPage(Page[Backup]):
    """One page of backups; `counted` are those that count towards the limit (failed ones do not)."""

    counted: int
