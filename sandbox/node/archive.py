"""Real archives: compress, decompress, backup, restore. All of it is long and belongs into a thread."""

import gzip
import hashlib
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from pathspec import GitIgnoreSpec

from sandbox.answers import WingsError
from sandbox.node.disk import Disk
from sandbox.node.listing import Entry
from sandbox.node.paths import (
    as_wings_errors,
    joined,
    relative,
    unexpected,
)

NO_ROOM = "This server does not have enough available disk space to generate a compressed archive."
UNKNOWN_FORMAT = "The archive provided is in a format Wings does not understand."
IGNORE_FILE_BYTES = 32 * 1024
_TARS = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_SINGLES = (".gz", ".bz2", ".xz")
# What the standard library raises over a corrupt, cut, encrypted or oddly dated archive.
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished backup: its size in bytes and its SHA-1 in hex."""

    size: int
    sha1: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put back, in order, and whether it came to the archive's end."""

    names: tuple[str, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Member:
    """One regular file inside an archive."""

    name: str
    size: int
    mode: int
    modified_at: datetime
    open: Callable[[], IO[bytes] | None]


def compress(disk: Disk, root: str, names: Sequence[str], now: datetime) -> Entry:
    """Pack names of a directory into `archive-<time>.tar.gz` in it. What is missing is left out silently.

    A second archive in the same second lands in the same file, and the tail of a longer first one stays.
    """
    wings = disk.rules.wings
    disk.check_space(status=409, text=NO_ROOM)
    directory = disk.tree.locate(root, wings)
    wanted = {relative(name) for name in names} - {None, "."}
    target = directory / f"archive-{now:%Y-%m-%dT%H%M%SZ}.tar.gz"
    with as_wings_errors():
        if not directory.is_dir():
            raise unexpected()
        before = target.stat().st_size if target.exists() else None
        mode = 0o600 if wings.has_old_filesystem else 0o644
        with open(os.open(target, os.O_WRONLY | os.O_CREAT, mode), "wb") as raw:  # noqa: PTH123 - no truncation
            if before is None:
                os.fchmod(raw.fileno(), mode)
            places = (place for place in disk.tree.walk(directory) if place != target)
            _pack(raw, ((place, place.relative_to(directory).as_posix()) for place in places), wanted)
    disk.grew(target.stat().st_size - (before or 0))
    disk.touch(target)
    disk.touch(directory)
    try:
        disk.check_space()
    except WingsError:
        disk.delete("/", [disk.tree.name_of(target)])
        raise
    return disk.entry(target).as_archive()


def decompress(disk: Disk, root: str, name: str) -> None:
    """Unpack an archive into `root`, over what is there. A lone `.gz` is taken and nothing happens."""
    rules = disk.rules
    place = disk.tree.locate(joined(root, name), rules.wings)
    with as_wings_errors():
        kind = _kind(place)
    if kind == "single":
        return
    if kind is None:
        # Only the check against the quota knows this sentence, and up to 1.11.8 not even that.
        is_reported = rules.limit_bytes and not rules.wings.has_old_filesystem
        raise WingsError(400, UNKNOWN_FORMAT) if is_reported else unexpected()
    if rules.limit_bytes:
        with _opened(place, kind) as members:
            disk.check_space(sum(member.size for member in members))
    with _opened(place, kind) as members:
        for member in members:
            path = f"{root}/{member.name}"
            if not disk.is_denied(path):
                _extract(disk, path, member)


def back_up(disk: Disk, target: Path, ignored: Sequence[str]) -> Archive:
    """Pack a whole tree. Any pattern replaces the server's ignore file; without one it decides."""
    patterns = [line for line in ignored if line] or _ignore_file(disk)
    spec = GitIgnoreSpec.from_lines(patterns)
    named = ((place, disk.tree.name_of(place)) for place in disk.tree.walk())
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as raw:
        _pack(raw, ((place, name) for place, name in named if not spec.match_file(name)))
    digest = hashlib.sha1(usedforsecurity=False)
    with target.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return Archive(target.stat().st_size, digest.hexdigest())


def restore(disk: Disk, archive: Path) -> Restored:
    """Unpack a backup over a tree; a corrupt one stops in the middle, and what came before stays.

    Raises FileNotFoundError when the archive is gone.
    """
    names: list[str] = []
    with archive.open("rb"):
        pass
    try:
        with _opened(archive, "tar") as members:
            for member in members:
                names.append(member.name)
                _extract(disk, member.name, member)
    except WingsError:
        return Restored(tuple(names), is_complete=False)
    return Restored(tuple(names), is_complete=True)


def _pack(raw: IO[bytes], named: Iterable[tuple[Path, str]], wanted: set[str | None] | None = None) -> None:
    """Write regular files and links; empty directories, pipes and sockets are not stored."""
    with (
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for place, name in named:
            mode = place.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
                continue
            if wanted is None or any(name == want or name.startswith(f"{want}/") for want in wanted):
                tar.add(place, arcname=name, recursive=False)


def _ignore_file(disk: Disk) -> list[str]:
    place = disk.tree.root / disk.rules.wings.ignore_file
    if place.is_symlink() or not place.is_file() or place.stat().st_size > IGNORE_FILE_BYTES:
        return []
    return place.read_text("utf-8", "replace").splitlines()


def _kind(place: Path) -> str | None:
    """Return `zip`, `tar` or `single` by name and by content, None for what is no archive."""
    name = place.name.lower()
    with place.open("rb") as file:
        head = file.read(512)
    if name.endswith(".zip") or head.startswith(b"PK\x03\x04"):
        return "zip"
    if name.endswith(_TARS) or head[257:262] == b"ustar":
        return "tar"
    if name.endswith(_SINGLES) or head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")):
        try:
            with tarfile.open(place):
                return "tar"
        except _BROKEN:
            return "single"
    return None


@contextmanager
def _opened(place: Path, kind: str) -> Iterator[Iterator[_Member]]:
    """Open an archive and yield its regular files; whatever is broken in it is a 500."""
    try:
        if kind == "zip":
            with zipfile.ZipFile(place) as archive:
                yield _zip_members(archive)
        else:
            with tarfile.open(place) as tar:
                yield _tar_members(tar)
    except _BROKEN as error:
        raise unexpected() from error


def _zip_members(archive: zipfile.ZipFile) -> Iterator[_Member]:
    for info in archive.infolist():
        if not info.is_dir():
            mode = (info.external_attr >> 16) & 0o777 or 0o644
            at = datetime(*info.date_time, tzinfo=UTC)
            yield _Member(info.filename, info.file_size, mode, at, partial(archive.open, info))


def _tar_members(tar: tarfile.TarFile) -> Iterator[_Member]:
    for info in tar:
        if info.isfile():
            at = datetime.fromtimestamp(info.mtime, UTC)
            yield _Member(info.name, info.size, info.mode & 0o777, at, partial(tar.extractfile, info))


def _extract(disk: Disk, path: str, member: _Member) -> None:
    source = member.open()
    if source is not None:
        with source:
            place = disk.store(path, source, member.size, member.mode)
        disk.touch(place, member.modified_at)
