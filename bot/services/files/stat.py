"""The state of a path. A failed read is an error, never an empty or missing file."""

from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain import paths
from bot.domain.file_changes import digest
from bot.panel.errors import BrokenAnswer, FileMissing, FileUnavailable, NodeFault, NodeRefused
from bot.panel.models import FileEntry
from bot.services.access import Permit

_MOST_LISTINGS = 30


@dataclass(frozen=True, slots=True)
class PathState:
    """The state of a path when it was read.

    `entry` is None if nothing was there, `content` unless the file was read.
    """

    path: str
    entry: FileEntry | None
    content: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was there."""
        return self.entry is not None

    @property
    def is_directory(self) -> bool:
        """Whether it was a directory."""
        return self.entry is not None and self.entry.is_directory

    @property
    def size_bytes(self) -> int | None:
        """The size of a file; None for anything else."""
        if self.content is not None:
            return len(self.content)
        return self.entry.size_bytes if self.entry is not None and self.entry.is_regular else None

    @property
    def sha256(self) -> str | None:
        """The hash of what was read; None when it was not."""
        return None if self.content is None else digest(self.content)

    def same_thing(self, other: "PathState") -> bool:
        """Return whether both are missing, or of the same kind: enough where nothing can be lost."""
        return self.file_type == other.file_type

    def same(self, other: "PathState") -> bool:
        """Return whether nothing visible changed between two reads; exact for files that were read."""
        if not self.same_thing(other) or self.entry is None or other.entry is None or self.is_directory:
            return self.same_thing(other)
        if self.content is not None and other.content is not None:
            return self.content == other.content
        return (self.size_bytes, self.entry.modified_at) == (other.size_bytes, other.entry.modified_at)

    @property
    def file_type(self) -> str:
        """The first letter of its mode; empty if nothing was there."""
        return self.entry.mode[:1] if self.entry else ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a path holds; at least that much when the count was cut short."""

    files: int
    size_bytes: int
    is_complete: bool


async def find_entry(permit: Permit, path: str) -> FileEntry | None:
    """Return the entry at a path by listing its parent, None if there is none. Raises its errors."""
    directory = paths.parent(path)
    try:
        entries = await permit.panel.files.list(permit.uuid, directory, fresh=True)
    except (FileUnavailable, FileMissing):
        # The same error stands for a missing directory and for one that the node cannot read
        # (docs/reference/files.md#list).
        if directory == "/":
            raise
        above = await find_entry(permit, directory)
        if above is not None and above.is_directory:
            raise
        return None
    found = next((entry for entry in entries if entry.name == paths.name_of(path)), None)
    if found is None and entries.may_hide(paths.name_of(path)):
        raise BrokenAnswer(detail=f"an entry of the folder of {path!r:.200} can't be read")
    return found


async def find_file(permit: Permit, path: str, *, of_folder: str) -> FileEntry:
    """Find a regular file. Raises FileMissing, or BadInput for anything else.

    `of_folder` says what to do with a folder instead.
    """
    path = paths.normalise(path)
    entry = None if path == "/" else await find_entry(permit, path)
    if path != "/" and entry is None:
        raise FileMissing(text=path)
    if entry is None or entry.is_directory:
        raise BadInput(_("That is a folder."), next_step=of_folder)
    if not entry.is_regular:
        raise BadInput(_("That is a link or a special file, which the panel can't open."))
    return entry


async def names_in(permit: Permit, directory: str) -> dict[str, FileEntry]:
    """List a directory uncached, by name. Raises the listing's errors."""
    entries = await permit.panel.files.list(permit.uuid, directory, fresh=True)
    if entries.unreadable:
        raise BrokenAnswer(detail=f"an entry of {directory!r:.200} can't be read")
    return {entry.name: entry for entry in entries}


async def stat_path(permit: Permit, path: str, *, read_up_to: int | None = None) -> PathState:
    """Return the state of a path, with its content for a file of at most `read_up_to` bytes."""
    path = paths.normalise(path)
    if path == "/":
        raise BadInput(_("That is the server's own folder, which cannot be changed as a whole."))
    entry = await find_entry(permit, path)
    if entry is None or not entry.is_regular or read_up_to is None or entry.size_bytes > read_up_to:
        return PathState(path, entry)
    return PathState(path, entry, await permit.panel.files.read(permit.uuid, path))


async def measure_extent(permit: Permit, seen: PathState) -> Extent:
    """Count what a deletion would remove: everything, or as much as a limited number of listings show.

    A folder inside that cannot be listed only makes it incomplete; raises what the first listing raises.
    """
    if not seen.is_directory:
        return Extent(int(seen.exists), seen.size_bytes or 0, is_complete=True)
    waiting, count, size, is_complete = [seen.path], 0, 0, True
    for _listing in range(_MOST_LISTINGS):
        if not waiting:
            break
        directory = waiting.pop()
        try:
            entries = await permit.panel.files.list(permit.uuid, directory)
        except (NodeRefused, NodeFault):
            if directory == seen.path:
                raise
            is_complete = False
            continue
        is_complete = is_complete and not entries.unreadable
        for entry in entries:
            if entry.is_directory:
                waiting.append(paths.join(directory, entry.name))
                continue
            count += 1
            size += entry.size_bytes if entry.is_regular else 0
    return Extent(count, size, is_complete=is_complete and not waiting)
