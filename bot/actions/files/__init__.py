"""Files of a server: looking, and changing without ever losing what was there before."""

from bot.actions.files.change import SafeChange
from bot.actions.files.edit import Draft, EditAction, Opened
from bot.actions.files.history import HistoryAction
from bot.actions.files.journal import Journal
from bot.actions.files.keeping import Keeper
from bot.actions.files.looking import Extent, Seen, find, look, measure
from bot.actions.files.reading import Directory, FilesAction, FileText
from bot.actions.files.refusals import (
    ChangedMeanwhile,
    KeepingFailed,
    KeepingForbidden,
    NotAsAsked,
    NothingToChange,
)
from bot.actions.files.restorations import History, Restoration, SavedThing, Way
from bot.actions.files.tidying import Tidying

__all__ = [
    "ChangedMeanwhile",
    "Directory",
    "Draft",
    "EditAction",
    "Extent",
    "FileText",
    "FilesAction",
    "History",
    "HistoryAction",
    "Journal",
    "Keeper",
    "KeepingFailed",
    "KeepingForbidden",
    "NotAsAsked",
    "NothingToChange",
    "Opened",
    "Restoration",
    "SafeChange",
    "SavedThing",
    "Seen",
    "Tidying",
    "Way",
    "find",
    "look",
    "measure",
]
