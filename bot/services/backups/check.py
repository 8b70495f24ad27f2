"""Proves that a backup can be restored, without restoring it: its archive is read to the end."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.core.clock import Clock
from bot.core.detached_task import cancel_all
from bot.core.i18n import N_
from bot.domain.audit import Facts
from bot.domain.backup_archive import ArchiveContents, ArchiveReader, BadArchive
from bot.panel import errors
from bot.panel.models import Backup
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups.errors import ArchiveDamaged, CheckCancelled
from bot.services.backups.inventory import fetch_inventory
from bot.services.backups.manage import check_finished
from bot.storage import Store

ReadProgress = Callable[["CheckUnderWay"], Awaitable[None]]
"""Is called whenever more of the archive was read."""

_READ_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """A backup whose archive is whole."""

    backup: Backup
    contents: ArchiveContents
    has_checksum: bool
    """Whether the panel knows a checksum, which then matched."""
    took_s: float


class CheckUnderWay:
    """How far a check is; whoever holds it can end it."""

    def __init__(self, clock: Clock, size_bytes: int) -> None:
        self.read_bytes = 0
        self.size_bytes = size_bytes
        self.is_cancelled = False
        self._clock = clock
        self._began = clock.monotonic()
        self._reading: asyncio.Task[None] | None = None

    @property
    def elapsed_s(self) -> float:
        """For how long it has been reading."""
        return self._clock.monotonic() - self._began

    @property
    def bytes_per_s(self) -> float:
        """How fast it reads; 0 at first."""
        return self.read_bytes / self.elapsed_s if self.elapsed_s > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """How long it still takes at this speed; None while that can't be known."""
        if self.bytes_per_s == 0:
            return None
        return max(0, self.size_bytes - self.read_bytes) / self.bytes_per_s

    def cancel(self) -> None:
        """End it, also while the node sends nothing."""
        self.is_cancelled = True
        if self._reading is not None:
            self._reading.cancel()

    async def read(self, reading: Coroutine[Any, Any, None]) -> None:
        """Await what reads the archive. Raises CheckCancelled when it was cancelled."""
        self._began = self._clock.monotonic()
        self._reading = asyncio.create_task(reading, name="check of a backup")
        try:
            if self.is_cancelled:
                self._reading.cancel()
            await asyncio.wait({self._reading})
            if self.is_cancelled and self._reading.cancelled():
                raise CheckCancelled
            self._reading.result()
        finally:
            await cancel_all([self._reading])


class ArchiveProof:
    """Takes the bytes of a backup's archive as they arrive, and says at the end whether they are right.

    1. Each MiB is hashed and unpacked in a thread: both release the interpreter.
    2. At the end the length is compared with the panel's, then the checksum, then the archive's structure.
    """

    def __init__(self, backup: Backup) -> None:
        kind, _colon, self._wanted = (backup.checksum or "").partition(":")
        self._hash = None
        with suppress(ValueError):
            self._hash = hashlib.new(kind, usedforsecurity=False) if self._wanted else None
        self._backup = backup
        self._reader = ArchiveReader()
        self._problem: BadArchive | None = None
        self._pending = bytearray()
        self.length = 0

    async def take(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.length += len(chunk)
        self._pending += chunk
        if len(self._pending) >= _READ_AT_ONCE:
            await self._digest()

    async def finish(self) -> tuple[ArchiveContents, bool]:
        """Return what the archive holds, and whether a checksum was compared. Raises ArchiveDamaged."""
        await self._digest()
        if self.length != self._backup.size_bytes:
            raise ArchiveDamaged(
                N_(
                    "Its archive has {length:,} bytes; the panel recorded {recorded:,}.",
                    length=self.length,
                    recorded=self._backup.size_bytes,
                )
            )
        if self._hash is not None and self._hash.hexdigest() != self._wanted.lower():
            raise ArchiveDamaged(N_("Its checksum differs: the archive was changed after it was made."))
        try:
            if self._problem is not None:
                raise self._problem
            return self._reader.finish(), self._hash is not None
        except BadArchive as error:
            raise ArchiveDamaged(
                N_("Its archive can't be read to the end: {why}.", why=str(error))
            ) from error

    async def _digest(self) -> None:
        pending, self._pending = bytes(self._pending), bytearray()
        await asyncio.to_thread(self._read, pending)

    def _read(self, pending: bytes) -> None:
        if self._hash is not None:
            self._hash.update(pending)
        if self._problem is None:
            try:
                self._reader.feed(pending)
            except BadArchive as error:
                self._problem = error


class BackupChecks:
    """Reads archives to their end."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    def begin(self, backup: Backup) -> CheckUnderWay:
        """Return what shows how far the check of a backup is, and ends it."""
        return CheckUnderWay(self._clock, backup.size_bytes)

    async def run(
        self, permit: Permit, uuid: str, under_way: CheckUnderWay, progress: ReadProgress
    ) -> BackupCheck:
        """Read the whole archive from the node.

        Raises ArchiveDamaged, CheckCancelled, StillRunning, Failed, LinkSpent.
        """
        backup = await permit.panel.backups.view(permit.uuid, uuid)
        inventory = await fetch_inventory(self._store, permit, self._clock.now())
        check_finished(inventory.state_of(backup))
        facts: Facts = {"backup": uuid, "name": backup.name, "size_bytes": backup.size_bytes}
        proof = ArchiveProof(backup)

        async def read() -> None:
            async with permit.panel.backups.open(permit.uuid, uuid) as download:
                async for chunk in download:
                    await proof.take(chunk)
                    under_way.read_bytes = proof.length
                    await progress(under_way)

        async with self._audit.act(permit, "backup.check", facts) as act:
            try:
                await under_way.read(read())
            except errors.LinkSpent as error:
                raise ArchiveDamaged(
                    N_("The node has no archive of it."), detail=str(error.detail)
                ) from error
            except CheckCancelled:
                act.facts = {**facts, "cancelled": True}
                raise
            contents, has_checksum = await proof.finish()
        return BackupCheck(backup, contents, has_checksum, under_way.elapsed_s)
