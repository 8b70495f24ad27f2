"""Reads the archive of a backup while it streams by, to find whether it is whole. Pure.

A backup of Wings is a tar, compressed by gzip. Nothing is unpacked to disk, and no more than a few hundred
KiB are held at a time, whatever the archive claims to hold.
"""

import tarfile
import zlib
from dataclasses import dataclass

from bot.core.i18n import _

_BLOCK = tarfile.BLOCKSIZE
_UNPACKED_AT_ONCE = 256 * 1024
_LONGEST_NAME = 64 * 1024
"""Of a header that holds a long name. Longer ones are skipped; the header after it has the name cut."""
_NAME_HEADERS = (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE)
_OTHER_HEADERS = (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


class BadArchive(ValueError):
    """The archive can't be read to its end; the text says why."""


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """What a whole archive holds. Names are untrusted."""

    files: int
    unpacked_bytes: int
    first: str | None
    last: str | None


class ArchiveReader:
    """Takes an archive in pieces of any size, then says what it holds."""

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._began = False
        self._pending = bytearray()
        self._skip = 0
        """Bytes of content and padding before the next header."""
        self._name_header: tarfile.TarInfo | None = None
        """The header whose content, a long name, comes next."""
        self._long_name: str | None = None
        self._ended = False
        self._files = self._unpacked_bytes = 0
        self._first: str | None = None
        self._last: str | None = None

    def feed(self, packed: bytes) -> None:
        """Take the next bytes. Raises BadArchive."""
        while packed:
            self._began = True
            if self._unpack.eof:  # gzip files may follow each other, and zeros may fill up the end
                packed = packed.lstrip(b"\0")
                if not packed:
                    return
                self._unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                unpacked = self._unpack.decompress(packed, _UNPACKED_AT_ONCE)
            except zlib.error as error:
                raise BadArchive(_("it can't be decompressed")) from error
            packed = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail
            self._take(unpacked)

    def finish(self) -> ArchiveContents:
        """Say what it held. Raises BadArchive where it ended too early."""
        if not self._began:
            raise BadArchive(_("it is empty"))
        if not self._unpack.eof:
            raise BadArchive(_("it ends in the middle"))
        if not self._ended:
            raise BadArchive(_("it lacks the mark at its end"))
        return ArchiveContents(self._files, self._unpacked_bytes, self._first, self._last)

    def _take(self, unpacked: bytes) -> None:
        self._pending += unpacked
        while not self._ended:
            if self._name_header is not None:
                if not self._read_name(self._name_header):
                    return
                self._name_header = None
            skipped = min(self._skip, len(self._pending))
            del self._pending[:skipped]
            self._skip -= skipped
            if self._skip or len(self._pending) < _BLOCK:
                return
            block = bytes(self._pending[:_BLOCK])
            del self._pending[:_BLOCK]
            self._read_header(block)
        self._pending.clear()  # what follows the mark of the end is padding

    def _read_header(self, block: bytes) -> None:
        if not any(block):
            self._ended = True
            return
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise BadArchive(_("it is damaged after {count:,} files", count=self._files)) from error
        if header.type in _NAME_HEADERS and 0 <= header.size <= _LONGEST_NAME:
            self._name_header = header
            return
        self._skip = _padded(header.size) if _has_content(header) else 0
        if header.type in (*_NAME_HEADERS, *_OTHER_HEADERS):
            return
        name, self._long_name = self._long_name or header.name, None
        if not header.isdir():
            self._files += 1
            self._unpacked_bytes += header.size
            self._first = name if self._first is None else self._first
            self._last = name

    def _read_name(self, header: tarfile.TarInfo) -> bool:
        """Take a long name out of what is pending; whether it was all there."""
        if len(self._pending) < _padded(header.size):
            return False
        content = bytes(self._pending[: header.size])
        del self._pending[: _padded(header.size)]
        if header.type == tarfile.GNUTYPE_LONGNAME:
            self._long_name = content.rstrip(b"\0").decode("utf-8", "replace")
        else:
            self._long_name = _path_of(content)
        return True


def _path_of(records: bytes) -> str | None:
    """Return the path of an extended header: records of "length key=value" and a line break."""
    _length, key, rest = records.partition(b" path=")
    return rest.partition(b"\n")[0].decode("utf-8", "replace") if key else None


def _has_content(header: tarfile.TarInfo) -> bool:
    if header.size < 0:
        raise BadArchive(_("a file in it has a size below zero"))
    return header.isreg() or header.type not in tarfile.SUPPORTED_TYPES


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
