"""Checks whether copies are still at their targets, and cleans up failed ones that were not retried."""

import logging
from datetime import timedelta
from functools import partial

from bot.copies import CopyTargetError
from bot.core.i18n import _
from bot.core.supervisor import Pulse
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.services.backup_copies.runner import CopyRunner
from bot.storage.repositories import backup_copies

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 3600.0
_CHECK_AGAIN = timedelta(days=1)
_UPLOAD_KEPT = timedelta(days=7)
_ROW_KEPT = timedelta(days=90)


class CopyUpkeep:
    """Keeps what is known of copies true; start `run` under the supervisor."""

    def __init__(self, runner: CopyRunner) -> None:
        self._runner = runner
        self._needs = runner.needs

    async def run(self, pulse: Pulse) -> None:
        """Check every hour, forever."""
        while True:
            await self.check()
            pulse.beat()
            await self._needs.clock.sleep(_CHECK_EVERY_S)

    async def check(self) -> None:
        """Check the copies that were not checked for a day, and clean up what has ended."""
        now = self._needs.clock.now()
        async with self._needs.store.read() as conn:
            unchecked = await backup_copies.iter_unchecked(conn, now - _CHECK_AGAIN)
            left = await backup_copies.iter_ended_uploads(conn, now - _UPLOAD_KEPT)
        silent: set[str] = set()
        for copy in unchecked:
            if copy.target in self._needs.places and copy.target not in silent:
                try:
                    await self._check_copy(copy)
                except CopyTargetError as error:
                    silent.add(copy.target)
                    log.info("the copies at %s can't be checked: %s", copy.target, error)
        for copy in left:
            await self._abandon(copy)
        await self._needs.store.write(partial(backup_copies.prune, before=now - _ROW_KEPT))

    async def _check_copy(self, copy: BackupCopy) -> None:
        """Check whether a copy is there, with its size."""
        size = await self._needs.place(copy).target.size(copy.key)
        now = self._needs.clock.now()
        values: dict[str, object] = {"checked_at": now}
        if size != copy.size_bytes:
            reason = _("Somebody deleted it there.") if size is None else _("Something else is there by now.")
            values = {"state": CopyState.GONE, "reason": reason, "ended_at": now}
            log.warning("the copy of backup %s is gone from %s", copy.backup_uuid, copy.target)
        change = partial(backup_copies.change, copy_id=copy.id, values=values, only_in=(CopyState.COPIED,))
        await self._needs.store.write(change)

    async def _abandon(self, copy: BackupCopy) -> None:
        """Have the upload of a copy deleted that failed long ago."""
        change = partial(
            backup_copies.change,
            copy_id=copy.id,
            values={"state": CopyState.DELETING},
            only_in=(CopyState.FAILED,),
        )
        await self._needs.store.write(change)
        self._runner.changed(copy.id)
