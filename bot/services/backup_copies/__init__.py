"""Copies of backups at places outside of the panel: streamed, verified there, kept by number."""

from bot.services.backup_copies.errors import (
    AlreadyCopied,
    CopyDeleted,
    CopyEnded,
    CopyUnderWay,
    NoSuchCopy,
    NoSuchTarget,
    NoTargets,
)
from bot.services.backup_copies.needs import CopyNeeds, CopyPlace, CopyProgress
from bot.services.backup_copies.runner import CopyRunner
from bot.services.backup_copies.service import BackupCopies
from bot.services.backup_copies.upkeep import CopyUpkeep
from bot.services.backup_copies.work import LEVEL

__all__ = [
    "LEVEL",
    "AlreadyCopied",
    "BackupCopies",
    "CopyDeleted",
    "CopyEnded",
    "CopyNeeds",
    "CopyPlace",
    "CopyProgress",
    "CopyRunner",
    "CopyUnderWay",
    "CopyUpkeep",
    "NoSuchCopy",
    "NoSuchTarget",
    "NoTargets",
]
