"""Files of a server: looking, and changing without ever losing what was there before."""

from bot.services.files.browse import Directory, FileBrowser, FileText
from bot.services.files.edit import Draft, EditService, OpenedFile
from bot.services.files.errors import (
    ChangedMeanwhile,
    KeepingFailed,
    KeepingForbidden,
    NotAsAsked,
    NothingToChange,
)
from bot.services.files.eula import EulaPlan, EulaService
from bot.services.files.history import HistoryService
from bot.services.files.journal import Journal
from bot.services.files.restore_plan import (
    History,
    Restoration,
    RestoreMethod,
    TrashEntry,
)
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import (
    Extent,
    PathState,
    find_entry,
    measure_extent,
    stat_path,
)
from bot.services.files.trash import TrashStore
from bot.services.files.trash_cleanup import TrashCleanup

__all__ = [
    "ChangedMeanwhile",
    "Directory",
    "Draft",
    "EditService",
    "EulaPlan",
    "EulaService",
    "Extent",
    "FileBrowser",
    "FileText",
    "History",
    "HistoryService",
    "Journal",
    "KeepingFailed",
    "KeepingForbidden",
    "NotAsAsked",
    "NothingToChange",
    "OpenedFile",
    "PathState",
    "Restoration",
    "RestoreMethod",
    "SafeChange",
    "TrashCleanup",
    "TrashEntry",
    "TrashStore",
    "find_entry",
    "measure_extent",
    "stat_path",
]
