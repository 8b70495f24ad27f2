"""Copies of backups outside of the panel. Pure."""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from operator import attrgetter

from bot.domain.backups import is_good
from bot.domain.observation import ServerKey
from bot.panel.models import Backup

CHECKED_WITHIN = timedelta(days=7)
"""A copy that was not seen at its target for longer no longer counts as a good backup."""
_SLUG_LENGTH = 40


class CopyState(Enum):
    """How far a copy is. The store knows the names in small letters."""

    COPYING = "copying"
    VERIFYING = "verifying"
    """All parts are at the target, and are compared with what was sent."""
    COPIED = "copied"
    DELETING = "deleting"
    """What is at the target isn't wanted: cancelled, unusable, too many, or deleted by hand."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"
    """It was good once, and isn't at its target any more. It is looked for all the same."""


OPEN = (CopyState.COPYING, CopyState.VERIFYING, CopyState.DELETING)
"""What Quetzal still has to do something about."""
UNDER_WAY = (CopyState.COPYING, CopyState.VERIFYING)


@dataclass(frozen=True, slots=True)
class SentPart:
    """A part that the target has, and the hash of what was sent."""

    number: int
    size_bytes: int
    receipt: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupCopy:
    """A copy of one backup at one target."""

    id: int
    panel_id: str
    server_uuid: str
    server_name: str
    backup_uuid: str
    backup_name: str
    backup_at: datetime
    """When the backup was made."""
    size_bytes: int
    checksum: str | None
    """The panel's, such as `sha1:...`."""
    target: str
    key: str
    part_bytes: int
    guild_id: int
    asked_by: int
    channel_id: int
    created_at: datetime
    interaction_id: int | None = None
    state: CopyState = CopyState.COPYING
    upload_id: str | None = None
    sha256: str | None = None
    copied_at: datetime | None = None
    checked_at: datetime | None = None
    """When it was last seen at its target, with its size; once it is gone, when it was last looked for."""
    ended_at: datetime | None = None
    cancelled_by: int | None = None
    """Who cancelled it or, once it was copied, had it deleted."""
    reason: str = ""
    """What happened and what to do next (`stored_text`); empty while all is well."""
    reported_at: datetime | None = None
    """When whoever asked was notified of how it ended."""

    @property
    def server(self) -> ServerKey:
        """The server whose backup it is."""
        return ServerKey(self.panel_id, self.server_uuid)

    @property
    def is_under_way(self) -> bool:
        """Whether it is being made."""
        return self.state in UNDER_WAY

    @property
    def part_count(self) -> int:
        """How many parts it has."""
        return max(1, -(-self.size_bytes // self.part_bytes))

    @property
    def has_checksum(self) -> bool:
        """Whether the panel knows a checksum of a kind that can be compared."""
        return (self.checksum or "").partition(":")[0] in hashlib.algorithms_available

    @property
    def can_resume(self) -> bool:
        """Whether another try goes on where this one ended."""
        return self.state is CopyState.FAILED and self.upload_id is not None

    @property
    def deleted_by(self) -> int | None:
        """Who had it deleted once it was copied; None while it is kept, or when newer ones took its place."""
        return None if self.copied_at is None else self.cancelled_by

    def is_good(self, now: datetime) -> bool:
        """Return whether it counts as a good backup: it was verified, and seen there lately."""
        return (
            self.state is CopyState.COPIED
            and self.checked_at is not None
            and now - self.checked_at <= CHECKED_WITHIN
        )

    def as_backup(self) -> Backup:
        """Return the backup as the panel would list it, if it still had it."""
        return Backup.model_validate(
            {
                "uuid": self.backup_uuid,
                "name": self.backup_name,
                "is_successful": True,
                "checksum": self.checksum,
                "bytes": self.size_bytes,
                "created_at": self.backup_at,
                "completed_at": self.backup_at,
            }
        )


def only_copies(
    copies: Iterable[BackupCopy], listed: Collection[Backup], now: datetime
) -> tuple[Backup, ...]:
    """Return the backups that exist as good copies, while the panel has no good one of them any more."""
    at_panel = {backup.uuid for backup in listed if is_good(backup)}
    kept = {copy.backup_uuid: copy for copy in copies if copy.is_good(now)}
    return tuple(copy.as_backup() for uuid, copy in kept.items() if uuid not in at_panel)


def to_delete(copies: Sequence[BackupCopy], *, newest: BackupCopy, keep: int) -> tuple[BackupCopy, ...]:
    """Return which verified copies of a server at a target are too many, after `newest` was verified.

    Of several copies of one backup, all but the last go first: one that came back must push out no other
    backup. Then the copies go that were made first. `newest` stays, and so does that of the latest backup.
    """
    kept = [copy for copy in copies if copy.state is CopyState.COPIED]
    oldest_first = sorted(kept, key=lambda copy: (copy.copied_at or copy.created_at, copy.id))
    last_of = {copy.backup_uuid: copy.id for copy in oldest_first}
    stays = {newest.id, last_of[max(kept, key=attrgetter("backup_at")).backup_uuid]} if kept else set()
    in_turn = sorted(oldest_first, key=lambda copy: copy.id == last_of[copy.backup_uuid])
    candidates = [copy for copy in in_turn if copy.id not in stays]
    return tuple(candidates[: max(0, len(kept) - max(1, keep))])


def key_of(server: ServerKey, server_name: str, backup: Backup, nonce: str) -> str:
    """Name a copy so that people find it, and nobody else's file has the name: it ends with a nonce."""
    folder = f"{server.panel_id}/{_slug(server_name, 'server')}-{server.uuid[:8]}"
    made = f"{backup.created_at:%Y-%m-%d-%H%M}"
    return f"{folder}/{made}-{_slug(backup.name, 'backup')}-{backup.uuid[:8]}-{nonce}.tar.gz"


def _slug(name: str, otherwise: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_SLUG_LENGTH].strip("-")
    return slug or otherwise
