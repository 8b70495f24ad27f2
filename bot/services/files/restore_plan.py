"""What is kept, and what putting it back would do."""

from dataclasses import dataclass
from enum import Enum

from bot.domain.file_changes import Change, ChangeKind
from bot.domain.text_diff import Diff
from bot.services.files.interrupted import InterruptedPacking, InterruptedUnpacking
from bot.services.files.stat import PathState


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """Something that can be put back. The size of a directory is None unless somebody counted."""

    change: Change
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class History:
    """What a server keeps, newest first; `unknown` counts what has neither a record nor a manifest."""

    entries: tuple[TrashEntry, ...]
    unknown: int
    unpackings: tuple[InterruptedUnpacking, ...] = ()
    packings: tuple[InterruptedPacking, ...] = ()


class RestoreMethod(Enum):
    """How something is put back."""

    WRITE = "write"
    """The old content is written."""
    PLACE = "place"
    """The thing itself comes back out of the trash."""
    COPY = "copy"
    """A copy of the snapshot is put in place."""
    REMOVE = "remove"
    """What was made goes into the trash."""
    MOVE_BACK = "move back"


@dataclass(frozen=True, slots=True)
class Restoration:
    """What putting back would do. `now` is what is at the place; `old` what comes back, where it was read."""

    change: Change
    method: RestoreMethod
    now: PathState
    old: bytes | None = None
    diff: Diff | None = None
    source: PathState | None = None
    """For a move: where the thing is now."""

    @property
    def is_as_left(self) -> bool | None:
        """Whether nothing was done there since the change; None where nobody can tell."""
        if not self.now.exists:
            return self.change.after is None
        if self.change.after is not None and (self.now.is_directory or self.now.content is not None):
            return self.now.sha256 == self.change.after
        return False if self.change.kind is ChangeKind.DELETE else None

    @property
    def is_damaged(self) -> bool:
        """Whether what was kept is not what was kept then."""
        before = self.change.before
        return self.old is not None and before is not None and PathState("", None, self.old).sha256 != before
