"""Carries one copy to its end: sends it, verifies it, and deletes what isn't wanted at the target."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from bot.copies import UploadGone
from bot.core.errors import QuetzalError
from bot.core.i18n import N_
from bot.core.stored_text import reason_of, stored, stored_also
from bot.domain.audit import Outcome
from bot.domain.backup_copies import OPEN, UNDER_WAY, BackupCopy, CopyState, to_delete
from bot.domain.levels import Level
from bot.services.backup_copies.errors import BackupVanished, CopyDiffers, TargetRemoved
from bot.services.backup_copies.needs import (
    CopyNeeds,
    CopyProgress,
    asked_by,
    deleted_by,
    facts,
    site,
)
from bot.services.backup_copies.transfer import CopyStopped, CopyTransfer
from bot.services.backups import ArchiveDamaged
from bot.services.jobs import PASSING, AskedBy
from bot.storage.errors import StoreError
from bot.storage.repositories import backup_copies

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

_Change: TypeAlias = Callable[["AsyncConnection"], Awaitable[bool]]
LEVEL = Level.MANAGER
_WAITS_S = (10.0, 30.0, 60.0, 120.0, 300.0)
_PATIENCE_S = 2 * 3600.0
"""A copy that came no further for so long has failed; what was sent is kept for another try."""
_MOST_RESTARTS = 5
_MOST_DEFECTS = 3
_HOPELESS = (ArchiveDamaged, BackupVanished, CopyDiffers)
"""Another try would come to the same: what was sent is deleted."""
_LEFT_THERE = N_("What was sent may still be there.")


class CopyWork:
    """One open copy, in a task of its own."""

    def __init__(self, copy_id: int, needs: CopyNeeds) -> None:
        self._copy_id = copy_id
        self._needs = needs
        self._clock = needs.clock
        self._news = needs.news
        self._further_at = self._began_at = self._clock.monotonic()
        self._furthest = 0
        self._failures = self._restarts = self._defects = 0

    async def run(self) -> None:
        """Go on until nothing is left to do. Raises StoreError; what was done by then is stored."""
        try:
            while (copy := await self._needs.read(self._copy_id)) is not None and copy.state in OPEN:
                await self._try(copy)
        finally:
            self._news.forget(self._copy_id)

    async def _try(self, copy: BackupCopy) -> None:
        self._began_at = self._clock.monotonic()
        try:
            await self._step(copy)
        except StoreError:
            raise
        except CopyStopped:
            return  # the store says by now what is to be done
        except QuetzalError as error:
            await self._failed(copy, error)
        except Exception as defect:
            log.exception("copy %d of a backup has a defect", copy.id)
            self._defects += 1
            unknown = QuetzalError(detail=type(defect).__name__)
            await self._failed(copy, unknown, may_pass=self._defects < _MOST_DEFECTS)
        else:
            self._failures = 0
            self._further_at = self._clock.monotonic()

    async def _step(self, copy: BackupCopy) -> None:
        match copy.state:
            case CopyState.COPYING:
                await self._copy(copy)
            case CopyState.VERIFYING:
                await self._verify(copy)
            case _:
                await self._delete(copy)

    async def _copy(self, copy: BackupCopy) -> None:
        target = self._needs.place(copy).target
        who = AskedBy(copy.guild_id, copy.asked_by, copy.interaction_id)
        permit = await self._needs.authority.acting(who, copy.server, LEVEL)
        await CopyTransfer(self._needs.store, target, copy, self._report).send(permit)
        self._furthest = 0
        await self._change(copy, {"state": CopyState.VERIFYING}, only_in=(CopyState.COPYING,))

    async def _verify(self, copy: BackupCopy) -> None:
        place = self._needs.place(copy)
        await CopyTransfer(self._needs.store, place.target, copy, self._report).verify()
        now = self._clock.now()
        made = replace(copy, state=CopyState.COPIED, copied_at=now, checked_at=now, ended_at=now)
        if await self._note_end(made, Outcome.DONE, partial(_settle, copy=made, keep=place.keep)):
            log.info("backup %s was copied to %s", copy.backup_uuid, copy.target)

    async def _delete(self, copy: BackupCopy) -> None:
        """Delete what is at the target of a copy that isn't wanted any more."""
        is_ours = await self._delete_there(copy)
        if copy.copied_at is None:
            await self._end(copy)
            return
        # Not as an act around it: it is tried every few minutes for as long as the target can't be reached.
        end = self._ending(copy, _why_gone(copy, is_ours=is_ours))
        await self._needs.audit.note_change(
            deleted_by(copy), "backup.copy_delete", facts(copy), end, site=site(copy)
        )
        log.info("the copy of backup %s at %s was deleted", copy.backup_uuid, copy.target)

    async def _delete_there(self, copy: BackupCopy) -> bool:
        """Delete the upload and the file, but no file that Quetzal didn't write: then return False."""
        target = self._needs.place(copy).target
        if copy.upload_id is not None:
            await target.abort(copy.key, copy.upload_id)
        if copy.sha256 is None:
            return True  # it was never put together
        size_there = await target.size(copy.key)
        if size_there is None:
            return True
        is_ours = copy.copied_at is None or size_there == copy.size_bytes
        if is_ours:
            await target.delete(copy.key)
        return is_ours

    async def _failed(self, copy: BackupCopy, error: QuetzalError, *, may_pass: bool = False) -> None:
        """Wait before the next try, or end the copy."""
        log.info("copy %d: %s: %s %s", copy.id, type(error).__name__, error, error.detail or "")
        if isinstance(error, UploadGone):
            self._restarts += 1
        is_passing = may_pass or error.may_pass or isinstance(error, PASSING)
        is_patient = self._clock.monotonic() - self._further_at < _PATIENCE_S
        if copy.state is CopyState.DELETING:
            if isinstance(error, TargetRemoved):
                await self._end(copy, stored_also(copy.reason, _LEFT_THERE))
                return
        elif isinstance(error, _HOPELESS):
            reason = {"state": CopyState.DELETING, "reason": reason_of(error)}
            await self._change(copy, reason, only_in=UNDER_WAY)
            return
        elif not (is_passing and is_patient and self._restarts < _MOST_RESTARTS):
            ended = {"state": CopyState.FAILED, "reason": reason_of(error), "ended_at": self._clock.now()}
            fail = partial(backup_copies.change, copy_id=copy.id, values=ended, only_in=UNDER_WAY)
            await self._note_end(copy, Outcome.FAILED, fail)
            return
        wait_s = _WAITS_S[min(self._failures, len(_WAITS_S) - 1)]
        self._failures += 1
        before = self._news.progress.get(copy.id, CopyProgress())
        self._news.publish(copy.id, replace(before, bytes_per_s=None, trouble=error.happened))
        await self._clock.sleep(wait_s)

    def _report(self, done_bytes: int) -> None:
        now = self._clock.monotonic()
        took_s = now - self._began_at
        if done_bytes > self._furthest:
            self._furthest, self._further_at, self._failures = done_bytes, now, 0
        speed = done_bytes / took_s if took_s > 0 else None
        self._news.publish(self._copy_id, CopyProgress(done_bytes, speed))

    async def _end(self, copy: BackupCopy, reason: str = "") -> None:
        end = self._ending(copy, reason)
        if _deleted_state(copy) is CopyState.FAILED and copy.ended_at is None:
            await self._note_end(copy, Outcome.FAILED, end)
        else:
            await self._needs.store.write(end)

    def _ending(self, copy: BackupCopy, reason: str) -> _Change:
        """Return the change that ends a copy of which nothing is to be deleted any more."""
        values = {
            "state": _deleted_state(copy),
            "upload_id": None,
            "ended_at": self._clock.now(),
            "reason": reason or copy.reason,
        }
        return partial(_store_end, copy_id=copy.id, values=values)

    async def _change(
        self, copy: BackupCopy, values: Mapping[str, object], *, only_in: tuple[CopyState, ...]
    ) -> bool:
        change = partial(backup_copies.change, copy_id=copy.id, values=values, only_in=only_in)
        is_changed = await self._needs.store.write(change)
        self._news.changed(copy.id)
        return is_changed

    async def _note_end(self, copy: BackupCopy, outcome: Outcome, change: _Change) -> bool:
        """Store how a copy ended with its act, so that no stop of the bot comes between them."""
        return await self._needs.audit.note_change(
            asked_by(copy), "backup.copy_end", facts(copy), change, outcome, site=site(copy)
        )


def _why_gone(copy: BackupCopy, *, is_ours: bool) -> str:
    if copy.deleted_by is None:
        return stored(N_("Newer copies took its place."))
    if is_ours:
        return stored(N_("Deleted by hand."))
    return stored(N_("Another file is there by now; it was left alone."))


def _deleted_state(copy: BackupCopy) -> CopyState:
    """Return how a copy ends once what is at its target was deleted."""
    if copy.copied_at is not None:
        return CopyState.GONE
    return CopyState.FAILED if copy.cancelled_by is None else CopyState.CANCELLED


async def _store_end(conn: "AsyncConnection", copy_id: int, values: Mapping[str, object]) -> bool:
    is_ended = await backup_copies.change(conn, copy_id, values, only_in=(CopyState.DELETING,))
    if is_ended:
        await backup_copies.forget_parts(conn, copy_id)
    return is_ended


async def _settle(conn: "AsyncConnection", copy: BackupCopy, keep: int) -> bool:
    """Store that a copy is good, and mark those that are too many now; False when it was cancelled."""
    values = {
        "state": copy.state,
        "copied_at": copy.copied_at,
        "checked_at": copy.checked_at,
        "ended_at": copy.ended_at,
        "upload_id": None,
    }
    if not await backup_copies.change(conn, copy.id, values, only_in=(CopyState.VERIFYING,)):
        return False
    await backup_copies.forget_parts(conn, copy.id)
    others = [
        other for other in await backup_copies.of_server(conn, copy.server) if other.target == copy.target
    ]
    for old in to_delete(others, newest=copy, keep=keep):
        await backup_copies.change(conn, old.id, {"state": CopyState.DELETING}, only_in=(CopyState.COPIED,))
    return True
