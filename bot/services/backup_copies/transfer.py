"""Sends a backup's archive to a target part by part, and reads it back from there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from bot.copies import CopyMissing, CopyTarget, Part, PlaceMissing, UploadGone
from bot.core.i18n import N_
from bot.domain.backup_copies import BackupCopy, CopyState, SentPart
from bot.panel import errors
from bot.panel.models import Backup
from bot.panel.node import Download
from bot.services.access import Permit
from bot.services.backup_copies.errors import BackupVanished, CopyDiffers
from bot.services.backups import ArchiveDamaged, ArchiveProof, check_finished
from bot.storage import Store
from bot.storage.repositories import backup_copies

ReportProgress = Callable[[int], None]
"""Is called with the number of bytes that are done."""
_NOTHING_KNOWN = {"upload_id": None, "sha256": None}


class CopyStopped(Exception):
    """The copy was cancelled meanwhile."""


class CopyTransfer:
    """Sends and verifies one copy. What was done is in the store, so that a later one goes on from there."""

    def __init__(self, store: Store, target: CopyTarget, copy: BackupCopy, report: ReportProgress) -> None:
        self._store = store
        self._target = target
        self._copy = copy
        self._report = report

    async def send(self, permit: Permit) -> None:
        """Send what the target doesn't have yet, and have it put the parts together.

        Raises ArchiveDamaged, BackupVanished, CopyStopped, TransferBroken and others of panel and target;
        UploadGone when all of it has to be sent again.
        """
        upload_id = self._copy.upload_id
        try:
            if upload_id is None or self._copy.sha256 is None:
                upload_id, there = await self._upload()
                await self._send_archive(permit, upload_id, there)
            receipts = {number: part.receipt for number, part in (await self._sent()).items()}
            await self._target.complete(self._copy.key, upload_id, receipts)
        except UploadGone:
            if self._copy.sha256 is not None and await self._is_there():
                return  # it was put together, and the bot was stopped before it knew
            if upload_id is not None:  # what can't be resumed may still take room there
                await self._target.abort(self._copy.key, upload_id)
            await self._note(_NOTHING_KNOWN)
            await self._store.write(partial(backup_copies.forget_parts, copy_id=self._copy.id))
            raise

    async def verify(self) -> None:
        """Read the copy back, and compare it with what was sent. Raises CopyDiffers."""
        if (size := await self._size_there()) != self._copy.size_bytes:
            raise CopyDiffers(detail=f"{size} bytes there, {self._copy.size_bytes} sent")
        digest, length = hashlib.sha256(), 0
        try:
            async with self._target.read(self._copy.key) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(digest.update, chunk)
                    length += len(chunk)
                    self._report(length)
        except CopyMissing as error:
            raise CopyDiffers(detail=str(error)) from error
        if (length, digest.hexdigest()) != (self._copy.size_bytes, self._copy.sha256):
            raise CopyDiffers(detail=f"{length} bytes with another SHA-256 there")

    async def _upload(self) -> tuple[str, Mapping[int, Part]]:
        """Return the upload and what arrived of it; begin one if there is none."""
        copy = self._copy
        if copy.upload_id is not None:
            return copy.upload_id, await self._target.parts(copy.key, copy.upload_id)
        upload_id = await self._target.begin(copy.key, copy.size_bytes)
        await self._note({"upload_id": upload_id})
        return upload_id, {}

    async def _send_archive(self, permit: Permit, upload_id: str, there: Mapping[int, Part]) -> None:
        """Read the archive from its start, since Wings knows no ranges, and send the parts that are missing.

        It is proven on the way that the archive is whole, and the one that the panel recorded.
        """
        known = {
            number: part
            for number, part in (await self._sent()).items()
            if _is_there(part, there.get(number))
        }
        whole, number, done = hashlib.sha256(), 0, 0
        async with self._archive(permit) as (backup, download):
            proof = ArchiveProof(backup)
            async for data in _in_parts(download, proof, self._copy.part_bytes):
                number += 1
                sha256 = await asyncio.to_thread(_digest, data, whole)
                is_too_long = done + len(data) > self._copy.size_bytes  # the proof refuses it at the end
                if not is_too_long and (number not in known or known[number].sha256 != sha256):
                    receipt = await self._target.put_part(self._copy.key, upload_id, number, data)
                    part = SentPart(number, len(data), receipt, sha256)
                    await self._store.write(partial(backup_copies.put_part, copy_id=self._copy.id, part=part))
                done += len(data)
                self._report(done)
            await proof.finish()
        await self._note({"sha256": whole.hexdigest()})

    @asynccontextmanager
    async def _archive(self, permit: Permit) -> AsyncIterator[tuple[Backup, Download]]:
        """Open the archive. Raises BackupVanished, ArchiveDamaged, and what can't be copied."""
        backups, uuid = permit.panel.backups, self._copy.backup_uuid
        try:
            backup = await backups.view(permit.uuid, uuid)
        except errors.NotFound as error:
            raise BackupVanished(detail=error.detail) from error
        check_finished(backup.state)
        try:
            async with backups.open(permit.uuid, uuid, hurries=False) as download:
                yield backup, download
        except errors.LinkSpent as error:
            raise ArchiveDamaged(N_("The node has no archive of it."), detail=error.detail) from error

    async def _sent(self) -> dict[int, SentPart]:
        async with self._store.read() as conn:
            return await backup_copies.parts(conn, self._copy.id)

    async def _is_there(self) -> bool:
        try:
            return await self._size_there() == self._copy.size_bytes
        except PlaceMissing:
            return False  # the folder of all copies is made again for the next upload

    async def _size_there(self) -> int | None:
        return await self._target.size(self._copy.key)

    async def _note(self, values: Mapping[str, Any]) -> None:
        """Store what is new about the copy, and go on with it; raises CopyStopped."""
        change = partial(
            backup_copies.change, copy_id=self._copy.id, values=values, only_in=(CopyState.COPYING,)
        )
        if not await self._store.write(change):
            raise CopyStopped
        self._copy = replace(self._copy, **values)


async def _in_parts(download: Download, proof: ArchiveProof, part_bytes: int) -> AsyncIterator[bytes]:
    """Cut what arrives into parts; one of them is held at a time."""
    held = bytearray()
    async for chunk in download:
        await proof.take(chunk)
        held += chunk
        while len(held) >= part_bytes:
            part = bytes(held[:part_bytes])
            del held[:part_bytes]
            yield part
    if held:
        yield bytes(held)


def _is_there(sent: SentPart, arrived: Part | None) -> bool:
    return arrived is not None and (arrived.size, arrived.receipt) == (sent.size_bytes, sent.receipt)


def _digest(data: bytes, whole: "hashlib._Hash") -> str:
    whole.update(data)
    return hashlib.sha256(data).hexdigest()
