"""Trash entries, and what restoring them would do."""

from dataclasses import dataclass
from enum import Enum

from bot.domain.file_changes import Change, ChangeKind
from bot.domain.text_diff import Diff
from bot.services.files.interrupted import InterruptedPacking, InterruptedUnpacking
from bot.services.files.stat import PathState


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """Something that can be restored. The size of a directory is None unless it was counted."""

    change: Change
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class History:
    """What a server keeps, newest first; `unknown` counts entries without record and manifest."""

    entries: tuple[TrashEntry, ...]
    unknown: int
    unpackings: tuple[InterruptedUnpacking, ...] = ()
    packings: tuple[InterruptedPacking, ...] = ()


class RestoreMethod(Enum):
    """How something is restored."""

    WRITE = "write"
    """The old content is written."""
    PLACE = "place"
    """The file itself is moved back out of the trash."""
    COPY = "copy"
    """A copy of the snapshot is put in place."""
    REMOVE = "remove"
    """The created file goes into the trash."""
    MOVE_BACK = "move back"


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a restore would do. `now` is what is at the path; `old` the restored content, if it was read."""

    change: Change
    method: RestoreMethod
    now: PathState
    old: bytes | None = None
    diff: Diff | None = None
    source: PathState | None = None
    """For a move: where the file is now."""

    @property
    def is_as_left(self) -> bool | None:
        """Whether nothing was changed there since; None when unknown."""
        if not self.now.exists:
            return self.change.after is None
        if self.change.after is not None and (self.now.is_directory or self.now.content is not None):
            return self.now.sha256 == self.change.after
        return False if self.change.kind is ChangeKind.DELETE else None

    @property
    def is_damaged(self) -> bool:
        """Whether the kept copy is not the one that was saved."""
        before = self.change.before
        return self.old is not None and before is not None and PathState("", None, self.old).sha256 != before
