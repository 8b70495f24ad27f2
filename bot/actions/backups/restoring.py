"""Restore a backup: say what is lost, prove that the archive is there, follow, judge by the activity log."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.actions.access import Permit
from bot.actions.audit import Audit
from bot.actions.backups import refusals
from bot.actions.backups.keeping import check_finished
from bot.actions.backups.shelf import look
from bot.actions.backups.ticking import Ticks, ticking
from bot.actions.clock import Clock
from bot.domain.audit import Facts, Outcome
from bot.domain.saved import TrashRules
from bot.panel import errors
from bot.panel.errors import PanelError
from bot.panel.events import Event, RestoreCompleted
from bot.panel.models import Activity, Backup, ServerStatus

log = logging.getLogger(__name__)

PATIENCE_S = 2 * 3600.0
_GZIP = b"\x1f\x8b\x08"
_DONE, _FAILED = (
    "server:backup.restore-complete",
    "server.backup.restore-failed",
)  # the second is mistyped there
_CLOCKS_DIFFER = timedelta(seconds=120)
_VERDICT_LOOKS = 6

Progress = Callable[[float], Awaitable[None]]


class RestoreEnd(Enum):
    """How a restore ended, as far as anybody can tell."""

    DONE = "done"
    FAILED = "failed"
    NOT_TOLD = "not told"
    """The server is free again, but the activity log does not say how it ended."""
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Before:
    """What a restore would do, before anybody says yes."""

    backup: Backup
    age: timedelta
    truncate: bool
    entries: int | None
    """How many things lie at the top of the server's files; None when nobody could look."""
    trash_entries: int
    last_good: Backup | None


@dataclass(frozen=True, slots=True)
class Restored:
    """How it ended. `after` says how long it took."""

    backup: Backup
    end: RestoreEnd
    truncate: bool
    took_s: float


class RestoreBackup:
    """Restores, once it is certain that there is something to restore."""

    def __init__(self, audit: Audit, clock: Clock, trash: TrashRules) -> None:
        self._audit = audit
        self._clock = clock
        self._trash = trash

    async def look(self, permit: Permit, uuid: str, *, truncate: bool) -> Before:
        """Say what would be lost. Raises StillRunning, Failed, BackupsRunning."""
        now = self._clock.now()
        backup = await permit.panel.backups.view(permit.uuid, uuid)
        check_finished(backup)
        shelf = await look(permit, now)
        if shelf.running:
            raise refusals.BackupsRunning()
        entries: int | None = None
        trash_entries = 0
        if truncate:
            try:
                found = await permit.panel.files.list(permit.uuid, "/", fresh=True)
                entries = len(found)
                if any(one.name == self._trash.directory.strip("/") for one in found):
                    trash_entries = len(await permit.panel.files.list(permit.uuid, self._trash.directory))
            except PanelError as error:
                log.info("cannot say what a restore would delete: %s", error)
        return Before(backup, now - backup.created_at, truncate, entries, trash_entries, shelf.last_good)

    async def prove(self, permit: Permit, backup: Backup) -> None:
        """Read the start of the archive: truncate deletes everything before it looks for it.

        Raises ArchiveNotThere when there is none, or it is no gzip archive of the size the panel knows.
        """
        try:
            async with permit.panel.backups.open(permit.uuid, backup.uuid) as download:
                start = b""
                async for chunk in download:
                    start += chunk
                    if len(start) >= len(_GZIP):
                        break
                length = download.length
        except (errors.LinkSpent, errors.NodeFault, errors.TransferBroken) as error:
            raise refusals.ArchiveNotThere(detail=f"{type(error).__name__}: {error.detail}") from error
        if not start.startswith(_GZIP):
            raise refusals.ArchiveNotThere(detail="it does not begin as gzip does")
        if length is not None and length != backup.size_bytes:
            raise refusals.ArchiveNotThere(detail=f"{length} bytes, the panel knows {backup.size_bytes}")

    async def run(
        self,
        permit: Permit,
        uuid: str,
        *,
        truncate: bool,
        progress: Progress | None = None,
        interaction_id: int | None = None,
    ) -> Restored:
        """Restore and follow it. Looks at everything again first: minutes have passed since the question."""
        backup = (await self.look(permit, uuid, truncate=False)).backup
        if truncate:
            await self.prove(permit, backup)
        began, began_at = self._clock.monotonic(), self._clock.now()
        told_before = await self._told(permit)
        what: Facts = {"backup": uuid, "name": backup.name, "truncate": truncate}
        async with (
            self._audit.act(permit, "backup.restore", what, interaction_id) as act,
            ticking(permit.panel, permit.uuid, self._clock, _is_end) as ticks,
        ):
            sure = await self._begin(permit, uuid, truncate=truncate)
            free = await self._until_free(permit, ticks, began, progress, sure=sure)
            end = await self._verdict(permit, began_at, told_before, ticks) if free else RestoreEnd.NOT_YET
            act.outcome = {RestoreEnd.DONE: Outcome.DONE, RestoreEnd.FAILED: Outcome.FAILED}.get(
                end, Outcome.UNKNOWN
            )
            return Restored(backup, end, truncate, self._clock.monotonic() - began)

    async def _begin(self, permit: Permit, uuid: str, *, truncate: bool) -> bool:
        """Ask for it; False when nobody said whether it was taken (a truncate takes time: section 13.6)."""
        try:
            await permit.panel.backups.restore(permit.uuid, uuid, truncate=truncate)
        except errors.OutcomeUnknown:
            return False
        except PanelError as error:
            if truncate and isinstance(error, errors.NodeFault | errors.PanelFault):
                raise type(error)(
                    error.happened,
                    state="The files may have been deleted already and nothing restored.",
                    next_step="Look at `/files list` at once, and restore another backup if they are gone.",
                    detail=error.detail,
                ) from error
            raise
        return True

    async def _until_free(
        self, permit: Permit, ticks: Ticks, began: float, progress: Progress | None, *, sure: bool
    ) -> bool:
        """Wait until the panel lets the server go; whatever the panel says meanwhile is waited out."""
        seen_busy = sure
        while (took_s := self._clock.monotonic() - began) < PATIENCE_S:
            await ticks.next()
            try:
                server = await permit.panel.servers.view(permit.uuid, fresh=True)
            except PanelError as error:
                log.debug("cannot see the server while it is restored: %s", error)
                continue
            if server.status is ServerStatus.RESTORING_BACKUP:
                seen_busy = True
            elif seen_busy or took_s > _CLOCKS_DIFFER.total_seconds():
                return True
            if progress is not None:
                await progress(took_s)
        return False

    async def _verdict(
        self, permit: Permit, began_at: datetime, told_before: Mapping[str, Activity] | None, ticks: Ticks
    ) -> RestoreEnd:
        """Ask the activity log: panel and websocket say "completed" either way (section 13.6)."""
        for _ in range(_VERDICT_LOOKS):
            told = await self._told(permit)
            for one, entry in (told or {}).items():
                if one in (told_before or {}) or entry.at < began_at - _CLOCKS_DIFFER:
                    continue
                return RestoreEnd.DONE if entry.event == _DONE else RestoreEnd.FAILED
            await ticks.next()
        return RestoreEnd.NOT_TOLD

    async def _told(self, permit: Permit) -> Mapping[str, Activity] | None:
        """Read how the last restores ended, newest first; None when that cannot be read."""
        try:
            page = await permit.panel.activity.page(permit.uuid, event="backup.restore-")
        except PanelError as error:
            log.debug("cannot read how restores ended: %s", error)
            return None
        return {one.id: one for one in page.items if one.event in {_DONE, _FAILED}}


def _is_end(event: Event) -> bool:
    return isinstance(event, RestoreCompleted)
