"""The archive of a backup is proven while it streams by. Python's own tarfile is the judge."""

import gzip
import io
import tarfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backup_archive import ArchiveReader, BadArchive

FILES = {
    "server.properties": b"motd=Hi\n",
    "world/level.dat": bytes(70_000),
    "empty.txt": b"",
    "z.txt": b"x" * 513,
}


def packed(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=form) as tar:
        tar.addfile(_directory("world"))
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _directory(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE
    return info


def read(archive: bytes, piece: int = 1_000) -> ArchiveReader:
    reader = ArchiveReader()
    for at in range(0, len(archive), piece):
        reader.feed(archive[at : at + piece])
    return reader


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("piece", [1, 700, 10**6])
def test_whole_archive_says_what_it_holds(form: int, piece: int) -> None:
    contents = read(packed(FILES, form), piece).finish()
    assert (contents.files, contents.unpacked_bytes) == (4, sum(map(len, FILES.values())))
    assert (contents.first, contents.last) == ("server.properties", "z.txt")


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_are_whole(form: int) -> None:
    name = "plugins/" + "ä" * 200 + "/config.yml"
    assert read(packed({name: b"x"}, form)).finish().last == name


def test_archives_that_follow_each_other_in_one_file_are_one() -> None:
    """Programs that compress on several cores may write gzip files one after the other."""
    plain = gzip.decompress(packed(FILES))
    archive = b"".join(gzip.compress(plain[at : at + 9_000]) for at in range(0, len(plain), 9_000))
    assert read(archive + bytes(3_000)).finish().files == len(FILES)  # gzip ignores zeros at the end, too


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        (b"", "it is empty"),
        (b"<html>Not found</html>", "it can't be decompressed"),
        (packed(FILES)[:-20], "it ends in the middle"),
        (gzip.compress(gzip.decompress(packed(FILES))[:3_072]), "it lacks the mark at its end"),
        (gzip.compress(b"no archive" * 100), "it is damaged after 0 files"),
        (packed(FILES)[:-8] + b"\0" * 8, "it can't be decompressed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # archives hold the time
)
def test_what_is_not_whole_is_refused_with_the_reason(archive: bytes, why: str) -> None:
    with pytest.raises(BadArchive, match=why):
        read(archive).finish()


def test_bomb_takes_no_memory() -> None:
    reader = read(packed({"zeros": bytes(16 * 1024 * 1024)}))
    assert reader.finish().unpacked_bytes == 16 * 1024 * 1024
    assert len(reader._pending) == 0


@given(st.binary(max_size=300), st.integers(0, 10**6))
def test_damage_never_raises_anything_else(noise: bytes, at: int) -> None:
    plain = bytearray(gzip.decompress(packed({"a.txt": b"hello", "b.txt": b"x" * 900})))
    at %= len(plain)
    plain[at : at + len(noise)] = noise
    try:
        assert read(gzip.compress(bytes(plain))).finish().files >= 0
    except BadArchive as error:
        assert str(error)
