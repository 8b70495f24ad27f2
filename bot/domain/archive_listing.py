"""Lists the content of a small archive without extracting it. The archive is untrusted."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO, cast

from bot.core.errors import BadInput
from bot.domain import paths

MOST_MEMBERS = 20_000
MOST_UNPACKED_BYTES = 512 * 1024 * 1024
"""A tar has to be decompressed to be listed: this limit stops a bomb."""
_MAGIC_BYTES = 8
_OPENERS: dict[bytes, Callable[[IO[bytes]], object]] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
    RuntimeError,
)  # fmt: skip


def members(archive: bytes) -> list[str] | None:
    """List the files in a zip or tar, as paths below a root; None for what cannot be listed. For a worker."""
    with suppress(*_BROKEN):
        names = list(islice(_names(io.BytesIO(archive)), MOST_MEMBERS + 1))
        return names if len(names) <= MOST_MEMBERS else None
    return None


def _names(archive: IO[bytes]) -> Iterator[str]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as unzipped:
            raw = [info.filename for info in unzipped.infolist() if not info.is_dir()]
    else:
        bounded = cast("IO[bytes]", _Bounded(_unpacked(archive)))
        with tarfile.open(fileobj=bounded, mode="r:") as tar:
            raw = [info.name for info in islice(tar, MOST_MEMBERS + 1) if not info.isdir()]
    for name in raw:
        with suppress(BadInput):  # the node doesn't extract paths outside the folder either
            yield paths.normalise(name)


def _unpacked(archive: IO[bytes]) -> IO[bytes]:
    archive.seek(0)
    head = archive.read(_MAGIC_BYTES)
    archive.seek(0)
    opener = next((opener for magic, opener in _OPENERS.items() if head.startswith(magic)), None)
    return archive if opener is None else cast("IO[bytes]", opener(archive))


class _Bounded:
    """A decompressed stream with a limit."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Read; raises ValueError beyond the limit."""
        self._check(self._stream.tell())
        return self._stream.read(size)

    def seek(self, position: int, whence: int = 0) -> int:
        """Seek; raises ValueError beyond the limit."""
        self._check(position)
        return self._stream.seek(position, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._stream.tell()

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    @staticmethod
    def _check(position: int) -> None:
        if position > MOST_UNPACKED_BYTES:
            raise ValueError("more than should be unpacked to list it")
