"""Backups (docs/reference/backups.md)."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from bot.core.i18n import Worded
from bot.panel.models.base import Amount, Flag, Model, Page, Text, Timestamp
from bot.panel.models.php import PhpList


class BackupState(Worded, StrEnum):
    """How far a backup is. A node that died leaves one RUNNING for hours."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EMPTY = "empty"
    """The panel calls it a success, but it holds 0 bytes: nothing can be restored from it."""
    STUCK = "stuck"
    """Not from the panel: `bot.domain.backups.state_of` distinguishes it from RUNNING."""


class Backup(Model):
    """A backup. The panel gives no progress and no reason for a failure."""

    uuid: str
    name: Text = ""
    is_successful: Flag
    is_locked: Flag = False
    ignored_files: PhpList[str] = ()
    checksum: str | None = None
    size_bytes: Amount = Field(default=0, validation_alias="bytes")
    created_at: Timestamp
    completed_at: Timestamp | None = None

    @property
    def state(self) -> BackupState:
        """`is_successful` says nothing before `completed_at` is set, nor for an archive of 0 bytes."""
        if self.completed_at is None:
            return BackupState.RUNNING
        if not self.is_successful:
            return BackupState.FAILED
        return BackupState.DONE if self.size_bytes > 0 else BackupState.EMPTY


@dataclass(frozen=True)
class BackupPage(Page[Backup]):
    """One page of backups; `counted` are those that count towards the limit (failed ones do not)."""

    counted: int
