"""Backups: create, follow, lock, restore, delete, retention, schedules."""

from bot.services.backups.check import ArchiveProof, BackupCheck, BackupChecks, CheckUnderWay
from bot.services.backups.create import (
    BackupCreation,
    BackupEnd,
    BackupRequest,
    BackupResult,
)
from bot.services.backups.errors import (
    AmbiguousBackup,
    ArchiveDamaged,
    ArchiveNotThere,
    CheckCancelled,
    NoSuchBackup,
    NothingToDelete,
)
from bot.services.backups.inventory import BackupInventory, fetch_inventory
from bot.services.backups.manage import BackupManagement, check_finished
from bot.services.backups.restore import (
    SILENCE_S,
    TRUNCATE_SILENCE_S,
    BackupRestore,
    RestoreEnd,
    RestorePreview,
    RestoreProgress,
    RestoreResult,
)
from bot.services.backups.retention import RetentionResult, RetentionService
from bot.services.backups.schedule import BackupSchedule, ScheduleTimes

__all__ = [
    "SILENCE_S",
    "TRUNCATE_SILENCE_S",
    "AmbiguousBackup",
    "ArchiveDamaged",
    "ArchiveNotThere",
    "ArchiveProof",
    "BackupCheck",
    "BackupChecks",
    "BackupCreation",
    "BackupEnd",
    "BackupInventory",
    "BackupManagement",
    "BackupRequest",
    "BackupRestore",
    "BackupResult",
    "BackupSchedule",
    "CheckCancelled",
    "CheckUnderWay",
    "NoSuchBackup",
    "NothingToDelete",
    "RestoreEnd",
    "RestorePreview",
    "RestoreProgress",
    "RestoreResult",
    "RetentionResult",
    "RetentionService",
    "ScheduleTimes",
    "check_finished",
    "fetch_inventory",
]
