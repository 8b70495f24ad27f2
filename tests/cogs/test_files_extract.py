"""/files extract."""

import gzip
import io
import zipfile

import pytest

from sandbox import Fault
from sandbox.node.disk import Disk
from tests.support.disk import (
    LOST,
    NEW,
    OLD,
    agreed,
    ask,
    begun,
    content,
    ended,
    outside_trash,
    staged,
)
from tests.support.messages import text
from tests.support.world import World, shown


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return packed.getvalue()


@pytest.mark.sweep
@pytest.mark.parametrize("fault", LOST)
async def test_what_the_node_unpacks_after_its_answer_was_lost_is_put_in_place(
    world: World, disk: Disk, fault: Fault
) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, deep__er__file=NEW))
    world.sandbox.faults.add(fault, path="*/files/decompress")
    answer = await begun(world, "extract", "Extract", path="up.zip")
    assert content(disk, "/server.properties") == OLD
    response = await ended(world, answer, "Extracted up.zip")
    assert "The panel didn't confirm it" in response and "2 files with" in response
    assert content(disk, "/server.properties") == content(disk, "/deep/er/file") == NEW
    assert not staged(disk)


@pytest.mark.sweep
async def test_an_unpacking_is_followed_for_as_long_as_it_grows(world: World, disk: Disk) -> None:
    disk.write("/up.tar.zst", b"(the node reads it)")
    world.sandbox.faults.add(Fault.status(504), path="*/files/decompress")
    answer = await begun(world, "extract", "Extract", path="up.tar.zst", to="/big")
    (folder,) = staged(disk)
    for number in range(25):
        disk.write(f"/.quetzal/{folder}/world/r.{number}.mca", NEW)
        await world.advance(50)
        assert content(disk, f"/.quetzal/{folder}/world/r.{number}.mca") == NEW
        assert not (disk.tree.root / "big").exists()
    assert "so far" in text(answer)
    await world.until((disk.tree.root / "big").exists, within_s=300, step_s=10)
    assert content(disk, "/big/world/r.24.mca") == NEW
    # Discord lets no answer be edited after 15 minutes: the channel gets a message.
    post = world.channel.last_message
    assert post is not None and "has finished" in text(post)


@pytest.mark.sweep
async def test_what_comes_out_only_in_part_is_not_put_in_place(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, two=NEW, three=NEW))
    world.sandbox.faults.add(Fault.status(504), path="*/files/decompress")
    answer = await begun(world, "extract", "Extract", path="up.zip")
    (folder,) = staged(disk)
    disk.write(f"/.quetzal/{folder}/server.properties", NEW)
    response = await ended(world, answer, "only partly extracted")
    assert "1 of 3 files came out" in response
    assert content(disk, "/server.properties") == OLD
    assert not staged(disk)


@pytest.mark.sweep
async def test_a_stop_of_the_bot_leaves_alone_what_the_node_still_writes(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, two=NEW))
    world.sandbox.faults.add(Fault.status(504), path="*/files/decompress")
    await begun(world, "extract", "Extract", path="up.zip")
    (folder,) = staged(disk)
    disk.write(f"/.quetzal/{folder}/server.properties", NEW)
    await world.restart()
    assert content(disk, f"/.quetzal/{folder}/server.properties") == NEW
    assert content(disk, "/server.properties") == OLD


async def interrupted(world: World, disk: Disk, *came_out: str) -> str:
    """Let the bot be restarted in the middle of an unpacking of two files; return the folder aside."""
    disk.write("/up.zip", zipped(server_dot_properties=NEW, two=NEW))
    world.sandbox.faults.add(Fault.status(504), path="*/files/decompress", times=1)
    await begun(world, "extract", "Extract", path="up.zip")
    (folder,) = staged(disk)
    for name in came_out:
        disk.write(f"/.quetzal/{folder}/{name}", NEW)
    await world.restart()
    return folder


def unpackings(world: World) -> int:
    return len([request for request in world.sandbox.requests if request.path.endswith("/files/decompress")])


@pytest.mark.sweep
async def test_the_same_command_goes_on_with_an_unpacking_that_a_restart_interrupted(
    world: World, disk: Disk
) -> None:
    folder = await interrupted(world, disk, "server.properties", "two")
    response = text(await ask(world, "history"))
    assert "Extracting `/up.zip` to `/` was interrupted" in response and "/files extract" in response
    assert "An earlier extraction was interrupted" in text(await ask(world, "extract", path="up.zip"))
    answer = await begun(world, "extract", "Extract", path="up.zip")
    assert staged(disk) == [folder]
    response = await ended(world, answer, "Extracted up.zip")
    assert content(disk, "/server.properties") == content(disk, "/two") == NEW
    assert unpackings(world) == 1
    assert not staged(disk)
    assert "was interrupted" not in text(await ask(world, "history"))


@pytest.mark.sweep
async def test_an_incomplete_extraction_is_repeated_after_an_interruption(world: World, disk: Disk) -> None:
    await interrupted(world, disk, "two")
    answer = await begun(world, "extract", "Extract", path="up.zip")
    await ended(world, answer, "Extracted up.zip")
    assert content(disk, "/server.properties") == content(disk, "/two") == NEW
    assert unpackings(world) == 2
    assert not staged(disk)


@pytest.mark.sweep
async def test_an_archive_that_was_changed_since_is_extracted_again(world: World, disk: Disk) -> None:
    await interrupted(world, disk, "server.properties", "two")
    await world.advance(60)
    disk.write("/up.zip", zipped(server_dot_properties=OLD, three=NEW))
    assert "Extracted" in await agreed(world, "extract", "Extract", path="up.zip")
    assert content(disk, "/three") == NEW
    assert content(disk, "/two") is None


@pytest.mark.sweep
async def test_two_people_do_not_finish_the_same_unpacking(world: World, disk: Disk) -> None:
    await interrupted(world, disk, "server.properties", "two")
    questions = [await ask(world, "extract", path="up.zip") for _ in range(2)]
    for question in questions:
        await world.admin.click(question, label="Extract")
    await ended(world, questions[1], "Somebody else is finishing that unpacking")
    await ended(world, questions[0], "Extracted up.zip")
    assert unpackings(world) == 1


async def test_an_archive_is_unpacked_and_what_it_replaces_is_listed_first_and_kept(
    world: World, disk: Disk
) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, plugins__Essentials__config_dot_yml=NEW, new=NEW))
    question = await ask(world, "extract", path="up.zip")
    assert "2 files will be replaced" in text(question)
    assert "/plugins/Essentials/config.yml" in text(question)
    assert content(disk, "/server.properties") == OLD

    response = text(shown(await world.admin.click(question, label="Extract")))
    assert "2 files replaced" in response
    for path in ("/server.properties", "/plugins/Essentials/config.yml", "/new"):
        assert content(disk, path) == NEW
    kept = [place.read_bytes() for place in (disk.tree.root / ".quetzal").glob("*.saved")]
    assert sorted(kept) == [b"a: 1\n", OLD]
    assert not staged(disk)


async def test_an_archive_is_unpacked_into_a_new_folder(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, deep__er__file=NEW))
    question = await ask(world, "extract", path="up.zip", to="/fresh/one")
    assert "No existing file is replaced" in text(question)
    response = text(shown(await world.admin.click(question, label="Extract")))
    assert "2 items extracted" in response
    assert "To remove it again: `/files undo`" in response
    assert content(disk, "/fresh/one/deep/er/file") == NEW
    assert content(disk, "/server.properties") == OLD

    await agreed(world, "undo", "Undo")
    assert not (disk.tree.root / "fresh" / "one").exists()
    assert content(disk, "/server.properties") == OLD


@pytest.mark.sweep
async def test_a_folder_that_came_up_meanwhile_is_not_mixed_with_the_archive(
    world: World, disk: Disk
) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW))
    question = await ask(world, "extract", path="up.zip", to="/fresh")
    disk.write("/fresh/theirs.txt", OLD)
    response = text(shown(await world.admin.click(question, label="Extract")))
    assert "Somebody else changed it" in response
    assert outside_trash(disk) >= {"/fresh/theirs.txt"}
    assert content(disk, "/fresh/server.properties") is None
    assert not staged(disk)


@pytest.mark.sweep
async def test_an_archive_cannot_overwrite_the_trash_of_quetzal(world: World, disk: Disk) -> None:
    disk.write("/.quetzal/20260101T000000000-00000000.saved", OLD)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(".quetzal/20260101T000000000-00000000.saved", NEW)
        archive.writestr("ok.txt", NEW)
    disk.write("/bad.zip", packed.getvalue())
    response = await agreed(world, "extract", "Extract", path="bad.zip")
    assert "Not replaced, because rules protect them" in response
    assert content(disk, "/.quetzal/20260101T000000000-00000000.saved") == OLD
    assert content(disk, "/ok.txt") == NEW


NO_ARCHIVES = [
    ("x.txt", NEW, "n't an archive"),
    ("x.log.gz", gzip.compress(NEW, mtime=0), "n't an archive"),
    ("x.zip", b"PK\x03\x04 broken", "damaged, or not what its name says"),
    ("x.tar.gz", gzip.compress(NEW, mtime=0), "damaged, or not what its name says"),
]


async def test_what_is_no_archive(world: World, disk: Disk, subtests: pytest.Subtests) -> None:
    for name, data, words in NO_ARCHIVES:
        with subtests.test(words):
            disk.write(f"/{name}", data)
            assert words in text(await ask(world, "extract", path=name))


@pytest.mark.sweep
async def test_a_folder_in_place_of_a_file_goes_to_the_trash_whole(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(plugins=NEW))
    response = await agreed(world, "extract", "Extract", path="up.zip")
    assert "1 file replaced" in response
    assert content(disk, "/plugins") == NEW
    assert list((disk.tree.root / ".quetzal").glob("*.saved/Essentials/config.yml"))


@pytest.mark.parametrize("path", ["*/files/decompress", "*/files/create-folder"])
async def test_an_unpacking_that_fails_changes_nothing(world: World, disk: Disk, path: str) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW))
    before = outside_trash(disk)
    world.sandbox.faults.add(Fault.status(504), path=path)
    answer = await begun(world, "extract", "Extract", path="up.zip")
    await ended(world, answer, "No files were changed")
    assert outside_trash(disk) == before
    assert content(disk, "/server.properties") == OLD


async def test_an_unpacking_cut_in_the_middle_says_how_far_it_came(world: World, disk: Disk) -> None:
    disk.write("/up.zip", zipped(server_dot_properties=NEW, new=NEW))
    question = await ask(world, "extract", path="up.zip")
    world.sandbox.faults.add(Fault.status(504), path="*/files/rename", times=None, skip=1)
    response = text(shown(await world.admin.click(question, label="Extract")))
    world.sandbox.faults.clear()
    assert "At least 1 of 2 items from the archive are in place" in response
    assert content(disk, "/server.properties") == OLD
