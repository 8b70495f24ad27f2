"""/files upload, download, copy, mkdir."""

import pytest

from sandbox import Fault
from sandbox.node.disk import Disk
from tests.support.disk import (
    NEW,
    OLD,
    agreed,
    ask,
    content,
    outside_trash,
    staged,
)
from tests.support.messages import text
from tests.support.world import World, shown

# --- upload -----------------------------------------------------------------------------------------------


async def test_an_upload_goes_where_nothing_is_at_once(world: World, disk: Disk) -> None:
    response = text(await ask(world, "upload", file=("My Plugin.jar", NEW), path="/plugins/"))

    assert "Uploaded My Plugin.jar" in response
    assert content(disk, "/plugins/My Plugin.jar") == NEW
    assert not staged(disk)


async def test_an_upload_over_a_file_is_asked_and_can_be_taken_back(world: World, disk: Disk) -> None:
    question = await ask(world, "upload", file=("server.properties", NEW))
    assert "Upload and replace server.properties?" in text(question)
    assert "**Careful.**" in text(question)
    assert content(disk, "/server.properties") == OLD

    answer = await world.admin.click(question, label="Upload")
    assert content(disk, "/server.properties") == NEW
    await world.admin.click(shown(answer), label="Undo")
    assert content(disk, "/server.properties") == OLD


async def test_an_upload_can_be_given_another_name_and_a_new_folder(world: World, disk: Disk) -> None:
    await ask(world, "upload", file=("x.txt", NEW), path='/new/deep/- it\'s "mine" .txt')
    assert content(disk, '/new/deep/- it\'s "mine" .txt') == NEW


@pytest.mark.sweep
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
    response = await agreed(world, "upload", "Upload", file=("server.properties", NEW))
    world.sandbox.faults.clear()

    assert "✅" not in response and "➡️ " in response
    assert content(disk, "/server.properties") == OLD
    assert outside_trash(disk) <= {"/server.properties", "/plugins/Essentials/config.yml"}
    assert not staged(disk)


async def test_undo_of_a_new_file_claims_nothing_that_was_there_before(world: World, disk: Disk) -> None:
    await ask(world, "upload", file=("new.txt", NEW))
    asked = await world.admin.slash(world.channel, "files undo")
    question = text(shown(asked))
    assert "Created by an upload" in question and "It was new" in question
    assert "Before an upload" not in question
    await world.admin.click(shown(asked), label="Undo")
    response = text(shown(asked))
    assert "It was new, so it is now in the trash" in response
    assert "The file it replaced is in the trash" not in response
    assert content(disk, "/new.txt") is None


async def test_a_full_disk_refuses_an_upload(world: World, disk: Disk) -> None:
    disk.ballast_bytes = 10**15
    response = text(await ask(world, "upload", file=("x.txt", NEW)))
    assert "enough disk space" in response
    assert "Nothing was changed on the server" in response
    assert content(disk, "/x.txt") is None


async def test_an_upload_cannot_replace_a_folder(world: World, disk: Disk) -> None:
    response = text(await ask(world, "upload", file=("Essentials", NEW), path="/plugins/"))
    assert "There is a folder of that name" in response


async def test_an_operator_may_neither_upload_nor_download(world: World, disk: Disk) -> None:
    response = text(shown(await world.operator.slash(world.channel, "files upload", file=("x.txt", NEW))))
    assert "You need manager access" in response
    answer = shown(await world.operator.slash(world.channel, "files download", path="server.properties"))
    assert "You need manager access" in text(answer)
    assert answer.attachments == []


# --- download ---------------------------------------------------------------------------------------------


async def test_a_small_file_comes_as_an_attachment(world: World, disk: Disk) -> None:
    answer = await ask(world, "download", path="server.properties")
    (sent,) = answer.attachments
    assert (sent.filename, await sent.read()) == ("server.properties", OLD)
    assert answer.ephemeral


async def test_a_large_file_comes_as_a_link_that_works_once(world: World, disk: Disk) -> None:
    disk.write("/world.dat", b"x" * 30_000_000)
    answer = await ask(world, "download", path="world.dat")
    response = text(answer)
    assert "too large for Discord" in response
    assert world.sandbox.node_url in response
    assert answer.ephemeral
    assert world.sandbox.node_url not in (answer.content or "")


NOT_DOWNLOADED = [
    ("plugins", "/files compress"),
    ("missing.txt", "file or folder doesn't exist"),
    ("../x", "can't contain `..`"),
    ("empty.txt", "The file is empty."),
]


async def test_what_cannot_be_downloaded_says_why(
    world: World, disk: Disk, subtests: pytest.Subtests
) -> None:
    for path, words in NOT_DOWNLOADED:
        with subtests.test(path):
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
    response = text(await ask(world, "copy", source="server.properties", target=target))
    assert "Copied" in response
    assert outside_trash(disk) == {"/server.properties", "/plugins/Essentials/config.yml", lands}
    assert content(disk, lands) == OLD


async def test_a_copy_over_a_file_is_asked_and_keeps_it(world: World, disk: Disk) -> None:
    response = await agreed(
        world, "copy", "Copy", source="server.properties", target="/plugins/Essentials/config.yml"
    )
    assert "The file it replaced is in the trash" in response
    assert content(disk, "/plugins/Essentials/config.yml") == OLD


NOT_COPIED = [
    ("plugins", "x", "only files, not folders"),
    ("missing", "x", "That file or folder doesn't exist"),
    ("server.properties", "/", "the file itself"),
    ("server.properties", "/.quetzal/x", "Quetzal's trash"),
]


async def test_what_cannot_be_copied(world: World, disk: Disk, subtests: pytest.Subtests) -> None:
    for source, target, words in NOT_COPIED:
        with subtests.test(words):
            assert words in text(await ask(world, "copy", source=source, target=target))


async def test_a_copy_that_takes_the_panel_too_long_is_waited_for(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.late(), path="*/files/copy")
    answer = await world.admin.slash(world.channel, "files copy", source="server.properties", target="x")
    await world.until(lambda: "Copied" in text(shown(answer)))
    assert content(disk, "/x") == OLD


async def test_a_copy_that_never_comes_is_reported(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/copy")
    answer = await world.admin.slash(world.channel, "files copy", source="server.properties", target="x")
    assert "Nothing was copied" in text(shown(answer))


async def test_a_folder_is_made_with_those_above_it(world: World, disk: Disk) -> None:
    assert "Created b" in text(await ask(world, "mkdir", path="/a/b"))
    assert (disk.tree.root / "a" / "b").is_dir()
    assert "already" in text(await ask(world, "mkdir", path="/a/b"))
    assert "There is a file of that name" in text(await ask(world, "mkdir", path="/server.properties"))


async def test_a_folder_that_cannot_be_made_is_reported(world: World, disk: Disk) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/create-folder")
    assert "Nothing was made" in text(await ask(world, "mkdir", path="/a"))


async def test_a_made_folder_is_taken_back_without_saying_that_somebody_changed_it(
    world: World, disk: Disk
) -> None:
    made = await world.admin.slash(world.channel, "files mkdir", path="/a/b")
    await world.admin.click(shown(made), label="Undo")
    question = text(shown(made))
    assert "It was new" in question
    assert "changed again" not in question
    await world.admin.click(shown(made), label="Undo")
    assert not (disk.tree.root / "a" / "b").exists()
