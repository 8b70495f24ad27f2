"""Archives on a real tree: compress, decompress, backup, restore."""

import gzip
import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sandbox.answers import WingsError
from sandbox.clock import ManualClock
from sandbox.node import archive
from sandbox.node.disk import Disk
from sandbox.node.listing import Entry
from sandbox.node.paths import NO_SPACE, UNEXPECTED
from sandbox.node.versions import Rules, Wings


class Rig:
    """A disk, its clock and its rules."""

    def __init__(self, root: Path) -> None:
        self.clock = ManualClock()
        self.rules = Rules(limit_bytes=10_000_000)
        self.root = root
        self.disk = Disk(root, self.clock.now, self.clock.seconds, lambda: self.rules)

    def compress(self, root: str, *names: str) -> Entry:
        return archive.compress(self.disk, root, names, self.clock.now())

    def members(self, path: str) -> list[str]:
        with tarfile.open(self.root / path) as tar:
            return tar.getnames()

    def put_zip(self, path: str, **files: bytes) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in files.items():
                made.writestr(name, content)
        self.disk.put(path, packed.getvalue())


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    root = tmp_path / "volume"
    root.mkdir()
    rig = Rig(root)
    for name in ("m/a.txt", "m/b.txt", "m/sub/c.txt", "config/x.cfg", "licence.key", "out.json"):
        rig.disk.write(name, name.encode() * 10)
    (root / "m" / "empty").mkdir()
    return rig


def test_an_archive_is_named_by_its_time_and_lies_in_the_root(rig: Rig) -> None:
    entry = rig.compress("/m", "a.txt", "b.txt", "sub")
    attributes = entry.attributes()
    assert (attributes["name"], attributes["mimetype"]) == (
        "archive-2026-11-23T120000Z.tar.gz",
        "application/tar+gzip",
    )
    assert (attributes["mode"], attributes["size"]) == (
        "-rw-r--r--",
        (rig.root / "m" / entry.name).stat().st_size,
    )
    assert rig.members(f"m/{entry.name}") == ["a.txt", "b.txt", "sub/c.txt"]
    listed = next(item for item in rig.disk.list("/m") if item.name == entry.name)
    assert listed.mimetype == "application/gzip"


@pytest.mark.parametrize(
    ("root", "names", "packed"),
    [
        ("/m", ["ghost.txt"], []),
        ("/m", ["a.txt", "ghost.txt"], ["a.txt"]),
        ("/m", ["."], []),
        ("/", ["../../../etc/hostname"], []),
        ("/", ["m/sub", "licence.key"], ["licence.key", "m/sub/c.txt"]),
        ("/", ["m/empty"], []),
    ],
)
def test_what_is_not_there_is_left_out_silently(
    rig: Rig, root: str, names: list[str], packed: list[str]
) -> None:
    entry = rig.compress(root, *names)
    assert sorted(rig.members(f"{root.strip('/') or '.'}/{entry.name}")) == packed


def test_a_second_archive_in_the_same_second_leaves_the_tail_of_the_first(rig: Rig) -> None:
    rig.disk.put("noise.bin", os.urandom(5000))
    first = rig.compress("/", "noise.bin")
    second = rig.compress("/", "out.json")
    assert (second.name, second.size) == (first.name, first.size)
    rig.clock.advance(1)
    assert rig.compress("/", "out.json").name != first.name


def test_compress_minds_the_quota_before_and_after(rig: Rig) -> None:
    rig.rules = Rules(limit_bytes=10)
    with pytest.raises(WingsError) as before:
        rig.compress("/", "out.json")
    assert (before.value.status, before.value.text) == (409, archive.NO_ROOM)
    rig.rules = Rules(limit_bytes=rig.disk.used_bytes() + 5)
    with pytest.raises(WingsError) as after:
        rig.compress("/", "out.json")
    assert (after.value.status, after.value.text) == (400, NO_SPACE)
    assert not [entry.name for entry in rig.disk.list() if entry.name.startswith("archive-")]


def test_compress_in_a_directory_that_is_not_there_is_a_plain_500(rig: Rig) -> None:
    with pytest.raises(WingsError) as refused:
        rig.compress("/nowhere", "a.txt")
    assert (refused.value.status, refused.value.text) == (500, UNEXPECTED)


def test_the_old_release_writes_archives_for_itself_only(rig: Rig) -> None:
    rig.rules = Rules(wings=Wings.V1_11_8)
    assert rig.compress("/", "m").attributes()["mode_bits"] == "600"


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz"])
def test_tars_come_back_as_they_were(rig: Rig, compression: str) -> None:
    name = f"x.tar.{compression}".rstrip(".")
    mode: Any = f"w:{compression}"
    with tarfile.open(rig.root / name, mode) as tar:
        info = tarfile.TarInfo("deep/inside.sh")
        info.size, info.mode, info.mtime = 4, 0o755, 1_700_000_000
        tar.addfile(info, io.BytesIO(b"echo"))
    archive.decompress(rig.disk, "/un", f"../{name}")
    entry = rig.disk.list("/un/deep")[0]
    assert entry.attributes()["mode"] == "-rwxr-xr-x"
    assert entry.modified_at.timestamp() == 1_700_000_000
    assert entry.changed_at == rig.clock.now()


def test_a_zip_is_extracted_over_what_is_there_and_denied_names_are_skipped(rig: Rig) -> None:
    rig.rules = Rules(10_000_000, denied=("licence.key",))
    rig.put_zip("deny.zip", **{"licence.key": b"mine", "out.json": b"new", "fresh/x": b"x"})
    archive.decompress(rig.disk, "/", "deny.zip")
    assert (rig.root / "licence.key").read_bytes() != b"mine"
    assert (rig.root / "out.json").read_bytes() == b"new"
    assert (rig.root / "fresh" / "x").read_bytes() == b"x"


def test_an_archive_that_climbs_out_stops_with_500(rig: Rig) -> None:
    rig.put_zip("un/slip.zip", **{"good.txt": b"g", "../../../evil.txt": b"e"})
    with pytest.raises(WingsError) as refused:
        archive.decompress(rig.disk, "/un", "slip.zip")
    assert refused.value.status == 500
    assert (rig.root / "un" / "good.txt").exists()
    assert not list(rig.root.parent.glob("**/evil.txt"))


def test_broken_and_foreign_archives(rig: Rig) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as tar:
        tar.add(rig.root / "m", "m")
    rig.disk.put("bad.tar.gz", whole.getvalue()[:60])
    rig.put_zip("whole.zip", **{"a.txt": b"a" * 500})
    cut = (rig.root / "whole.zip").read_bytes()
    rig.disk.put("bad.zip", cut[:40])
    rig.disk.put("wrong-sum.zip", cut.replace(cut[40:44], b"\xff\xff\xff\xff"))
    rig.disk.put("notreally.zip", b"text")
    for name in ("bad.tar.gz", "bad.zip", "wrong-sum.zip", "notreally.zip", "m", "ghost.zip", "../../x.zip"):
        with pytest.raises(WingsError) as refused:
            archive.decompress(rig.disk, "/", name)
        assert (refused.value.status, refused.value.text) == (500, UNEXPECTED), name


def test_a_text_is_no_archive_where_a_quota_makes_wings_check(rig: Rig) -> None:
    with pytest.raises(WingsError) as refused:
        archive.decompress(rig.disk, "/m", "a.txt")
    assert (refused.value.status, refused.value.text) == (400, archive.UNKNOWN_FORMAT)
    for rules in (Rules(), Rules(10_000_000, wings=Wings.V1_11_8)):
        rig.rules = rules
        with pytest.raises(WingsError) as refused:
            archive.decompress(rig.disk, "/m", "a.txt")
        assert refused.value.status == 500


def test_a_lone_gz_is_accepted_and_nothing_happens(rig: Rig) -> None:
    rig.disk.put("un/plain.txt.gz", gzip.compress(b"text"))
    archive.decompress(rig.disk, "/un", "plain.txt.gz")
    assert [entry.name for entry in rig.disk.list("/un")] == ["plain.txt.gz"]


def test_an_archive_larger_than_the_room_is_refused_before_anything_is_written(rig: Rig) -> None:
    rig.put_zip("big.zip", **{"a.bin": b"\0" * 2_000_000})
    rig.rules = Rules(limit_bytes=1_000_000)
    with pytest.raises(WingsError) as refused:
        archive.decompress(rig.disk, "/", "big.zip")
    assert (refused.value.status, refused.value.text) == (400, NO_SPACE)
    assert not (rig.root / "a.bin").exists()


@pytest.mark.parametrize(
    ("given", "own", "left_out"),
    [
        ([], None, set()),
        (["*.txt", "config/"], None, {"m/a.txt", "m/b.txt", "m/sub/c.txt", "config/x.cfg"}),
        (["*.txt", "!m/sub/*.txt"], None, {"m/a.txt", "m/b.txt"}),
        ([], "m/\n# a comment\n", {"m/a.txt", "m/b.txt", "m/sub/c.txt"}),
        (["licence.key"], "m/\n", {"licence.key"}),
        ([], "m/\n" + "#" * 40_000, set()),
    ],
)
def test_backups_leave_out_what_is_ignored(
    rig: Rig, tmp_path: Path, given: list[str], own: str | None, left_out: set[str]
) -> None:
    everything = {"m/a.txt", "m/b.txt", "m/sub/c.txt", "config/x.cfg", "licence.key", "out.json"}
    if own is not None:
        rig.disk.write(".pteroignore", own.encode())
        everything.add(".pteroignore")
    target = tmp_path / "backup.tar.gz"
    made = archive.back_up(rig.disk, target, given)
    with tarfile.open(target) as tar:
        assert set(tar.getnames()) == everything - left_out
    assert made.size == target.stat().st_size
    assert made.sha1 == hashlib.sha1(target.read_bytes(), usedforsecurity=False).hexdigest()


def test_pelicans_node_has_an_ignore_file_of_its_own_name(rig: Rig, tmp_path: Path) -> None:
    rig.rules = Rules(limit_bytes=10_000_000, wings=Wings.PELICAN)
    for name in (".pteroignore", ".pelicanignore"):
        rig.disk.write(name, f"{'m' if 'ptero' in name else 'config'}/\n".encode())
    target = tmp_path / "backup.tar.gz"
    archive.back_up(rig.disk, target, [])
    with tarfile.open(target) as tar:
        names = set(tar.getnames())
    assert {"m/a.txt", ".pteroignore"} <= names
    assert "config/x.cfg" not in names


def test_a_link_as_pteroignore_counts_for_nothing(rig: Rig, tmp_path: Path) -> None:
    (rig.root / ".pteroignore").symlink_to("licence.key")
    target = tmp_path / "backup.tar.gz"
    archive.back_up(rig.disk, target, [])
    with tarfile.open(target) as tar:
        assert "licence.key" in tar.getnames()


def test_a_restore_puts_everything_back_with_its_old_times(rig: Rig, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    archive.back_up(rig.disk, target, [])
    before = {name: (rig.root / name).read_bytes() for name in ("m/a.txt", "out.json")}
    written = rig.disk.list("/m")[-1].modified_at
    rig.clock.advance(1000)
    rig.disk.empty()
    restored = archive.restore(rig.disk, target)
    assert restored.is_complete
    assert len(restored.names) == 6
    assert {name: (rig.root / name).read_bytes() for name in before} == before
    entry = next(item for item in rig.disk.list() if item.name == "out.json")
    assert entry.modified_at <= written < entry.changed_at


def test_a_corrupt_backup_stops_in_the_middle(rig: Rig, tmp_path: Path) -> None:
    for number in range(20):
        rig.disk.put(f"noise/{number}.bin", os.urandom(3000))
    target = tmp_path / "backup.tar.gz"
    archive.back_up(rig.disk, target, [])
    target.write_bytes(target.read_bytes()[:30_000])
    rig.disk.empty()
    restored = archive.restore(rig.disk, target)
    assert not restored.is_complete
    assert 0 < len(restored.names) < 26


def test_a_backup_whose_archive_vanished(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        archive.restore(rig.disk, tmp_path / "gone.tar.gz")
