"""/files compress."""

import tarfile

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
)
from tests.support.messages import text
from tests.support.world import World


def inside(disk: Disk, path: str) -> set[str]:
    with tarfile.open(disk.tree.root / path.lstrip("/")) as archive:
        return set(archive.getnames())


async def test_paths_are_packed_under_the_name_that_was_asked(world: World, disk: Disk) -> None:
    response = await agreed(
        world, "compress", "Compress", paths="server.properties, plugins/Essentials", name="mine"
    )
    assert "Compressed to mine.tar.gz" in response
    assert inside(disk, "/mine.tar.gz") == {"server.properties", "plugins/Essentials/config.yml"}
    assert not [path for path in outside_trash(disk) if "archive-" in path]


async def test_an_archive_has_a_name_of_its_own_where_none_was_asked(world: World, disk: Disk) -> None:
    response = await agreed(world, "compress", "Compress", paths="/plugins/Essentials")
    assert "Compressed to Essentials-20" in response
    assert len([path for path in outside_trash(disk) if path.startswith("/plugins/Essentials-")]) == 1


@pytest.mark.sweep
async def test_a_name_with_a_comma_is_one_path(world: World, disk: Disk) -> None:
    disk.write("/a, b.txt", NEW)
    await agreed(world, "compress", "Compress", paths="a, b.txt", name="one")
    assert inside(disk, "/one.tar.gz") == {"a, b.txt"}
    await agreed(world, "compress", "Compress", paths='"a, b.txt", server.properties', name="two")
    assert inside(disk, "/two.tar.gz") == {"a, b.txt", "server.properties"}


async def test_what_is_missing_is_not_packed_silently(world: World, disk: Disk) -> None:
    response = text(await ask(world, "compress", paths="server.properties, gone.txt"))
    assert "There is nothing at `/gone.txt`" in response


async def test_packing_over_a_file_keeps_it(world: World, disk: Disk) -> None:
    disk.write("/old.tar.gz", OLD)
    question = await ask(world, "compress", paths="plugins", name="old.tar.gz")
    assert "A file is already there" in text(question)
    await world.admin.click(question, label="Compress")
    assert "plugins/Essentials/config.yml" in inside(disk, "/old.tar.gz")
    assert OLD in [place.read_bytes() for place in (disk.tree.root / ".quetzal").glob("*.saved")]


@pytest.mark.parametrize("fault", LOST)
async def test_an_archive_whose_response_was_lost_gets_its_name_when_it_stops_growing(
    world: World, disk: Disk, fault: Fault
) -> None:
    world.sandbox.faults.add(fault, path="*/files/compress")
    answer = await begun(world, "compress", "Compress", paths="plugins", name="x")
    await world.advance(10)
    assert "the node may continue" in text(answer)
    response = await ended(world, answer, "Compressed to x.tar.gz")
    assert "check that it opens before you rely on it" in response
    assert "plugins/Essentials/config.yml" in inside(disk, "/x.tar.gz")


async def test_compressing_that_never_began_is_reported(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/compress")
    answer = await begun(world, "compress", "Compress", paths="plugins", name="x")
    await ended(world, answer, "No archive appeared while Quetzal checked; one may still appear")


async def interrupted_packing(world: World, disk: Disk) -> None:
    """Let the bot be restarted in the middle of a packing, which the node finishes."""
    await world.advance(60)
    world.sandbox.faults.add(Fault.late(), path="*/files/compress", times=1)
    await begun(world, "compress", "Compress", paths="plugins, server.properties", name="mine")
    await world.restart()
    assert not (disk.tree.root / "mine.tar.gz").exists()


def packings(world: World) -> int:
    return len([request for request in world.sandbox.requests if request.path.endswith("/files/compress")])


async def test_the_same_command_goes_on_with_a_packing_that_a_restart_interrupted(
    world: World, disk: Disk
) -> None:
    disk.write("/archive-2020-01-01T000000Z.tar.gz", OLD)
    await interrupted_packing(world, disk)
    response = text(await ask(world, "history"))
    assert "Compressing 2 paths in `/` was interrupted" in response and "/files compress" in response
    asked = {"paths": "server.properties, plugins", "name": "other"}
    assert "The same files were being compressed before" in text(await ask(world, "compress", **asked))
    answer = await begun(world, "compress", "Compress", **asked)
    response = await ended(world, answer, "Compressed to other.tar.gz")
    assert "check that it opens before you rely on it" in response
    assert packings(world) == 1
    assert inside(disk, "/other.tar.gz") == {"plugins/Essentials/config.yml", "server.properties"}
    assert content(disk, "/archive-2020-01-01T000000Z.tar.gz") == OLD
    assert "was interrupted" not in text(await ask(world, "history"))
    disk.write("/archive-2030-01-01T000000Z.tar.gz", NEW)  # somebody packs in the panel
    assert "was interrupted" not in text(await ask(world, "compress", **asked))


@pytest.mark.parametrize("reason", ["other paths", "changed since", "two archives", "hours ago"])
async def test_an_archive_that_may_be_another_one_is_compressed_again(
    world: World, disk: Disk, reason: str
) -> None:
    await interrupted_packing(world, disk)
    asked = {"paths": "plugins, server.properties", "name": "mine"}
    if reason == "other paths":
        asked["paths"] = "plugins"
    elif reason == "changed since":
        await world.advance(60)
        disk.write("/server.properties", NEW)
    elif reason == "two archives":
        disk.write("/archive-2030-01-01T000000Z.tar.gz", NEW)
    else:
        await world.sleep_through(2 * 3600 + 60)
    assert "was interrupted" not in text(await ask(world, "compress", **asked))
    assert "Compressed to mine.tar.gz" in await agreed(world, "compress", "Compress", **asked)
    assert packings(world) == 2


async def test_two_people_do_not_finish_the_same_packing(world: World, disk: Disk) -> None:
    await interrupted_packing(world, disk)
    asked = {"paths": "plugins, server.properties", "name": "mine"}
    questions = [await ask(world, "compress", **asked) for _ in range(2)]
    for question in questions:
        await world.admin.click(question, label="Compress")
    await ended(world, questions[1], "Somebody else is finishing that packing")
    await ended(world, questions[0], "Compressed to mine.tar.gz")
    assert packings(world) == 1


async def test_a_full_disk_makes_no_archive(world: World, disk: Disk) -> None:
    disk.ballast_bytes = 10**15
    response = await agreed(world, "compress", "Compress", paths="plugins", name="x")
    assert "enough disk space" in response
