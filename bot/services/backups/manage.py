"""Locks, unlocks, deletes and downloads existing backups."""

from bot.core.clock import Clock
from bot.core.i18n import _
from bot.domain.audit import Facts
from bot.panel import errors
from bot.panel.errors import PanelError
from bot.panel.models import Backup, BackupState
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups import errors as backup_errors
from bot.services.backups.inventory import BackupInventory, fetch_inventory
from bot.storage import Store


class BackupManagement:
    """Manages existing backups. Each method reads the backup first, since what was shown may be old."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    async def fetch_inventory(self, permit: Permit, *, fresh: bool = True) -> BackupInventory:
        """Read all backups of the server. Without `fresh` (for autocomplete) they may be seconds old."""
        return await fetch_inventory(self._store, permit, self._clock.now(), fresh=fresh)

    async def view(self, permit: Permit, uuid: str) -> Backup:
        """Read one backup as it is now."""
        return await permit.panel.backups.view(permit.uuid, uuid)

    async def set_lock(self, permit: Permit, uuid: str, *, locked: bool) -> tuple[Backup, bool]:
        """Lock or unlock; the second part says whether anything had to change. LockUnsure."""
        backup = await self.view(permit, uuid)
        if backup.is_locked is locked:
            return backup, False
        if locked and backup.state is BackupState.FAILED:
            raise backup_errors.Failed(_("That backup failed, so there's nothing to lock."))
        if locked and backup.state is BackupState.EMPTY:
            raise backup_errors.Empty()
        facts: Facts = {"backup": uuid, "name": backup.name, "locked": locked}
        action = "backup.lock" if locked else "backup.unlock"
        async with self._audit.act(permit, action, facts):
            try:
                after = await permit.panel.backups.lock_toggle(permit.uuid, uuid)
            except errors.OutcomeUnknown as error:
                after = await self._fetch_again(permit, uuid)
                if after.is_locked is not locked:
                    error.state = _("The lock was unchanged when Quetzal checked.")
                    raise
            if after.is_locked is not locked:
                raise backup_errors.LockUnsure()
        return after, True

    def check_deletable(self, backup: Backup) -> None:
        """Refuse a locked backup; the panel does too, but deletes a running or failed one."""
        if backup.is_locked:
            raise backup_errors.Locked()

    async def delete(self, permit: Permit, uuid: str) -> Backup:
        """Delete a backup forever. Raises Locked; NotFound when it is already gone."""
        backup = await self.view(permit, uuid)
        self.check_deletable(backup)
        facts: Facts = {"backup": uuid, "name": backup.name, "size_bytes": backup.size_bytes}
        async with self._audit.act(permit, "backup.delete", facts):
            try:
                await permit.panel.backups.delete(permit.uuid, uuid)
            except errors.OutcomeUnknown as error:
                gone = await self._is_gone(permit, uuid)
                if not gone:
                    error.state = (
                        _("It may or may not be deleted: Quetzal couldn't check.")
                        if gone is None
                        else _(
                            "It was still there when Quetzal checked; it may still be deleted in a moment."
                        )
                    )
                    raise
        return backup

    async def download_url(self, permit: Permit, uuid: str) -> str:
        """Return a one-time link, which is audited and never logged. Raises StillRunning, Failed."""
        backup = await self.view(permit, uuid)
        check_finished((await self.fetch_inventory(permit)).state_of(backup))
        facts: Facts = {"backup": uuid, "name": backup.name, "size_bytes": backup.size_bytes}
        async with self._audit.act(permit, "backup.download", facts):
            return (await permit.panel.backups.download_url(permit.uuid, uuid)).url

    async def _fetch_again(self, permit: Permit, uuid: str) -> Backup:
        try:
            return await self.view(permit, uuid)
        except PanelError as error:
            raise errors.OutcomeUnknown(cause=error) from error

    async def _is_gone(self, permit: Permit, uuid: str) -> bool | None:
        """Return whether a backup is gone; None when that is unknown."""
        try:
            await self.view(permit, uuid)
        except errors.NotFound:
            return True
        except PanelError:
            return None
        return False


def check_finished(state: BackupState) -> None:
    """Raise StillRunning, Stuck, Failed or Empty unless it can be restored."""
    if state is BackupState.RUNNING:
        raise backup_errors.StillRunning()
    if state is BackupState.STUCK:
        raise backup_errors.Stuck()
    if state is BackupState.FAILED:
        raise backup_errors.Failed()
    if state is BackupState.EMPTY:
        raise backup_errors.Empty()
