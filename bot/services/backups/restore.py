"""Restores backups: preview, proof that the archive exists, restore, result from the activity log."""

import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.core.clock import Clock
from bot.core.errors import with_state
from bot.core.i18n import _
from bot.domain.audit import Facts, Outcome
from bot.domain.trash import TrashPolicy
from bot.panel import errors
from bot.panel.errors import PanelError
from bot.panel.events import Event, RestoreCompleted
from bot.panel.models import Activity, Backup, ServerStatus
from bot.panel.node import Download
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups import errors as backup_errors
from bot.services.backups.completion import CompletionTicks, completion_ticks
from bot.services.backups.inventory import fetch_inventory
from bot.services.backups.manage import check_finished
from bot.storage import Store

log = logging.getLogger(__name__)

PATIENCE_S = 2 * 3600.0
SILENCE_S = 120.0
"""How long to look for a sign of a restore whose response was lost."""
TRUNCATE_SILENCE_S = 900.0
"""A large truncate outlasts its request, and the panel does not lock the server meanwhile.

Source: docs/reference/backups.md#restore.
"""
_TAR_MARK, _TAR_MARK_AT, _START_BYTES = b"ustar", 257, 512
_DONE, _FAILED = (
    "server:backup.restore-complete",
    "server.backup.restore-failed",
)  # the second is mistyped there
_VERDICT_READS = 6


@dataclass(frozen=True, slots=True)
class RestoreProgress:
    """How far a restore is, `took_s` after the request.

    `unanswered` says why no response came, as long as there is no sign of the restore either.
    """

    took_s: float
    unanswered: PanelError | None = None


Progress = Callable[[RestoreProgress], Awaitable[None]]


class RestoreEnd(Enum):
    """How a restore ended, as far as is known."""

    DONE = "done"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """The server is available again, but the activity log doesn't say how it ended."""
    NO_TRACE = "not seen"
    """The request got no response, and there was no sign of the restore afterwards."""
    STILL_RUNNING = "not yet"


@dataclass(frozen=True, slots=True)
class RestorePreview:
    """What a restore would do, before the confirmation."""

    backup: Backup
    age: timedelta
    truncate: bool
    entries: int | None
    """How many entries the server's root directory has; None when unknown."""
    trash_entries: int
    """How many snapshots and trash entries Quetzal keeps there."""
    last_good: Backup | None


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """How it ended. `unanswered` says why the request got no response."""

    backup: Backup
    end: RestoreEnd
    truncate: bool
    took_s: float
    unanswered: PanelError | None = None


class BackupRestore:
    """Restores backups.

    1. Call `preview` to show what would be lost.
    2. After the confirmation, call `run`. It previews again, and with `truncate` proves that the archive
       exists: the node deletes all files before it looks for it.
    3. `run` sends the request, waits until the panel releases the server, and reads the result from the
       activity log. Without an entry there the result is unknown.
    """

    def __init__(self, store: Store, audit: Audit, clock: Clock, trash: TrashPolicy) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._trash = trash

    async def preview(self, permit: Permit, uuid: str, *, truncate: bool) -> RestorePreview:
        """Return what would be lost. Raises StillRunning, Stuck, Failed, Empty, BackupsRunning.

        NodeDown or GatewayUnanswered when the node does not answer: nothing can be restored then.
        """
        now = self._clock.now()
        backup = await permit.panel.backups.view(permit.uuid, uuid)
        inventory = await fetch_inventory(self._store, permit, now)
        check_finished(inventory.state_of(backup))
        if inventory.running:
            raise backup_errors.BackupsRunning()
        entries: int | None = None
        trash_entries = 0
        try:
            # The panel knows its backups without the node; a listing of files is the node's own.
            root_entries = await permit.panel.files.list(permit.uuid, "/", fresh=True)
            if truncate:
                entries = len(root_entries)
                if any(entry.name == self._trash.directory.strip("/") for entry in root_entries):
                    kept = await permit.panel.files.list(permit.uuid, self._trash.directory)
                    # Each has its manifest beside it.
                    trash_entries = len({entry.name.split(".")[0] for entry in kept})
        except (errors.NodeDown, errors.GatewayUnanswered) as error:
            not_sent = _("The restore was not sent, and all files are unchanged.")
            raise with_state(error, not_sent, is_unchanged=True) from None
        except PanelError as error:
            log.info("cannot see what a restore would change: %s", error)
        return RestorePreview(
            backup, now - backup.created_at, truncate, entries, trash_entries, inventory.last_good
        )

    async def prove(self, permit: Permit, backup: Backup) -> None:
        """Read the start of the archive: the node deletes everything before it looks for it.

        Raises ArchiveNotThere when there is none, or it is no archive of files of the size the panel knows;
        LengthUnknown when the node does not say how long it is.
        """
        try:
            async with permit.panel.backups.open(permit.uuid, backup.uuid) as download:
                start = await _start(download)
                length = download.length
        except (errors.LinkSpent, errors.NodeFault, errors.TransferBroken, zlib.error) as error:
            detail = error.detail if isinstance(error, PanelError) else _("it isn't compressed with gzip")
            raise backup_errors.ArchiveNotThere(detail=f"{type(error).__name__}: {detail}") from error
        if not start.startswith(_TAR_MARK, _TAR_MARK_AT):
            raise backup_errors.ArchiveNotThere(detail="it does not begin with a file, as a tar archive does")
        if length is None:
            raise backup_errors.LengthUnknown
        if length != backup.size_bytes:
            raise backup_errors.ArchiveNotThere(detail=f"{length} bytes, the panel knows {backup.size_bytes}")

    async def run(
        self, permit: Permit, uuid: str, *, truncate: bool, progress: Progress | None = None
    ) -> RestoreResult:
        """Restore and follow it. Checks everything again first: minutes have passed since the preview."""
        backup = (await self.preview(permit, uuid, truncate=False)).backup
        if truncate:
            await self.prove(permit, backup)
        began, began_at = self._clock.monotonic(), self._clock.now()
        activity_before = await _read_activity(permit)
        facts: Facts = {"backup": uuid, "name": backup.name, "truncate": truncate}
        async with (
            self._audit.act(permit, "backup.restore", facts) as act,
            completion_ticks(permit.panel, permit.uuid, self._clock, _is_end) as ticks,
        ):
            watch = _RestoreFollower(
                self._clock, permit, ticks, _ActivityVerdict(permit, activity_before, began_at), progress
            )
            silence_s = None
            unanswered = await self._begin(permit, uuid, truncate=truncate)
            if unanswered is not None:
                silence_s = TRUNCATE_SILENCE_S if truncate else SILENCE_S
            end = await watch.end(began, silence_s, unanswered)
            act.outcome = {RestoreEnd.DONE: Outcome.DONE, RestoreEnd.FAILED: Outcome.FAILED}.get(
                end, Outcome.UNKNOWN
            )
            return RestoreResult(backup, end, truncate, self._clock.monotonic() - began, unanswered)

    async def _begin(self, permit: Permit, uuid: str, *, truncate: bool) -> PanelError | None:
        """Send the request; return the reason when no response came (a truncate takes long)."""
        try:
            await permit.panel.backups.restore(permit.uuid, uuid, truncate=truncate)
        except errors.OutcomeUnknown as error:
            return error.cause or error
        except PanelError as error:
            if truncate and isinstance(error, errors.NodeFault | errors.PanelFault):
                raise type(error)(
                    error.happened,
                    state=_("The files may have been deleted already and nothing restored."),
                    next_step=_("Check `/files list` now, and restore another backup if they are gone."),
                    detail=error.detail,
                ) from error
            raise
        return None


@dataclass(frozen=True, slots=True)
class _ActivityVerdict:
    """Reads the activity log, which alone knows how a restore ended (docs/reference/backups.md#restore)."""

    permit: Permit
    before: Mapping[str, Activity] | None
    """The entries before the request; None when they could not be read."""
    began_at: datetime

    async def verdict(self) -> RestoreEnd | None:
        """Return how it ended; None as long as the log doesn't say."""
        for entry_id, entry in (await _read_activity(self.permit) or {}).items():
            # Without the earlier entries, only times distinguish this restore from the previous one.
            is_new = entry.at >= self.began_at if self.before is None else entry_id not in self.before
            if is_new:
                return RestoreEnd.DONE if entry.event == _DONE else RestoreEnd.FAILED
        return None


@dataclass(frozen=True, slots=True)
class _RestoreFollower:
    """Follows a restore to its end, despite errors of the panel meanwhile."""

    clock: Clock
    permit: Permit
    ticks: CompletionTicks
    log: _ActivityVerdict
    progress: Progress | None

    async def end(self, began: float, silence_s: float | None, unanswered: PanelError | None) -> RestoreEnd:
        """Return how it ended. `silence_s`: its begin is unconfirmed, so look for a sign of it so long."""
        seen_busy = silence_s is None
        await self._show_progress(began, unanswered)
        while (took_s := self.clock.monotonic() - began) < PATIENCE_S:
            await self.ticks.next()
            busy = await self._is_held()
            seen_busy = seen_busy or busy is True
            if busy is False and seen_busy:
                return await self._verdict()
            if busy is False and (outcome := await self.log.verdict()) is not None:
                return outcome
            if silence_s is not None and not seen_busy and took_s > silence_s:
                return RestoreEnd.NO_TRACE
            await self._show_progress(began, None if seen_busy else unanswered)
        return RestoreEnd.STILL_RUNNING

    async def _show_progress(self, began: float, unanswered: PanelError | None) -> None:
        if self.progress is not None:
            await self.progress(RestoreProgress(self.clock.monotonic() - began, unanswered))

    async def _is_held(self) -> bool | None:
        """Return whether the panel locks the server; None when unknown."""
        try:
            server = await self.permit.panel.servers.view(self.permit.uuid, fresh=True)
        except PanelError as error:
            log.debug("cannot see the server while it is restored: %s", error)
            return None
        return server.status is ServerStatus.RESTORING_BACKUP

    async def _verdict(self) -> RestoreEnd:
        for _attempt in range(_VERDICT_READS):
            if (outcome := await self.log.verdict()) is not None:
                return outcome
            await self.ticks.next()
        return RestoreEnd.UNCONFIRMED


async def _read_activity(permit: Permit) -> Mapping[str, Activity] | None:
    """Read how the last restores ended, newest first; None when that cannot be read."""
    try:
        page = await permit.panel.activity.page(permit.uuid, event="backup.restore-")
    except PanelError as error:
        log.debug("cannot read how restores ended: %s", error)
        return None
    return {entry.id: entry for entry in page.items if entry.event in {_DONE, _FAILED}}


async def _start(download: Download) -> bytes:
    """Unpack the archive's first bytes; fewer than asked for when there are no more. Raises zlib.error."""
    unpack, start = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
    async for chunk in download:
        start += unpack.decompress(chunk, _START_BYTES - len(start))
        if len(start) >= _START_BYTES or unpack.eof:
            break
    return start


def _is_end(event: Event) -> bool:
    return isinstance(event, RestoreCompleted)
