"""What lies on a server's disk before a recording is replayed."""

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.node.volumes import disk_of
from tests.contract.recorded_world import RecordedWorld
from tests.contract.recordings import exchange
from tests.contract.steps import Change


def write(name: str, path: str, data: bytes = b"x", mode: int = 0o644) -> Change:
    """Put a file onto a server's disk, as its game would."""

    def change(recorded: RecordedWorld) -> None:
        target = recorded.files(name) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(mode)

    return change


def laid_out(name: str, listing: str, directory: str = "") -> Change:
    """Put the files of a recorded list onto a server's disk, with their sizes, kinds and modes."""

    def change(recorded: RecordedWorld) -> None:
        root = recorded.files(name) / directory
        root.mkdir(parents=True, exist_ok=True)
        for entry in exchange(listing).answer["data"]:
            _make(root, entry["attributes"])

    return change


def special(name: str, path: str, target: str | None) -> Change:
    """Put a symbolic link to `target` onto a server's disk; a named pipe without."""

    def change(recorded: RecordedWorld) -> None:
        place = recorded.files(name) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if target is None:
            os.mkfifo(place, 0o644)
        else:
            place.symlink_to(target)

    return change


def removed(name: str, path: str) -> Change:
    """Take a file off a server's disk."""
    return lambda recorded: (recorded.files(name) / path).unlink()


def archived(name: str, path: str, files: Mapping[str, bytes]) -> Change:
    """Put an archive onto a server's disk; the ending decides its kind (`.zip`, `.tar.gz`, `.gz`)."""

    def change(recorded: RecordedWorld) -> None:
        place = recorded.files(name) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_archive(path, files))

    return change


def full(name: str) -> Change:
    """Let a server have used up its disk."""

    def change(recorded: RecordedWorld) -> None:
        disk_of(recorded.servers[name]).ballast_bytes = recorded.servers[name].limits.disk_bytes

    return change


def _archive(path: str, files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    if path.endswith(".zip"):
        with zipfile.ZipFile(archive, "w") as packed:
            for name, content in files.items():
                packed.writestr(name, content)
    elif path.endswith(".tar.gz"):
        with tarfile.open(fileobj=archive, mode="w:gz") as packed_tar:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                packed_tar.addfile(entry, io.BytesIO(content))
    else:
        return gzip.compress(b"".join(files.values()))
    return archive.getvalue()


def _make(root: Path, entry: dict[str, object]) -> None:
    place = root / str(entry["name"])
    if not entry["is_file"]:
        place.mkdir()
    else:
        place.write_bytes(_content(str(entry["mimetype"]), int(str(entry["size"]))))
    place.chmod(int(str(entry["mode_bits"]), 8))


def _content(mimetype: str, size: int) -> bytes:
    """Make up a content that looks like its type."""
    beginning = {
        "application/gzip": b"\x1f\x8b\x08\x00",
        "application/zip": b"PK\x03\x04",
        "application/octet-stream": b"\x00\x01\x02\x03",
        "application/json": b'{"a": ' + b"1" * (size - 7) + b"}",
    }.get(mimetype, b"")
    filler = b"\x00" if beginning else b"x"
    return (beginning + filler * size)[:size]
