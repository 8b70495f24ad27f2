"""Creates backups and follows them to their end."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.core.i18n import _, plural
from bot.domain.audit import Facts, Outcome
from bot.domain.trash import TrashPolicy
from bot.panel import errors
from bot.panel.errors import PanelError
from bot.panel.events import BackupCompleted, Event
from bot.panel.models import Backup, BackupState
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups import errors as backup_errors
from bot.services.backups.completion import completion_ticks
from bot.services.backups.inventory import BackupInventory, fetch_inventory
from bot.storage import Store
from bot.storage.errors import StoreError

log = logging.getLogger(__name__)

DEFAULT_IGNORED = ("*.log", "cache/*", "temp/*", "logs/*")
_IGNORE_FILE, _PELICANS_IGNORE_FILE = "/.pteroignore", "/.pelicanignore"
PATIENCE_S = 2 * 3600.0
_NAME_LIMIT = 191

Progress = Callable[[float], Awaitable[None]]
"""Called now and then with the seconds so far."""


class BackupEnd(Enum):
    """The result of following a backup."""

    DONE = "done"
    FAILED = "failed"
    GONE = "gone"
    """Somebody deleted it meanwhile."""
    STILL_RUNNING = "not yet"
    NO_TRACE = "not seen"
    """The panel did not answer until time was up."""


@dataclass(frozen=True, slots=True)
class BackupResult:
    """The result of a backup, as last seen."""

    backup: Backup
    end: BackupEnd
    took_s: float


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """A request for a backup; without a name, one is made from the time."""

    name: str = ""
    ignored: tuple[str, ...] = ()
    locked: bool = False


class BackupCreation:
    """Creates backups: refuses before the panel would, and says when it will be possible."""

    def __init__(self, store: Store, audit: Audit, clock: Clock, trash: TrashPolicy) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._trash = trash

    async def fetch_inventory(self, permit: Permit) -> BackupInventory:
        """Read all backups of the server."""
        return await fetch_inventory(self._store, permit, self._clock.now())

    async def begin(self, permit: Permit, request: BackupRequest) -> Backup:
        """Begin a backup.

        1. Refuse what the panel would refuse, by the server's backups: NoBackupsAllowed, NoRoom,
           BackupThrottled.
        2. Join the ignore patterns.
        3. Record the act in the audit, and send the request.
        4. If the response is lost, find the new backup in the list.
        """
        inventory = await self.fetch_inventory(permit)
        self.check_room(inventory)
        name = request.name.strip()[:_NAME_LIMIT] or self._default_name()
        ignored = await self.patterns(permit, request.ignored)
        facts: Facts = {"name": name, "locked": request.locked, "patterns": len(ignored)}
        async with self._audit.act(permit, "backup.create", facts) as act:
            try:
                begun = await permit.panel.backups.create(
                    permit.uuid, name, ignored=ignored, locked=request.locked
                )
            except errors.OutcomeUnknown as error:
                backup = await self._find_begun(permit, name, inventory, error)
                if backup is None:
                    raise
                log.info("a backup was begun although its answer was lost: %s", error)
                begun = backup
            act.facts = {**facts, "backup": begun.uuid}
            return begun

    def check_room(self, inventory: BackupInventory) -> None:
        """Refuse where the panel would, with the numbers."""
        if inventory.limit == 0:
            raise backup_errors.NoBackupsAllowed()
        wait_s = inventory.throttled_for_s()
        if wait_s is not None:
            raise errors.BackupThrottled(wait_s)
        if inventory.counted >= inventory.limit:
            raise backup_errors.NoRoom(
                plural(
                    "The only backup slot of this server is used.",
                    "All {count:,} backup slots of this server are used.",
                    inventory.limit,
                )
            )

    def _default_name(self) -> str:
        """Return a name with the time, for a backup that was given none."""
        return f"manual_{self._clock.now():%Y%m%d_%H%M%S}"

    async def patterns(self, permit: Permit, typed: Sequence[str]) -> tuple[str, ...]:
        """Join ignore patterns: ours, those of the server's ignore file (any pattern disables it), the typed.

        Pelican's node reads `.pelicanignore`, others `.pteroignore`. Empty when that file may not be read and
        none were typed: then the file applies by itself. Raises OwnPatternsHidden.
        """
        wanted = [line.strip() for line in typed if line.strip()]
        own: list[str] = []
        ignore_file = _PELICANS_IGNORE_FILE if await permit.panel.is_pelican() else _IGNORE_FILE
        try:
            text = await permit.panel.files.read(permit.uuid, ignore_file)
            own = [line.strip() for line in text.decode("utf-8-sig", "replace").splitlines()]
        except (errors.FileMissing, errors.FileUnavailable):
            pass  # the usual case: there is none
        except errors.PermissionMissing as error:
            if wanted:
                raise backup_errors.OwnPatternsHidden(detail=error.detail) from error
            return ()
        trash = self._trash.directory.lstrip("/") + "/"
        return joined(DEFAULT_IGNORED, (trash,), own, wanted)

    async def follow(self, permit: Permit, backup: Backup, progress: Progress | None = None) -> BackupResult:
        """Check until it ended; errors of the panel meanwhile are not raised."""
        began = self._clock.monotonic()

        def ends(event: Event) -> bool:
            return isinstance(event, BackupCompleted) and event.uuid == backup.uuid

        seen = True
        async with completion_ticks(permit.panel, permit.uuid, self._clock, ends) as ticks:
            while (took_s := self._clock.monotonic() - began) < PATIENCE_S:
                await ticks.next()
                try:
                    backup = await permit.panel.backups.view(permit.uuid, backup.uuid)
                    seen = True
                except errors.NotFound:
                    return BackupResult(backup, BackupEnd.GONE, took_s)
                except PanelError as error:
                    seen = False
                    log.debug("cannot see backup %s: %s", backup.uuid, error)
                took_s = self._clock.monotonic() - began
                if backup.state is BackupState.DONE:
                    return BackupResult(backup, BackupEnd.DONE, _took(backup, took_s))
                if backup.state in (BackupState.FAILED, BackupState.EMPTY):
                    return BackupResult(backup, BackupEnd.FAILED, _took(backup, took_s))
                if progress is not None:
                    await progress(took_s)
        return BackupResult(backup, BackupEnd.STILL_RUNNING if seen else BackupEnd.NO_TRACE, took_s)

    async def note_end(self, permit: Permit, made: BackupResult) -> None:
        """Store how it ended; a failure to store it is only logged."""
        outcome = {BackupEnd.DONE: Outcome.DONE, BackupEnd.FAILED: Outcome.FAILED}.get(made.end)
        facts: Facts = {
            "backup": made.backup.uuid,
            "size_bytes": made.backup.size_bytes,
            "end": made.end.value,
        }
        try:
            await self._audit.note(permit, "backup.end", facts, outcome or Outcome.UNKNOWN)
        except StoreError:
            log.exception(
                "backup %s ended as %s, which could not be stored", made.backup.uuid, made.end.value
            )

    async def _find_begun(
        self, permit: Permit, name: str, before: BackupInventory, error: QuetzalError
    ) -> Backup | None:
        """Find a backup that was begun although the response was lost."""
        known = {backup.uuid for backup in before.backups}
        try:
            now = await self.fetch_inventory(permit)
        except PanelError:
            error.state = _("A backup may or may not have started: Quetzal couldn't check.")
            return None
        new = [backup for backup in now.backups if backup.uuid not in known and backup.name == name]
        if len(new) != 1:
            error.state = _(
                "There was no such backup when Quetzal checked; one may still appear in a moment. Your "
                "files and earlier backups are unchanged."
            )
            return None
        return new[0]


def joined(*parts: Sequence[str]) -> tuple[str, ...]:
    """Join patterns in order, since the last match decides: of duplicates, the last stays."""
    lines = [line for part in parts for line in part if line and not line.startswith("#")]
    return tuple(reversed(dict.fromkeys(reversed(lines))))


def _took(backup: Backup, watched_s: float) -> float:
    if backup.completed_at is None:
        return watched_s
    return max(0.0, (backup.completed_at - backup.created_at).total_seconds())
