"""/files upload, download, copy, mkdir, compress, extract."""

import gzip
import io
import tarfile
import zipfile

import pytest
from simcord import ResponseMessage

from bot.sandbox import Fault
from bot.sandbox.node.disk import Disk
from bot.sandbox.node.volumes import disk_of
from tests.cogs.look import buttons, text
from tests.world import World, shown

OLD = b"motd=Hello\n"
NEW = b"motd=Goodbye\n"


@pytest.fixture
def disk(world: World) -> Disk:
    found = disk_of(world.survival)
    found.write("/server.properties", OLD)
    found.write("/plugins/Essentials/config.yml", b"a: 1\n")
    return found


def content(disk: Disk, path: str) -> bytes | None:
    place = disk.tree.root / path.lstrip("/")
    return place.read_bytes() if place.is_file() else None


def outside_trash(disk: Disk) -> set[str]:
    root = disk.tree.root
    found = {"/" + str(place.relative_to(root)) for place in root.rglob("*") if place.is_file()}
    return {path for path in found if not path.startswith("/.quetzal/")}


def staged(disk: Disk) -> list[str]:
    place = disk.tree.root / ".quetzal"
    return [found.name for found in place.glob("*.new*")] if place.exists() else []


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return packed.getvalue()


async def ask(world: World, command: str, **options: object) -> ResponseMessage:
    return shown(await world.admin.slash(world.channel, f"files {command}", **options))


async def agreed(world: World, command: str, button: str, **options: object) -> str:
    question = await ask(world, command, **options)
    assert button in buttons(question), text(question)
    return text(shown(await world.admin.click(question, label=button)))


# --- upload -----------------------------------------------------------------------------------------------


async def test_an_upload_goes_where_nothing_is_at_once(world: World, disk: Disk) -> None:
    told = text(await ask(world, "upload", file=("My Plugin.jar", NEW), path="/plugins/"))

    assert "Uploaded: My Plugin.jar" in told
    assert content(disk, "/plugins/My Plugin.jar") == NEW
    assert not staged(disk)


async def test_an_upload_over_a_file_is_asked_and_can_be_taken_back(world: World, disk: Disk) -> None:
    question = await ask(world, "upload", file=("server.properties", NEW))
    assert "Upload over server.properties?" in text(question)
    assert "🚨" in text(question)
    assert content(disk, "/server.properties") == OLD

    answer = await world.admin.click(question, label="Upload")
    assert content(disk, "/server.properties") == NEW
    await world.admin.click(shown(answer), label="Undo")
    assert content(disk, "/server.properties") == OLD


async def test_an_upload_can_be_given_another_name_and_a_new_folder(world: World, disk: Disk) -> None:
    await ask(world, "upload", file=("x.txt", NEW), path='/new/deep/- it\'s "mine" .txt')
    assert content(disk, '/new/deep/- it\'s "mine" .txt') == NEW


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        (Fault.status(504), "*/files/upload"),
        (Fault.status(500), "/upload/file"),
        (Fault.cut(), "/upload/file"),
        (Fault.status(504), "*/files/download"),
        (Fault.status(500), "/download/file"),
        (Fault.status(504), "*/files/rename"),
    ],
)
async def test_whatever_fails_in_an_upload_the_old_file_stays(
    world: World, disk: Disk, fault: Fault, path: str
) -> None:
    world.sandbox.faults.add(fault, path=path, times=None)
    told = await agreed(world, "upload", "Upload", file=("server.properties", NEW))
    world.sandbox.faults.clear()

    assert "That did not work" in told
    assert content(disk, "/server.properties") == OLD or "trash" in told
    assert outside_trash(disk) <= {"/server.properties", "/plugins/Essentials/config.yml"}
    assert not staged(disk)


async def test_a_full_disk_refuses_an_upload(world: World, disk: Disk) -> None:
    disk.ballast_bytes = 10**15
    told = text(await ask(world, "upload", file=("x.txt", NEW)))
    assert "not enough disk space" in told
    assert "Nothing was changed on the server" in told
    assert content(disk, "/x.txt") is None


async def test_an_upload_cannot_replace_a_folder(world: World, disk: Disk) -> None:
    told = text(await ask(world, "upload", file=("Essentials", NEW), path="/plugins/"))
    assert "There is a folder of that name" in told


async def test_an_operator_may_not_upload_but_download(world: World, disk: Disk) -> None:
    told = text(shown(await world.operator.slash(world.channel, "files upload", file=("x.txt", NEW))))
    assert "takes the level manager" in told
    answer = shown(await world.operator.slash(world.channel, "files download", path="server.properties"))
    assert await answer.attachments[0].read() == OLD


# --- download ---------------------------------------------------------------------------------------------


async def test_a_small_file_comes_as_an_attachment(world: World, disk: Disk) -> None:
    answer = await ask(world, "download", path="server.properties")
    (sent,) = answer.attachments
    assert (sent.filename, await sent.read()) == ("server.properties", OLD)
    assert answer.ephemeral


async def test_a_large_file_comes_as_a_link_that_works_once(world: World, disk: Disk) -> None:
    disk.write("/world.dat", b"x" * 30_000_000)
    answer = await ask(world, "download", path="world.dat")
    told = text(answer)
    assert "too large for Discord" in told
    assert world.sandbox.node_url in told
    assert answer.ephemeral
    assert world.sandbox.node_url not in (answer.content or "")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plugins", "/files compress"),
        ("missing.txt", "no such file"),
        ("../x", "may not hold `..`"),
        ("empty.txt", "nothing to download"),
    ],
)
async def test_what_cannot_be_downloaded_says_why(world: World, disk: Disk, path: str, words: str) -> None:
    disk.write("/empty.txt", b"")
    assert words in text(await ask(world, "download", path=path))


# --- copy and mkdir ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("copy.properties", "/copy.properties"),
        ("/plugins", "/plugins/server.properties"),
        ("/new folder/", "/new folder/server.properties"),
        ("/-rf ünïcode 'x' ", "/-rf ünïcode 'x' "),
    ],
)
async def test_a_copy_lands_where_and_how_it_was_asked(
    world: World, disk: Disk, target: str, lands: str
) -> None:
    told = text(await ask(world, "copy", source="server.properties", target=target))
    assert "Copied" in told
    assert outside_trash(disk) == {"/server.properties", "/plugins/Essentials/config.yml", lands}
    assert content(disk, lands) == OLD


async def test_a_copy_over_a_file_is_asked_and_keeps_it(world: World, disk: Disk) -> None:
    told = await agreed(
        world, "copy", "Copy", source="server.properties", target="/plugins/Essentials/config.yml"
    )
    assert "What was there before is in the trash" in told
    assert content(disk, "/plugins/Essentials/config.yml") == OLD


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("plugins", "x", "files only, not folders"),
        ("missing", "x", "nothing to copy"),
        ("server.properties", "/", "the file itself"),
        ("server.properties", "/.quetzal/x", "where Quetzal keeps"),
    ],
)
async def test_what_cannot_be_copied(world: World, disk: Disk, source: str, target: str, words: str) -> None:
    assert words in text(await ask(world, "copy", source=source, target=target))


async def test_a_copy_that_takes_the_panel_too_long_is_waited_for(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.late(), path="*/files/copy")
    answer = await world.admin.slash(world.channel, "files copy", source="server.properties", target="x")
    await world.until(lambda: "Copied" in text(shown(answer)))
    assert content(disk, "/x") == OLD


async def test_a_copy_that_never_comes_is_told(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/copy")
    answer = await world.admin.slash(world.channel, "files copy", source="server.properties", target="x")
    assert "Nothing was copied" in text(shown(answer))


async def test_a_folder_is_made_with_those_above_it(world: World, disk: Disk) -> None:
    assert "Made: b" in text(await ask(world, "mkdir", path="/a/b"))
    assert (disk.tree.root / "a" / "b").is_dir()
    assert "already" in text(await ask(world, "mkdir", path="/a/b"))
    assert "There is a file of that name" in text(await ask(world, "mkdir", path="/server.properties"))


async def test_a_folder_that_cannot_be_made_is_told(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/create-folder")
    assert "Nothing was made" in text(await ask(world, "mkdir", path="/a"))


# --- compress ---------------------------------------------------------------------------------------------


def inside(disk: Disk, path: str) -> set[str]:
    with tarfile.open(disk.tree.root / path.lstrip("/")) as archive:
        return set(archive.getnames())


async def test_paths_are_packed_under_the_name_that_was_asked(world: World, disk: Disk) -> None:
    told = await agreed(world, "compress", "Pack", paths="server.properties, plugins/Essentials", name="mine")
    assert "Packed: mine.tar.gz" in told
    assert inside(disk, "/mine.tar.gz") == {"server.properties", "plugins/Essentials/config.yml"}
    assert not [path for path in outside_trash(disk) if "archive-" in path]


async def test_an_archive_has_a_name_of_its_own_where_none_was_asked(world: World, disk: Disk) -> None:
    told = await agreed(world, "compress", "Pack", paths="/plugins/Essentials")
    assert "Packed: Essentials-20" in told
    assert len([path for path in outside_trash(disk) if path.startswith("/plugins/Essentials-")]) == 1


async def test_a_name_with_a_comma_is_one_path(world: World, disk: Disk) -> None:
    disk.write("/a, b.txt", NEW)
    await agreed(world, "compress", "Pack", paths="a, b.txt", name="one")
    assert inside(disk, "/one.tar.gz") == {"a, b.txt"}
    await agreed(world, "compress", "Pack", paths='"a, b.txt", server.properties', name="two")
    assert inside(disk, "/two.tar.gz") == {"a, b.txt", "server.properties"}


async def test_what_is_missing_is_not_packed_silently(world: World, disk: Disk) -> None:
    told = text(await ask(world, "compress", paths="server.properties, gone.txt"))
    assert "There is nothing at “/gone.txt”" in told


async def test_packing_over_a_file_keeps_it(world: World, disk: Disk) -> None:
    disk.write("/old.tar.gz", OLD)
    question = await ask(world, "compress", paths="plugins", name="old.tar.gz")
    assert "A file is there already" in text(question)
    await world.admin.click(question, label="Pack")
    assert "plugins/Essentials/config.yml" in inside(disk, "/old.tar.gz")
    assert OLD in [place.read_bytes() for place in (disk.tree.root / ".quetzal").glob("*.saved")]


async def test_packing_that_nobody_heard_the_end_of_is_looked_at(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.late(), path="*/files/compress")
    told = await agreed(world, "compress", "Pack", paths="plugins", name="x")
    assert "is there, but nobody said that it is whole" in told


async def test_packing_that_never_began_is_told(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/compress")
    told = await agreed(world, "compress", "Pack", paths="plugins", name="x")
    assert "No archive is there yet" in told


async def test_a_full_disk_makes_no_archive(world: World, disk: Disk) -> None:
    disk.ballast_bytes = 10**15
    told = await agreed(world, "compress", "Pack", paths="plugins", name="x")
    assert "not enough disk space" in told


# --- extract ----------------------------------------------------------------------------------------------


async def test_an_archive_is_unpacked_and_what_it_replaces_is_listed_first_and_kept(
    world: World, disk: Disk
) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, plugins__Essentials__config_dot_yml=NEW, new=NEW))
    question = await ask(world, "extract", path="up.zip")
    assert "2 files will be replaced" in text(question)
    assert "/plugins/Essentials/config.yml" in text(question)
    assert content(disk, "/server.properties") == OLD

    told = text(shown(await world.admin.click(question, label="Unpack")))
    assert "2 files replaced" in told
    for path in ("/server.properties", "/plugins/Essentials/config.yml", "/new"):
        assert content(disk, path) == NEW
    kept = [place.read_bytes() for place in (disk.tree.root / ".quetzal").glob("*.saved")]
    assert sorted(kept) == [b"a: 1\n", OLD]
    assert not staged(disk)


async def test_an_archive_is_unpacked_into_a_new_folder(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, deep__er__file=NEW))
    question = await ask(world, "extract", path="up.zip", to="/fresh/one")
    assert "Nothing that is there is replaced" in text(question)
    await world.admin.click(question, label="Unpack")
    assert content(disk, "/fresh/one/deep/er/file") == NEW
    assert content(disk, "/server.properties") == OLD


async def test_an_archive_cannot_reach_what_quetzal_keeps(world: World, disk: Disk) -> None:
    disk.write("/.quetzal/20260101T000000000-00000000.saved", OLD)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(".quetzal/20260101T000000000-00000000.saved", NEW)
        archive.writestr("ok.txt", NEW)
    disk.write("/bad.zip", packed.getvalue())
    told = await agreed(world, "extract", "Unpack", path="bad.zip")
    assert "Left as they were" in told
    assert content(disk, "/.quetzal/20260101T000000000-00000000.saved") == OLD
    assert content(disk, "/ok.txt") == NEW


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.txt", NEW, "not an archive"),
        ("x.log.gz", gzip.compress(NEW, mtime=0), "not an archive"),
        ("x.zip", b"PK\x03\x04 broken", "broken, or not what its name says"),
        ("x.tar.gz", gzip.compress(NEW, mtime=0), "broken, or not what its name says"),
    ],
)
async def test_what_is_no_archive(world: World, disk: Disk, name: str, data: bytes, words: str) -> None:
    disk.write(f"/{name}", data)
    assert words in text(await ask(world, "extract", path=name))


async def test_a_folder_in_place_of_a_file_goes_to_the_trash_whole(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(plugins=NEW))
    told = await agreed(world, "extract", "Unpack", path="up.zip")
    assert "1 file replaced" in told
    assert content(disk, "/plugins") == NEW
    assert list((disk.tree.root / ".quetzal").glob("*.saved/Essentials/config.yml"))


@pytest.mark.parametrize("path", ["*/files/decompress", "*/files/create-folder"])
async def test_an_unpacking_that_fails_changes_nothing(world: World, disk: Disk, path: str) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW))
    before = outside_trash(disk)
    world.sandbox.faults.add(Fault.status(504), path=path)
    told = await agreed(world, "extract", "Unpack", path="up.zip")
    assert "Everything is as it was" in told
    assert outside_trash(disk) == before
    assert content(disk, "/server.properties") == OLD


async def test_an_unpacking_cut_in_the_middle_says_how_far_it_came(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, new=NEW))
    question = await ask(world, "extract", path="up.zip")
    world.sandbox.faults.add(Fault.status(504), path="*/files/rename", times=None, skip=1)
    told = text(shown(await world.admin.click(question, label="Unpack")))
    world.sandbox.faults.clear()
    assert "At least 1 of 2 things from the archive are in place" in told
    assert content(disk, "/server.properties") == OLD
