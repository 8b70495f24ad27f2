"""How Wings describes a file: Go's notation of modes, the sniffed type, its own order of names."""

import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.node.versions import Wings

SNIFFED_BYTES = 3072
DIRECTORY_SIZE = 4096  # what ext4 says; the temporary directory may lie on something else
# Bytes that no text holds (WHATWG's "binary data bytes", as Wings' sniffing library has it).
BINARY = bytes([*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)])

_MAGIC = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xca\xfe\xba\xbe", "application/x-java-applet"),
    (b"OggS", "application/ogg"),
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\x00\x00\xfe\xff", "utf-32be"),
    (b"\xff\xfe\x00\x00", "utf-32le"),
    (b"\xfe\xff", "utf-16be"),
    (b"\xff\xfe", "utf-16le"),
)
# Whole tokens, then perhaps a piece of one; possessive, so that no text takes long.
_CUT_JSON = re.compile(
    rb'(?:[\s{}\[\],:]|"(?:[^"\\]|\\.)*+"|-?\d[\d.eE+-]*+|true|false|null)*+(?:"(?:[^"\\]|\\.)*+\\?|[\w.+-]*)',
    re.DOTALL,
)
_MARKUP = ((b"<!doctype html", "text/html"), (b"<html", "text/html"), (b"<?xml", "text/xml"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a directory, as the node lists it. Times are aware."""

    name: str
    mode: int
    size: int
    mimetype: str
    is_symlink: bool
    modified_at: datetime
    changed_at: datetime

    def attributes(self) -> dict[str, Any]:
        """Return the panel's `file_object`. `created_at` is really the time of the last change (12.1)."""
        return {
            "name": self.name,
            "mode": go_mode(self.mode),
            "mode_bits": f"{self.mode & 0o777:o}",
            "size": self.size,
            "is_file": not stat.S_ISDIR(self.mode),
            "is_symlink": self.is_symlink,
            "mimetype": self.mimetype,
            "created_at": _iso(self.changed_at),
            "modified_at": _iso(self.modified_at),
        }

    def as_archive(self) -> "Entry":
        """Return what a fresh archive says of itself; a later listing sniffs `application/gzip`."""
        return replace(self, mimetype="application/tar+gzip")


def describe(path: Path, facts: os.stat_result, changed: float, wings: Wings) -> Entry:
    """Describe one path that is not followed. `changed` is in seconds since 1970."""
    is_directory = stat.S_ISDIR(facts.st_mode)
    if is_directory:
        mimetype = "inode/directory"
    elif stat.S_ISREG(facts.st_mode):
        with path.open("rb") as file:
            mimetype = sniff(file.read(SNIFFED_BYTES))
    else:
        mimetype = "application/octet-stream"
    return Entry(
        name=os.fsencode(path.name).decode("utf-8", "replace"),
        mode=facts.st_mode,
        size=DIRECTORY_SIZE if is_directory else facts.st_size,
        mimetype=mimetype,
        is_symlink=wings.marks_symlinks and stat.S_ISLNK(facts.st_mode),
        modified_at=datetime.fromtimestamp(facts.st_mtime, UTC),
        changed_at=datetime.fromtimestamp(changed, UTC),
    )


def in_order(entries: Iterable[Entry], wings: Wings) -> list[Entry]:
    """Return files from Z to A, then directories from A to Z; directories first up to 1.11.8."""
    listed = sorted(entries, key=lambda entry: entry.name.encode())
    directories = [entry for entry in listed if stat.S_ISDIR(entry.mode)]
    files = [entry for entry in reversed(listed) if not stat.S_ISDIR(entry.mode)]
    return directories + files if wings.has_old_filesystem else files + directories


def go_mode(mode: int) -> str:
    """Return a mode in Go's notation: `L` for a link, `u`, `g`, `t` in front where ls has them inside."""
    kinds = (
        ("d", stat.S_ISDIR(mode)),
        ("L", stat.S_ISLNK(mode)),
        ("D", stat.S_ISBLK(mode) or stat.S_ISCHR(mode)),
        ("p", stat.S_ISFIFO(mode)),
        ("S", stat.S_ISSOCK(mode)),
        ("u", bool(mode & stat.S_ISUID)),
        ("g", bool(mode & stat.S_ISGID)),
        ("c", stat.S_ISCHR(mode)),
        ("t", bool(mode & stat.S_ISVTX)),
    )
    prefix = "".join(letter for letter, holds in kinds if holds) or "-"
    bits = "".join(letter if mode & (1 << (8 - place)) else "-" for place, letter in enumerate("rwxrwxrwx"))
    return prefix + bits


def sniff(head: bytes) -> str:
    """Return the type of what begins like this, with a charset for text."""
    if not head:
        return "text/plain"
    for magic, mimetype in _MAGIC:
        if head.startswith(magic):
            return "application/jar" if _is_jar(head) else mimetype
    if head[257:262] == b"ustar":
        return "application/x-tar"
    charset = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if charset is None:
        if head.translate(None, BINARY) != head:
            return "application/octet-stream"
        if _is_json(head):
            return "application/json"
        charset = _charset(head)
    start = head.lstrip().lower()
    kind = next((name for mark, name in _MARKUP if start.startswith(mark)), "text/plain")
    return f"{kind}; charset={charset}"


def _is_jar(head: bytes) -> bool:
    """Whether a zip begins with a manifest, as every jar does."""
    return head.startswith(b"PK\x03\x04") and head[30:].startswith(b"META-INF/")


def _is_json(head: bytes) -> bool:
    """Whether this is a JSON object or array, or the beginning of one that is longer than what is sniffed."""
    if head.lstrip()[:1] not in {b"{", b"["}:
        return False
    try:
        json.loads(head)
    except (UnicodeDecodeError, RecursionError):
        return False
    except json.JSONDecodeError:
        return len(head) >= SNIFFED_BYTES and _CUT_JSON.fullmatch(head) is not None
    return True


def _charset(head: bytes) -> str:
    """Return the charset of plain text without a mark; a character cut by the sniffing limit is no fault."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if len(head) < SNIFFED_BYTES or error.start < len(head) - 3:
            has_controls = any(0x80 <= byte < 0xA0 for byte in head)  # noqa: PLR2004 - the C1 range
            return "windows-1252" if has_controls else "iso-8859-1"
    return "utf-8"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
