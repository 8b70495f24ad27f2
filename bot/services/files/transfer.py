"""Uploads and downloads, streamed: never more than a chunk in memory."""

import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import IO

from bot.core.errors import BadInput, QuetzalError, with_state
from bot.core.i18n import N_, _
from bot.domain import paths
from bot.domain.audit import Facts
from bot.domain.file_changes import Change, ChangeKind
from bot.panel.errors import OutcomeUnknown, PanelError, TransferBroken
from bot.panel.models import FileEntry, SignedUrl
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, find_file, stat_path

_NOTHING_TOUCHED = N_("Nothing was changed on the server.")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that a person uploads: its bytes can be read once."""

    name: str
    size_bytes: int
    chunks: AsyncIterable[bytes]


class TransferService:
    """Uploads and downloads."""

    def __init__(self, safe: SafeChange, audit: Audit, scratch: Path) -> None:
        """`scratch` is a directory for files on their way to Discord."""
        self._safe = safe
        self._audit = audit
        self._scratch = scratch

    async def aim(self, permit: Permit, typed: str, name: str) -> PathState:
        """Return the target of a file and what is there: in a directory, or at a whole path.

        A path that ends in a slash is a directory. Raises BadInput where it cannot go.
        """
        path = paths.normalise(typed)
        is_directory = typed.endswith("/") or path == "/"
        seen = None if is_directory else await stat_path(permit, path)
        if is_directory or (seen is not None and seen.is_directory):
            seen = await stat_path(permit, paths.join(path, name))
        if seen is None or seen.is_directory:
            raise BadInput(
                _("There is a folder of that name."),
                next_step=_("Give another path, with a name at its end."),
            )
        self._safe.check(seen)
        return seen

    async def upload(self, permit: Permit, incoming: Incoming, target: PathState) -> Change:
        """Upload a file to the target from `aim`.

        1. Send it to a staging path.
        2. Read it back and compare the hashes.
        3. Move it to the target by a safe change; a replaced file goes into the trash.
        """
        safe = self._safe
        safe.check(target)
        staged = safe.rules.staged(safe.journal.new_id())
        try:
            sha256 = await self._send(permit, incoming, staged)
            return await safe.place(permit, staged, target, kind=ChangeKind.UPLOAD, after=sha256)
        except BaseException:
            await safe.trash.drop(permit, {staged})
            raise

    async def fetch(self, permit: Permit, path: str, limit_bytes: int) -> BufferedRandom:
        """Read a file into a temporary one, which the caller closes. Raises FileTooLarge over the limit."""
        entry = await self.file(permit, path)
        facts: Facts = {"path": path, "size_bytes": entry.size_bytes}
        held = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 - the caller closes it
        try:
            async with self._audit.act(permit, "files.download", facts):
                await self._receive(permit, path, limit_bytes, held)
        except BaseException:
            held.close()
            raise
        held.seek(0)
        return held

    async def link(self, permit: Permit, path: str) -> SignedUrl:
        """Return a one-time link. The audit records that they got one, but not the link."""
        entry = await self.file(permit, path)
        facts: Facts = {"path": path, "size_bytes": entry.size_bytes}
        async with self._audit.act(permit, "files.link", facts):
            return await permit.panel.files.download_url(permit.uuid, path)

    async def file(self, permit: Permit, path: str) -> FileEntry:
        """Return the entry of a regular file. Raises FileMissing, or BadInput for anything else."""
        return await find_file(
            permit, path, of_folder=_("Compress it with `/files compress`, and download the archive.")
        )

    async def _send(self, permit: Permit, incoming: Incoming, staged: str) -> str:
        """Upload it to the staging path, check that it is complete, and return its SHA-256."""
        sent = hashlib.sha256()

        async def noted() -> AsyncIterator[bytes]:
            async for chunk in incoming.chunks:
                sent.update(chunk)
                yield chunk

        unheard: OutcomeUnknown | None = None
        try:
            await permit.panel.files.upload(
                permit.uuid, paths.parent(staged), paths.name_of(staged), noted(), incoming.size_bytes
            )
        except OutcomeUnknown as error:
            unheard = error
        except QuetzalError as error:
            raise with_state(error, _NOTHING_TOUCHED, is_unchanged=True) from None
        try:
            arrived = await self._digest(permit, staged)
        except PanelError as error:
            raise with_state(unheard or error, _NOTHING_TOUCHED, is_unchanged=True) from None
        if arrived != sent.hexdigest():
            raise unheard or TransferBroken(
                _("The uploaded file doesn't match what was sent."),
                state=_NOTHING_TOUCHED,
                detail=f"{staged}: {arrived}",
            )
        return arrived

    async def _digest(self, permit: Permit, path: str) -> str:
        hashed = hashlib.sha256()
        async with permit.panel.files.download(permit.uuid, path) as download:
            async for chunk in download:
                hashed.update(chunk)
        return hashed.hexdigest()

    async def _receive(self, permit: Permit, path: str, limit_bytes: int, held: IO[bytes]) -> None:
        async with permit.panel.files.download(permit.uuid, path, limit_bytes=limit_bytes) as download:
            async for chunk in download:
                held.write(chunk)
        if download.length is not None and held.tell() != download.length:
            raise TransferBroken(detail=f"{held.tell()} of {download.length} bytes")
