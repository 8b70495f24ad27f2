"""Backups: make, follow, keep, restore, let go, by the clock."""

from bot.actions.backups.keeping import KeepBackups, check_finished
from bot.actions.backups.making import Made, MakeBackup, MakingEnd, Wish
from bot.actions.backups.refusals import ArchiveNotThere, NoSuchBackup, NothingToDelete
from bot.actions.backups.restoring import Before, RestoreBackup, Restored, RestoreEnd, RestoreProgress
from bot.actions.backups.retention import Applied, RetentionAction
from bot.actions.backups.scheduling import BackupSchedule, Rhythm
from bot.actions.backups.shelf import Shelf

__all__ = [
    "Applied",
    "ArchiveNotThere",
    "BackupSchedule",
    "Before",
    "KeepBackups",
    "Made",
    "MakeBackup",
    "MakingEnd",
    "NoSuchBackup",
    "NothingToDelete",
    "RestoreBackup",
    "RestoreEnd",
    "RestoreProgress",
    "Restored",
    "RetentionAction",
    "Rhythm",
    "Shelf",
    "Wish",
    "check_finished",
]
