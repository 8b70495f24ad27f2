"""Files of a server: looking, and changing without ever losing what was there before."""

from bot.actions.files.change import SafeChange
from bot.actions.files.journal import Journal
from bot.actions.files.keeping import Keeper
from bot.actions.files.looking import Seen, find, look
from bot.actions.files.reading import Directory, FilesAction, FileText
from bot.actions.files.refusals import (
    ChangedMeanwhile,
    KeepingFailed,
    KeepingForbidden,
    NotAsAsked,
    NothingToChange,
)

__all__ = [
    "ChangedMeanwhile",
    "Directory",
    "FileText",
    "FilesAction",
    "Journal",
    "Keeper",
    "KeepingFailed",
    "KeepingForbidden",
    "NotAsAsked",
    "NothingToChange",
    "SafeChange",
    "Seen",
    "find",
    "look",
]
