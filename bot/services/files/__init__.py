"""Files of a server: read, search, and change without losing previous versions."""

from bot.services.files.browse import Directory, FileBrowser, FileText
from bot.services.files.completion import Growth
from bot.services.files.compress import Archive, CompressPlan, CompressService
from bot.services.files.config_keys import ConfigKeys
from bot.services.files.copy import CopyService
from bot.services.files.edit import Draft, EditService, OpenedFile
from bot.services.files.errors import (
    ChangedMeanwhile,
    ChangeNotMade,
    KeepingFailed,
    KeepingForbidden,
    NothingToChange,
    NotShown,
)
from bot.services.files.eula import EulaPlan, EulaService
from bot.services.files.extract import ExtractService
from bot.services.files.extract_merge import Extracted
from bot.services.files.extract_plan import ExtractPlan
from bot.services.files.history import HistoryService
from bot.services.files.interrupted import InterruptedPacking, InterruptedUnpacking
from bot.services.files.journal import Journal
from bot.services.files.location import locate, locate_target
from bot.services.files.restore_plan import (
    History,
    Restoration,
    RestoreMethod,
    TrashEntry,
)
from bot.services.files.safe_change import SafeChange
from bot.services.files.search import Search, SearchMatch, SearchQuery, SearchService
from bot.services.files.stat import (
    Extent,
    PathState,
    find_entry,
    measure_extent,
    stat_path,
)
from bot.services.files.tail import FileTail
from bot.services.files.transfer import Incoming, TransferService
from bot.services.files.trash import TrashStore
from bot.services.files.trash_cleanup import TrashCleanup

__all__ = [
    "Archive",
    "ChangeNotMade",
    "ChangedMeanwhile",
    "CompressPlan",
    "CompressService",
    "ConfigKeys",
    "CopyService",
    "Directory",
    "Draft",
    "EditService",
    "EulaPlan",
    "EulaService",
    "Extent",
    "ExtractPlan",
    "ExtractService",
    "Extracted",
    "FileBrowser",
    "FileTail",
    "FileText",
    "Growth",
    "History",
    "HistoryService",
    "Incoming",
    "InterruptedPacking",
    "InterruptedUnpacking",
    "Journal",
    "KeepingFailed",
    "KeepingForbidden",
    "NotShown",
    "NothingToChange",
    "OpenedFile",
    "PathState",
    "Restoration",
    "RestoreMethod",
    "SafeChange",
    "Search",
    "SearchMatch",
    "SearchQuery",
    "SearchService",
    "TransferService",
    "TrashCleanup",
    "TrashEntry",
    "TrashStore",
    "find_entry",
    "locate",
    "locate_target",
    "measure_extent",
    "stat_path",
]
