"""File changes, as recorded in the store and in manifests beside the saved versions. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.core.errors import BadInput
from bot.core.i18n import Worded
from bot.domain import paths
from bot.domain.audit import Facts, Outcome
from bot.domain.trash import is_id, time_of

MANIFEST_LIMIT_BYTES = 32 * 1024
"""No manifest is longer: the longest path that Linux has is 4,096 bytes, which JSON may write sixfold."""
UNKNOWN_AUTHOR = 0
"""The `user_id` of a change that is only known from a manifest."""

_FORMAT = 1
_LONGEST_PATH = 4_096
_LARGEST_BYTES = 2**62
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ChangeKind(Worded, StrEnum):
    """What was done to a file."""

    EDIT = "edit"
    SET = "set"
    CONVERT = "convert"
    DELETE = "delete"
    MOVE = "move"
    UPLOAD = "upload"
    COPY = "copy"
    MAKE = "make"
    EXTRACT = "extract"
    COMPRESS = "compress"
    RESTORE = "restore"
    UNDO = "undo"
    PURGE = "purge"


class SavedAs(StrEnum):
    """How the previous version was saved."""

    NOTHING = "nothing"
    """Nothing was there, or it was moved and is complete."""
    SNAPSHOT = "snapshot"
    """A copy of the file is in the trash directory."""
    TRASH = "trash"
    """The file itself is in the trash directory."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one path. The id names the saved version; hashes are SHA-256 of whole files.

    `path` is what was changed, for a move where it came from and `target` where it went. UNKNOWN is the
    outcome from the moment it begins until it is known.
    """

    id: str
    guild_id: int
    user_id: int
    panel_id: str
    server_uuid: str
    kind: ChangeKind
    path: str
    target: str | None = None
    kept: SavedAs = SavedAs.NOTHING
    is_directory: bool = False
    size_bytes: int | None = None
    """The size of the previous version; None when unknown."""
    before: str | None = None
    after: str | None = None
    outcome: Outcome = Outcome.UNKNOWN
    undone: bool = False

    @property
    def at(self) -> datetime:
        """When it began."""
        return time_of(self.id)

    @property
    def kept_of(self) -> str:
        """The path that the saved version came from."""
        return self.target or self.path

    @property
    def facts(self) -> Facts:
        """The facts for the audit."""
        facts: dict[str, str | int | float | bool | None] = {
            "change": self.id,
            "path": self.path,
            "target": self.target,
            "kept": self.kept.value,
            "size_bytes": self.size_bytes,
            "before": self.before,
            "after": self.after,
        }
        return {name: value for name, value in facts.items() if value is not None}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def manifest(change: Change) -> bytes:
    """Return the manifest beside a saved version, which is enough to restore it without the store."""
    row = {
        "quetzal": _FORMAT,
        "id": change.id,
        "at": change.at.isoformat(),
        "path": change.kept_of,
        "kept": change.kept.value,
        "because": change.kind.value,
        "by": str(change.user_id),
        "directory": change.is_directory,
        "size_bytes": change.size_bytes,
        "sha256": change.before,
    }
    return (json.dumps(row, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifests(
    contents: Mapping[str, bytes], *, guild_id: int, panel_id: str, server_uuid: str
) -> dict[str, Change]:
    """Read the manifests of changes by their ids, without those that are none. For a worker."""
    changes: dict[str, Change] = {}
    for change_id, content in contents.items():
        change = of_manifest(content, guild_id=guild_id, panel_id=panel_id, server_uuid=server_uuid)
        if change is not None and change.id == change_id:
            changes[change_id] = change
    return changes


def of_manifest(content: bytes, *, guild_id: int, panel_id: str, server_uuid: str) -> Change | None:
    """Read a manifest; None if it is invalid.

    Anybody with access to the files may have written it, so its author stays unknown: a forged manifest could
    blame anybody.
    """
    try:
        row = json.loads(content)
        size_bytes = None if row["size_bytes"] is None else int(row["size_bytes"])
        change = Change(
            id=str(row["id"]),
            guild_id=guild_id,
            user_id=UNKNOWN_AUTHOR,
            panel_id=panel_id,
            server_uuid=server_uuid,
            kind=ChangeKind(row["because"]),
            path=paths.normalise(str(row["path"])),
            kept=SavedAs(row["kept"]),
            is_directory=bool(row["directory"]),
            size_bytes=size_bytes,
            before=None if row["sha256"] is None else str(row["sha256"]),
            outcome=Outcome.UNKNOWN,
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, BadInput):
        return None
    is_sound = (
        is_id(change.id)
        and change.path != "/"
        and len(change.path) <= _LONGEST_PATH
        and change.kept is not SavedAs.NOTHING
        and (size_bytes is None or 0 <= size_bytes <= _LARGEST_BYTES)
        and (change.before is None or _SHA256.fullmatch(change.before) is not None)
    )
    return change if is_sound else None


def new_id(now: datetime, token: str) -> str:
    """Return a new id of a change: its time in UTC, and eight random hex digits."""
    utc = now.astimezone(UTC)
    return f"{utc:%Y%m%dT%H%M%S}{utc.microsecond // 1000:03}-{token}"
