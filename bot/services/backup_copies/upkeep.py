"""Checks whether copies are at their targets, also those that were gone, and cleans up failed ones."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.copies import CopyTargetError
from bot.core.i18n import N_
from bot.core.stored_text import stored
from bot.core.supervisor import Pulse
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.domain.levels import Actor
from bot.services.backup_copies.errors import CopyDiffers
from bot.services.backup_copies.needs import facts, site
from bot.services.backup_copies.runner import CopyRunner
from bot.services.backup_copies.transfer import CopyTransfer
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
        """Check the copies that were not looked for within a day, and clean up what has ended.

        The good ones come first: to read back one that has returned may take long.
        """
        now = self._needs.clock.now()
        async with self._needs.store.read() as conn:
            copied = await backup_copies.iter_unchecked(conn, now - _CHECK_AGAIN, CopyState.COPIED)
            gone = await backup_copies.iter_unchecked(conn, now - _CHECK_AGAIN, CopyState.GONE)
            left = await backup_copies.iter_ended_uploads(conn, now - _UPLOAD_KEPT)
        for copy in left:
            await self._abandon(copy)
        await self._needs.store.write(partial(backup_copies.prune, before=now - _ROW_KEPT))
        silent: set[str] = set()
        for copy in (*copied, *gone):
            if copy.target in self._needs.places and copy.target not in silent:
                try:
                    await (self._check_copy if copy.state is CopyState.COPIED else self._look_for)(copy)
                except CopyTargetError as error:
                    silent.add(copy.target)
                    log.info("the copies at %s can't be checked: %s", copy.target, error)

    async def _check_copy(self, copy: BackupCopy) -> None:
        """Check whether a copy is there, with its size."""
        size = await self._needs.place(copy).target.size(copy.key)
        now = self._needs.clock.now()
        values: dict[str, object] = {"checked_at": now}
        if size != copy.size_bytes:
            happened = (
                N_("Its file is missing there.") if size is None else N_("Another file is there by now.")
            )
            next_step = N_("Quetzal looks for it once a day, and counts it again once it is back.")
            values |= {
                "state": CopyState.GONE,
                "reason": stored(happened, next_step),
                "ended_at": now,
            }
            log.warning("the copy of backup %s is gone from %s", copy.backup_uuid, copy.target)
        await self._change(copy, values)

    async def _look_for(self, copy: BackupCopy) -> None:
        """Count a copy again that is back, once it was read back like a new one.

        Its size alone doesn't say so: whoever restored it may have restored something else. One that differs
        is not looked for any more, since that would be to read all of it every day.
        """
        target = self._needs.place(copy).target
        if await target.size(copy.key) != copy.size_bytes:
            await self._change(copy, {"checked_at": self._needs.clock.now()})
            return
        try:
            await CopyTransfer(self._needs.store, target, copy, lambda _: None).verify()
        except CopyDiffers as error:
            log.warning("what is back of the copy of backup %s differs: %s", copy.backup_uuid, error.detail)
            values: dict[str, object] = {"checked_at": self._needs.clock.now()}
            if await target.size(copy.key) == copy.size_bytes:  # it didn't vanish meanwhile
                reason = stored(N_("A file of its size is there by now, with other content."))
                values |= {"sha256": None, "reason": reason}
            await self._change(copy, values)
            return
        except CopyTargetError:
            # Not again in an hour: it may have read nearly all of it.
            await self._change(copy, {"checked_at": self._needs.clock.now()})
            raise
        values = {
            "state": CopyState.COPIED,
            "reason": "",
            "checked_at": self._needs.clock.now(),
            "ended_at": copy.copied_at,
            "cancelled_by": None,
        }
        change = partial(backup_copies.change, copy_id=copy.id, values=values, only_in=(copy.state,))
        guild = Actor.standing(copy.guild_id, copy.asked_by)
        audit = self._needs.audit
        if await audit.note_change(guild, "backup.copy_found", facts(copy), change, site=site(copy)):
            log.info("the copy of backup %s is back at %s", copy.backup_uuid, copy.target)

    async def _change(self, copy: BackupCopy, values: Mapping[str, object]) -> None:
        change = partial(backup_copies.change, copy_id=copy.id, values=values, only_in=(copy.state,))
        await self._needs.store.write(change)

    async def _abandon(self, copy: BackupCopy) -> None:
        """Have the upload of a copy deleted that failed long ago."""
        await self._change(copy, {"state": CopyState.DELETING})
        self._runner.changed(copy.id)
