"""The backups of a server as they are now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.backup_copies import BackupCopy, only_copies
from bot.domain.backups import newest_good, state_of
from bot.domain.name_ranking import NameIndex
from bot.panel.models import Backup, BackupState, Entries
from bot.services.access import Permit
from bot.services.backups import errors as backup_errors
from bot.storage import Store
from bot.storage.repositories import alerts, backup_copies

THROTTLE_COUNT = 2
THROTTLE_SPAN = timedelta(seconds=600)
"""The panel's default limit (docs/reference/backups.md#create)."""
_SHORT = 8


@dataclass(frozen=True, slots=True)
class BackupInventory:
    """All backups, newest first. `limit` is what the panel allows."""

    backups: Entries[Backup]
    limit: int
    at: datetime
    node_back_at: datetime | None = None
    """When monitoring last found the node reachable again."""
    copies: tuple[BackupCopy, ...] = ()
    """All copies of the server's backups, also of those that the panel no longer has; the newest first."""

    @property
    def counted(self) -> int:
        """How many count towards the limit: failed ones don't, those that can't be read may."""
        finished = sum(backup.state is not BackupState.FAILED for backup in self.backups)
        return finished + len(self.backups.unreadable)

    @property
    def is_full(self) -> bool:
        """Whether all slots are used."""
        return self.counted >= self.limit

    @property
    def first_to_go(self) -> Backup | None:
        """The backup that the panel deletes when a schedule makes another one while all slots are used.

        The oldest unlocked one that counts; None when all are locked: then the schedule's backup fails.
        """
        unlocked = [
            backup
            for backup in self.backups
            if backup.state is not BackupState.FAILED and not backup.is_locked
        ]
        return min(unlocked, key=lambda backup: backup.created_at, default=None)

    @property
    def running(self) -> tuple[Backup, ...]:
        """The backups that are being created, without stuck ones."""
        return tuple(backup for backup in self.backups if self.state_of(backup) is BackupState.RUNNING)

    def state_of(self, backup: Backup) -> BackupState:
        """Return the state of a backup, STUCK where it can't be running any more."""
        return state_of(backup, self.at, among=self.backups, node_back_at=self.node_back_at)

    @property
    def last_good(self) -> Backup | None:
        """The newest backup that can be restored."""
        return newest_good(self.backups, self.at)

    @property
    def only_copies(self) -> tuple[Backup, ...]:
        """The backups of which a good copy exists, while the panel no longer has them."""
        return only_copies(self.copies, self.backups, self.at)

    def copies_of(self, uuid: str) -> tuple[BackupCopy, ...]:
        """Return the copies of a backup, the newest first."""
        return tuple(copy for copy in self.copies if copy.backup_uuid == uuid)

    def throttled_for_s(self) -> float | None:
        """How long the panel will create no backup, None when it will; deleted ones aren't known here."""
        lately = [
            backup.created_at
            for backup in self.backups
            if backup.state is not BackupState.FAILED and abs(self.at - backup.created_at) < THROTTLE_SPAN
        ]
        if len(lately) < THROTTLE_COUNT:
            return None
        # The newest two count: a backup is possible once the older of them is out of the period.
        frees = sorted(lately, reverse=True)[THROTTLE_COUNT - 1] + THROTTLE_SPAN
        return max(1.0, (frees - self.at).total_seconds())

    def find(self, typed: str) -> Backup:
        """Find a backup by uuid, its beginning, or name; raises NoSuchBackup."""
        text = typed.strip()
        exact = [backup for backup in self.backups if backup.uuid == text.lower()]
        named = [backup for backup in self.backups if backup.name.casefold() == text.casefold()]
        short = [
            backup for backup in self.backups if len(text) >= _SHORT and backup.uuid.startswith(text.lower())
        ]
        matches = exact or named or short
        if len(matches) > 1:
            raise backup_errors.AmbiguousBackup
        if not matches:
            raise backup_errors.NoSuchBackup()
        return matches[0]

    def similar(self, typed: str) -> list[Backup]:
        """List backups that may be meant, the likeliest first, of those the newest."""
        by_name = NameIndex.of(
            self.backups, lambda backup: backup.name, lambda backup: (backup.uuid,), in_order=True
        )
        return by_name.ranked(typed)


async def fetch_inventory(
    store: Store, permit: Permit, now: datetime, *, fresh: bool = True
) -> BackupInventory:
    """Read all backups of the server. Without `fresh` (for autocomplete) they may be seconds old."""
    backups = await permit.panel.backups.list_all(permit.uuid, fresh=fresh)
    newest_first = backups.like(sorted(backups, key=lambda backup: backup.created_at, reverse=True))
    async with store.read() as conn:
        back_at = await alerts.node_back_at(conn, permit.panel_id, permit.server.node)
        copies = await backup_copies.of_server(conn, permit.key)
    limit = permit.server.feature_limits.backups or 0
    return BackupInventory(newest_first, limit, now, back_at, copies)
