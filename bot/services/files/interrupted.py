"""Interrupted packing and extraction: the bot was stopped or gave up before the end.

The node may have finished anyway. The audit keeps the facts to continue, which the same command does when it
is run again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import paths
from bot.domain.audit import AuditEntry, Facts
from bot.domain.trash import SAFE_FOR
from bot.panel.errors import PanelError
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.journal import Journal
from bot.services.files.stat import PathState, names_in

PACK, UNPACK = "files.pack", "files.unpack"
"""Their actions in the audit."""
_STAGED, _PACKING = "staged", "packing"
_FRESH_FOR = timedelta(hours=2)
"""The packed files keep changing, so an older archive is not what a person wants now."""


@dataclass(frozen=True, slots=True)
class InterruptedUnpacking:
    """`staged` is the staging folder of an archive as it was at `archive_changed_at`."""

    archive: str
    archive_changed_at: str
    to: str
    staged: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InterruptedPacking:
    """`made` is the archive as the node named it, in the folder `root`; `newest_before` was there already."""

    id: str
    act: AuditEntry
    root: str
    sources: str
    made: str
    newest_before: str

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.act.at

    @property
    def count(self) -> int:
        """How many files and folders were packed."""
        return int(self.act.facts.get("count") or 0)


async def interrupted_unpackings(
    journal: Journal, permit: Permit, trash: Mapping[str, FileEntry]
) -> list[InterruptedUnpacking]:
    """Return the guild's interrupted extractions of a day whose staging folder exists, newest first."""
    unpackings = []
    for act in await journal.interrupted(permit, UNPACK, _STAGED, SAFE_FOR):
        staged, facts = str(act.facts[_STAGED]), act.facts
        if paths.name_of(staged) in trash:
            changed_at = str(facts.get("changed_at"))
            unpackings.append(
                InterruptedUnpacking(str(facts["path"]), changed_at, str(facts["target"]), staged, act.at)
            )
    return unpackings


async def interrupted_packings(journal: Journal, permit: Permit) -> list[InterruptedPacking]:
    """Return the guild's packings of two hours that left one archive under the node's name, newest first."""
    packings = []
    for act in await journal.interrupted(permit, PACK, _PACKING, _FRESH_FOR):
        root, newest_before = str(act.facts["path"]), str(act.facts["newest_before"])
        try:
            new = [name for name in await archives_in(permit, root) if name > newest_before]
        except PanelError:
            continue  # the folder is gone, or unreadable
        if len(new) == 1:  # of several, it is unknown which one it is
            packing_id, sources = str(act.facts[_PACKING]), str(act.facts["sources"])
            packings.append(InterruptedPacking(packing_id, act, root, sources, new[0], newest_before))
    return packings


async def archives_in(permit: Permit, root: str) -> Mapping[str, FileEntry]:
    """List a folder's archives with names that the node gives, which sort by time."""
    entries = await names_in(permit, root)
    return {name: entry for name, entry in entries.items() if name.startswith("archive-")}


def packing_facts(
    packing_id: str, root: str, names: Sequence[str], target: str, before: Mapping[str, FileEntry]
) -> Facts:
    """Return the audit facts for continuing a packing."""
    return {
        "path": root,
        "count": len(names),
        "target": target,
        "sources": sources_id(names),
        "newest_before": max(before, default=""),
        _PACKING: packing_id,
    }


def unpacking_facts(archive: PathState, to: str, staged: str) -> Facts:
    """Return the audit facts for continuing an extraction."""
    return {
        "path": archive.path,
        "target": to,
        "size_bytes": archive.size_bytes,
        "changed_at": changed_at(archive),
        _STAGED: staged,
    }


def sources_id(names: Sequence[str]) -> str:
    """Return a short id of the paths of a packing."""
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest()[:16]


def changed_at(archive: PathState) -> str:
    """Return the time of a file's last change as text."""
    return archive.entry.modified_at.isoformat() if archive.entry else ""
