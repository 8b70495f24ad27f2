"""What every place for copies of backups can do, whatever it speaks."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an upload, as the target has it. `receipt`: what `put_part` returned for it."""

    number: int
    size: int
    receipt: str


class CopyTarget(Protocol):
    """A place for files, each named by a key such as `main/1a7ce997/2026-11-27 nightly.tar.gz`.

    Nothing can be seen under the key before `complete`. All parts of an upload have `part_bytes` bytes, and
    the last one what is left; an empty file has one empty part. Every method raises CopyTargetError; where
    its `may_pass` is true, the same call may work later.
    """

    @property
    def name(self) -> str:
        """What the operator calls it."""

    async def check(self) -> None:
        """Write, read and delete a small file: raises when copies can't be kept there."""

    def part_bytes(self, size: int | None) -> int:
        """Return the size of the parts of a file, None when the size of the file isn't known."""

    async def begin(self, key: str, size: int | None = None) -> str:
        """Begin an upload, and return its id, which stays valid after a restart.

        `size`: that of the whole file, None when it isn't known. No more bytes than that may be sent.
        """

    async def put_part(self, key: str, upload_id: str, number: int, data: bytes) -> str:
        """Send a part, counted from 1 and one after the other, and return its receipt.

        A part may be sent again. Raises UploadGone when the upload has to start over.
        """

    async def parts(self, key: str, upload_id: str) -> Mapping[int, Part]:
        """Return what arrived, by number; raises UploadGone when the upload can't be resumed."""

    async def complete(self, key: str, upload_id: str, receipts: Mapping[int, str]) -> None:
        """Make the file of its parts, replacing one with the same key.

        After a failure `size` shows whether it was made. Raises UploadGone.
        """

    async def abort(self, key: str, upload_id: str) -> None:
        """Delete what arrived of an upload; one that is gone is fine."""

    def read(self, key: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read a file in chunks, to its end or an error; raises CopyMissing."""

    async def size(self, key: str) -> int | None:
        """Return the size of a file, None when there is none; raises PlaceMissing."""

    async def delete(self, key: str) -> None:
        """Delete a file; one that is gone is fine."""

    async def close(self) -> None:
        """Close all connections. An upload under way can be resumed where `parts` says so."""
