"""A server's files, as two recorded releases of Wings (1.11.8 and 1.11.11) and Pelican's treat them."""

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.answers import NodeUnreachable, WingsError
from sandbox.clock import ManualClock
from sandbox.node.disk import Disk
from sandbox.node.paths import DENIED, NO_SPACE
from sandbox.node.versions import Rules, Wings
from tests.sandbox.disk_refusals import REFUSALS, Act, Refusal

OLD, NEW, PELICAN = Wings.V1_11_8, Wings.V1_11_11, Wings.PELICAN


class Rig:
    """A disk with switches for what the panel gives the node."""

    def __init__(self, root: Path) -> None:
        self.clock = ManualClock()
        self.rules = Rules()
        self.root = root
        self.disk = Disk(root, self.clock.now, self.clock.seconds, lambda: self.rules)

    def set(self, *, limit: int = 0, denied: tuple[str, ...] = (), wings: Wings = NEW) -> None:
        self.rules = Rules(limit, denied, wings)

    def names(self, directory: str = "/") -> list[str]:
        return [entry.name for entry in self.disk.list(directory)]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    root = tmp_path / "volume"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    rig = Rig(root)
    rig.disk.write("config/hello.txt", b"hello\n")
    rig.disk.write("config/data.json", b'{"a": 1}\n')
    rig.disk.write("openttd.cfg", b"[network]\n")
    rig.disk.write("licence.key", b"do not touch\n")
    (root / "inlink").symlink_to("openttd.cfg")
    (root / "outlink").symlink_to(tmp_path / "secret.txt")
    (root / "dangling").symlink_to("nowhere")
    (root / "dirlink").symlink_to("config")
    (root / "outdir").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    return rig


@pytest.mark.parametrize("place", range(3), ids=["1.11.8", "1.11.11", "pelican"])
@pytest.mark.parametrize(("act", "expected"), [pytest.param(row[1], row[2:], id=row[0]) for row in REFUSALS])
def test_each_release_refuses_in_its_own_words(
    rig: Rig, act: Act, expected: tuple[Refusal, ...], place: int
) -> None:
    rig.set(wings=(OLD, NEW, PELICAN)[place])
    if expected[place] is None:
        act(rig.disk)
    else:
        with pytest.raises(WingsError) as refused:
            act(rig.disk)
        assert (refused.value.status, refused.value.text) == expected[place]
    assert (rig.root.parent / "secret.txt").read_text() == "outside"


def test_only_the_tagged_release_takes_an_empty_write_for_a_missing_one(rig: Rig) -> None:
    rig.set(wings=Wings.V1_11_9)
    with pytest.raises(WingsError, match="Missing Content-Length"):
        rig.disk.put("empty.txt", b"")


def test_a_pipe_blocks_until_the_panel_gives_up(rig: Rig) -> None:
    with pytest.raises(NodeUnreachable):
        rig.disk.contents("pipe")
    rig.set(wings=OLD)
    with pytest.raises(WingsError, match="Cannot open files of this type"):
        rig.disk.contents("pipe")


def test_files_come_from_z_to_a_and_directories_from_a_to_z(rig: Rig) -> None:
    rig.disk.create_folder("/", "ai")
    new = [
        "pipe",
        "outlink",
        "outdir",
        "openttd.cfg",
        "licence.key",
        "inlink",
        "dirlink",
        "dangling",
        "ai",
        "config",
    ]
    assert rig.names() == new
    rig.set(wings=OLD)
    assert rig.names() == [*new[-2:], *new[:-2]]


def test_links_and_pipes_are_described_and_not_followed(rig: Rig) -> None:
    attributes = {entry.name: entry.attributes() for entry in rig.disk.list()}
    assert [
        attributes["inlink"][key]
        for key in ("mode", "mode_bits", "size", "is_file", "is_symlink", "mimetype")
    ] == [
        "Lrwxrwxrwx",
        "777",
        len("openttd.cfg"),
        True,
        False,
        "application/octet-stream",
    ]
    assert attributes["pipe"]["mode"].startswith("prw")
    assert attributes["config"]["mode"] == "drwxr-xr-x"
    assert (attributes["config"]["size"], attributes["config"]["mimetype"]) == (4096, "inode/directory")
    rig.set(wings=PELICAN)
    assert next(entry for entry in rig.disk.list() if entry.name == "inlink").is_symlink


def test_odd_names_are_listed_unchanged_and_broken_ones_with_a_replacement(rig: Rig) -> None:
    names = [
        " leading",
        "trailing ",
        "new\nline",
        "*star `tick` ||spoiler||",
        'quote"s <b>&amp;.txt',
        "naïve 文件",
    ]
    for name in names:
        rig.disk.put(f"odd/{name}", b"x")
    with open(os.fsencode(rig.root / "odd") + b"/bad\xff.txt", "wb"):  # noqa: PTH123 - a name that is no text
        pass
    assert sorted(rig.names("/odd")) == sorted([*names, "bad\ufffd.txt"])
    assert rig.disk.contents("odd/new\nline").read_bytes() == b"x"


def test_times_are_the_worlds_and_a_change_of_mode_shows_as_creation(rig: Rig) -> None:
    rig.clock.advance(3600)
    rig.disk.put("openttd.cfg", b"changed")
    rig.clock.advance(60)
    rig.disk.chmod("/", [("openttd.cfg", "0600")])
    attributes = next(entry for entry in rig.disk.list() if entry.name == "openttd.cfg").attributes()
    assert attributes["modified_at"] == "2026-11-23T13:00:00+00:00"
    assert attributes["created_at"] == "2026-11-23T13:01:00+00:00"
    assert (attributes["mode"], attributes["mode_bits"]) == ("-rw-------", "600")


def test_the_games_own_writes_may_be_backdated(rig: Rig) -> None:
    long_ago = datetime(2026, 10, 1, tzinfo=UTC)
    rig.disk.write("logs/old.log", b"x", modified=long_ago)
    assert rig.disk.list("logs")[0].modified_at == long_ago


def test_chmod_changes_only_the_last_of_several(rig: Rig) -> None:
    for name in "abc":
        rig.disk.put(f"m/{name}.txt", b"x" * 100)
    rig.disk.chmod("/m", [("a.txt", "600"), ("b.txt", "755"), ("c.txt", "4640")])
    assert [entry.attributes()["mode"] for entry in rig.disk.list("/m")] == [
        "urw-r-----",
        "-rw-r--r--",
        "-rw-r--r--",
    ]


def test_writing_keeps_the_mode_of_what_is_there_and_makes_directories(rig: Rig) -> None:
    rig.disk.chmod("/", [("openttd.cfg", "600")])
    rig.disk.put("openttd.cfg", b"short")
    rig.disk.put("/a/b/c/deep.txt", b"deep")
    assert rig.disk.contents("openttd.cfg").read_bytes() == b"short"
    modes = {
        place: stat.S_IMODE((rig.root / place).stat().st_mode)
        for place in ("openttd.cfg", "a", "a/b/c/deep.txt")
    }
    assert modes == {"openttd.cfg": 0o600, "a": 0o755, "a/b/c/deep.txt": 0o644}


def test_paths_that_climb_stop_at_the_root_where_wings_joins_them_first(rig: Rig) -> None:
    rig.disk.rename("/config", [("data.json", "../../../out.json")])
    rig.disk.create_folder("/", "../../outside")
    assert {"out.json", "outside"} <= set(rig.names())


def test_moving_makes_the_target_directory_and_one_failure_stops_nothing(rig: Rig) -> None:
    pairs = [("config/hello.txt", "openttd.cfg"), ("ghost", "g"), ("config/data.json", "fresh/dir/data.json")]
    with pytest.raises(WingsError, match="destination already exists"):
        rig.disk.rename("/", pairs)
    assert rig.names("/fresh/dir") == ["data.json"]


@pytest.mark.parametrize(
    ("location", "copies"),
    [
        ("hello.txt", ["hello copy.txt", "hello copy 1.txt", "hello copy 2.txt"]),
        ("hello copy.txt", ["hello copy copy.txt"]),
        ("README", ["README copy", "README copy 1"]),
        (".hidden", [" copy.hidden"]),
        ("x.tar.gz", ["x copy.tar.gz"]),
        ("a.b.c", ["a.b copy.c"]),
    ],
)
def test_copies_are_named_as_wings_names_them(rig: Rig, location: str, copies: list[str]) -> None:
    rig.disk.put(f"c/{location}", b"x")
    assert [rig.disk.copy(f"/c/{location}") for _ in copies] == copies


def test_the_fifty_second_copy_carries_the_time(rig: Rig) -> None:
    for _ in range(51):
        rig.disk.copy("openttd.cfg")
    assert "openttd copy 50.cfg" in rig.names()
    assert rig.disk.copy("openttd.cfg") == "openttdcopy.2026-11-23T12:00:00Z.cfg"


def test_the_denylist_guards_against_change_but_not_against_reading_and_deleting(rig: Rig) -> None:
    rig.set(denied=("licence.key", "*.lic"))
    refused: list[Act] = [
        lambda d: d.put("/licence.key", b"x"),
        lambda d: d.put("deep/x.lic", b"x"),
        lambda d: d.copy("licence.key"),
        lambda d: d.rename("/", [("licence.key", "l2")]),
        lambda d: d.rename("/", [("openttd.cfg", "config/licence.key")]),
    ]
    for act in refused:
        with pytest.raises(WingsError) as error:
            act(rig.disk)
        assert (error.value.status, error.value.text) == (403, DENIED)
    assert rig.disk.contents("licence.key").read_bytes() == b"do not touch\n"
    rig.disk.delete("/", ["licence.key"])
    assert "licence.key" not in rig.names()


def test_deleting_a_dot_deletes_the_folder_and_links_are_not_followed(rig: Rig) -> None:
    rig.disk.delete("/config", ["."])
    rig.disk.delete("/", ["outdir", "outlink", "dangling"])
    assert not {"config", "outdir", "outlink", "dangling"} & set(rig.names())
    assert (rig.root.parent / "secret.txt").exists()


def test_over_the_quota_nothing_can_be_written_not_even_something_smaller(rig: Rig) -> None:
    rig.disk.put("big.dat", b"x" * 1000)
    rig.set(limit=500)
    for act in (
        lambda: rig.disk.put("new.txt", b"y"),
        lambda: rig.disk.put("big.dat", b"y"),
        lambda: rig.disk.copy("openttd.cfg"),
    ):
        with pytest.raises(WingsError) as refused:
            act()
        assert (refused.value.status, refused.value.text) == (400, NO_SPACE)
        rig.disk.ballast_bytes = 1000  # a smaller file would else make room
    rig.disk.create_folder("/", "nospace")
    rig.disk.delete("/", ["big.dat"])


def test_the_size_is_counted_at_most_every_150_seconds(rig: Rig) -> None:
    first = rig.disk.used_bytes()
    rig.disk.put("api.txt", b"12345")
    rig.disk.write("game.txt", b"1234567890")
    assert rig.disk.used_bytes() == first + 5
    rig.clock.advance(150)
    assert rig.disk.used_bytes() == first + 15
    rig.disk.delete("/", ["game.txt", "api.txt"])
    assert rig.disk.used_bytes() == first
    rig.disk.ballast_bytes = 1_000_000
    assert rig.disk.used_bytes() == first + 1_000_000


def test_emptying_leaves_the_root(rig: Rig) -> None:
    rig.disk.empty()
    assert rig.names() == []
    assert rig.disk.used_bytes() == 0


def test_rules_are_asked_each_time(rig: Rig) -> None:
    rig.rules = replace(rig.rules, denied=("x",))
    with pytest.raises(WingsError):
        rig.disk.put("x", b"")
    rig.rules = Rules()
    rig.clock.advance(timedelta(days=1).total_seconds())
    rig.disk.put("x", b"")
