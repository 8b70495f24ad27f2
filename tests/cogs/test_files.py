"""/files list and /files read: looking into a server's files."""

import pytest

from sandbox import Fault
from sandbox.node.volumes import disk_of
from tests.support.file_changes import content, opened, typed
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.world import World, shown


@pytest.fixture
def disk(world: World) -> None:
    write = world.survival.disk.write
    write("/server.properties", b"motd=Hello\nmax-players=20\n")
    write("/plugins/Essentials.jar", b"PK\x03\x04\x00\x00binary")
    write("/plugins/Essentials/config.yml", b"# comment\nops-name-color: '4'\n")
    write("/logs/latest.log", "".join(f"[12:00:00] line {n}\n" for n in range(2000)).encode())
    write("/empty.txt", b"")


pytestmark = pytest.mark.usefixtures("disk")


async def read(world: World, path: str) -> str:
    return text(shown(await world.admin.slash(world.channel, "files read", path=path)))


async def test_folders_come_first_with_sizes_and_totals(world: World) -> None:
    listed = text(shown(await world.admin.slash(world.channel, "files list")))

    assert "2 folders, 2 files, 26 B" in listed
    assert listed.index("logs") < listed.index("plugins") < listed.index("empty.txt")
    assert "⚙️ **server.properties**\n-# 26 B · <t:" in listed


async def test_the_buttons_of_rows_walk_down_and_those_below_up_again(world: World) -> None:
    answer = await world.admin.slash(world.channel, "files list")
    names = ["📁 **logs**", "📁 **plugins**", "📄 **empty.txt**", "⚙️ **server.properties**"]
    assert rows(shown(answer)) == names
    assert buttons(shown(answer)) == ["Open", "Open", "View", "View", "Upload", "New folder", "Search"]

    async def press(words: str) -> None:
        await world.admin.click(shown(answer), custom_id=button_beside(shown(answer), words))

    await press("plugins")
    assert "`/plugins` · 1 folder, 1 file" in text(shown(answer))
    await press("**Essentials**")
    assert "config.yml" in text(shown(answer))
    await press("config.yml")
    assert "```yaml\n# comment" in text(shown(answer))
    assert buttons(shown(answer)) == ["Edit", "Download", "Delete", "History", "Folder"]
    await world.admin.click(shown(answer), label="Folder")
    await world.admin.click(shown(answer), label="Up")
    await world.admin.click(shown(answer), label="Up")
    assert "2 folders" in text(shown(answer))
    assert "Up" not in buttons(shown(answer))


async def test_a_big_folder_comes_in_pages_of_eight(world: World) -> None:
    for number in range(45):
        world.survival.disk.write(f"/many/file {number:02}.txt", b"x")
    answer = await world.admin.slash(world.channel, "files list", path="many")

    assert "45 files" in text(shown(answer))
    assert "file 07.txt" in text(shown(answer))
    assert "file 08.txt" not in text(shown(answer))
    await world.admin.click(shown(answer), label="▶")
    assert rows(shown(answer))[0] == "📄 **file 08.txt**"


async def test_a_file_that_is_no_text_is_shown_with_what_can_be_done(world: World) -> None:
    answer = shown(await world.admin.slash(world.channel, "files read", path="plugins/Essentials.jar"))
    assert "📦 Essentials.jar" in text(answer)
    assert "binary file" in text(answer)
    assert buttons(answer) == ["Download", "Delete", "History", "Folder"]


async def test_an_operator_reads_and_is_offered_no_change(world: World) -> None:
    answer = await world.operator.slash(world.channel, "files list")
    assert buttons(shown(answer)) == ["Open", "Open", "View", "View", "Search"]
    await world.operator.click(shown(answer), custom_id=button_beside(shown(answer), "server.properties"))
    assert buttons(shown(answer)) == ["Folder"]


async def test_a_file_is_changed_and_deleted_from_its_view(world: World) -> None:
    answer = await opened(world, "server.properties")
    form = await world.admin.click(shown(answer), label="Edit")
    await typed(world, form, "motd=Bye")
    await world.admin.click(shown(answer), label="Save")
    assert content(world, "/server.properties") == b"motd=Bye\n"

    answer = await opened(world, "server.properties")
    await world.admin.click(shown(answer), label="Delete")
    await world.admin.click(shown(answer), label="Delete")
    assert content(world, "/server.properties") is None
    await world.admin.click(shown(answer), label="Undo")
    assert content(world, "/server.properties") == b"motd=Bye\n"


async def test_a_file_is_downloaded_privately_and_its_history_shown_from_its_view(world: World) -> None:
    answer = await opened(world, "server.properties")
    sent = shown(await world.admin.click(shown(answer), label="Download"))
    assert sent.ephemeral
    assert await sent.attachments[0].read() == b"motd=Hello\nmax-players=20\n"
    await world.admin.click(shown(answer), label="History")
    assert "Nothing here yet" in text(shown(answer))


async def test_files_and_folders_are_added_and_found_from_the_list(world: World) -> None:
    answer = await world.admin.slash(world.channel, "files list", path="plugins")
    await typed(world, await world.admin.click(shown(answer), label="New folder"), "skins")
    assert "Created" in text(shown(answer))
    assert world.survival.disk.root.joinpath("plugins/skins").is_dir()

    answer = await world.admin.slash(world.channel, "files list", path="plugins")
    await typed(world, await world.admin.click(shown(answer), label="Upload"), [("new.txt", b"new")])
    assert content(world, "/plugins/new.txt") == b"new"

    answer = await world.admin.slash(world.channel, "files list", path="plugins")
    await typed(world, await world.admin.click(shown(answer), label="Search"), "*.yml")
    await world.until(lambda: "config.yml" in text(shown(answer)))
    assert rows(shown(answer)) == ["⚙️ **config.yml**"]


async def test_an_empty_folder_says_what_to_do_next(world: World) -> None:
    disk_of(world.survival).create_folder("/", "void")

    assert "empty" in text(shown(await world.admin.slash(world.channel, "files list", path="/void")))


async def test_a_config_is_shown_in_its_language(world: World) -> None:
    response = await read(world, "server.properties")

    assert "```properties\nmotd=Hello\nmax-players=20\n```" in response
    assert "UTF-8" in response


async def test_a_log_opens_at_its_end_and_pages_backwards(world: World) -> None:
    answer = await world.admin.slash(world.channel, "files read", path="logs/latest.log")
    assert "line 1999" in text(shown(answer))
    assert "line 0\n" not in text(shown(answer))

    await world.admin.click(shown(answer), label="◀")
    assert "line 1999" not in text(shown(answer))


REFUSED = [
    ("plugins/Essentials.jar", "binary file"),
    ("plugins", "That is a folder."),
    ("nothing.txt", "file or folder doesn't exist"),
    ("../../etc/passwd", "can't contain `..`"),
    ("empty.txt", "The file is empty."),
]


async def test_what_cannot_be_read_says_why(world: World, subtests: pytest.Subtests) -> None:
    for path, words in REFUSED:
        with subtests.test(path):
            assert words in await read(world, path)


async def test_a_file_over_the_limit_is_not_fetched(world: World) -> None:
    world.survival.disk.write("/world.dat", b"x" * (1024 * 1024 + 1))

    assert "too large" in await read(world, "world.dat")
    assert not [entry for entry in world.sandbox.requests if entry.path.endswith("/contents")]


async def test_listing_a_file_says_how_to_read_it(world: World) -> None:
    response = text(shown(await world.admin.slash(world.channel, "files list", path="server.properties")))
    assert "/files read" in response


async def test_file_names_and_contents_cannot_break_out(world: World) -> None:
    world.survival.disk.write("/`a` @everyone **b**.txt", b"```\n@everyone <@1>\n``` x ````")
    listed = text(shown(await world.admin.slash(world.channel, "files list")))
    assert "@everyone" not in listed

    response = await read(world, "`a` @everyone **b**.txt")
    assert response.count("```") == 2


async def test_paths_are_suggested_from_the_live_directory(world: World) -> None:
    async def suggested(command: str, typed: str) -> list[str]:
        choices = await world.admin.autocomplete(world.channel, command, "path", typed)
        return [choice["value"] for choice in choices]

    assert await suggested("files read", "ser") == ["/server.properties"]
    assert await suggested("files list", "") == ["/logs/", "/plugins/"]
    assert await suggested("files read", "plugins/Ess") == ["/plugins/Essentials/", "/plugins/Essentials.jar"]
    assert await suggested("files read", "nowhere/x") == []


async def test_a_path_too_long_for_discord_travels_as_a_short_token(world: World) -> None:
    path = "/" + "/".join(["a-rather-long-directory-name"] * 5) + "/config.yml"
    world.survival.disk.write(path, b"deep: true\n")
    choices = await world.admin.autocomplete(world.channel, "files read", "path", path[:-4])
    (choice,) = choices

    assert len(choice["value"]) <= 100
    assert choice["name"].endswith("config.yml")
    assert "deep: true" in await read(world, choice["value"])

    await world.restart()
    assert "That suggestion has expired." in await read(world, choice["value"])


async def test_a_stranger_sees_no_file_and_is_suggested_none(world: World) -> None:
    response = text(shown(await world.stranger.slash(world.channel, "files list")))
    assert "You don't have access to Quetzal here." in response
    assert await world.stranger.autocomplete(world.channel, "files read", "path", "ser") == []


async def test_the_node_being_down_is_said(world: World) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/*")
    asked = await world.admin.slash(world.channel, "files list")
    await world.advance(30)
    assert "can't be reached" in text(shown(asked))


async def test_a_folder_that_is_missing_is_said_to_be_missing(world: World) -> None:
    result = await world.admin.slash(world.channel, "files list", path="nope/deeper")
    assert "file or folder doesn't exist" in text(shown(result))
