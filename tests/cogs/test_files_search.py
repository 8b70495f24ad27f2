"""/files search and /files grep."""

import pytest

from sandbox import Fault
from sandbox.node.volumes import disk_of
from tests.support.messages import buttons, rows, text
from tests.support.world import World, shown


@pytest.fixture
def disk(world: World) -> None:
    write = disk_of(world.survival).write
    write("/server.properties", b"motd=Hello\nmax-players=20\nserver-port=25565\n")
    write("/plugins/Essentials.jar", b"PK\x03\x04\x00\x00port")
    write("/plugins/Essentials/config.yml", b"# comment\nport: 25577\nnothing: 1\nPORT: 3\n")
    write("/plugins/Essentials/deep/er/still/messages.yml", b"hello: there\n")
    write("/logs/latest.log", b"[12:00:00] Listening on port 25565\n")
    write("/.quetzal/20260101T000000000-00000000.saved", b"port=1\n")


pytestmark = pytest.mark.usefixtures("disk")


async def ask(world: World, command: str, **options: str) -> str:
    return text(shown(await world.admin.slash(world.channel, f"files {command}", **options)))


async def test_names_are_found_in_the_whole_tree_by_glob_or_part(world: World) -> None:
    response = await ask(world, "search", pattern="*.YML")
    assert "2 found" in response
    assert "**messages.yml**\n-# /plugins/Essentials/deep/er/still" in response

    response = await ask(world, "search", pattern="essentials")
    assert "2 found" in response and "config.yml" not in response


async def test_only_folders_or_only_files(world: World) -> None:
    assert "Essentials.jar" not in await ask(world, "search", pattern="essen", kind="folders")
    assert "1 found" in await ask(world, "search", pattern="essen", kind="files")


async def test_the_search_stays_below_its_start(world: World) -> None:
    response = await ask(world, "search", pattern="*", path="/plugins/Essentials/deep")
    assert "3 found" in response and "server.properties" not in response


async def test_what_quetzal_keeps_itself_is_not_found(world: World) -> None:
    assert "Nothing found" in await ask(world, "search", pattern="*.saved")


async def test_a_result_opens(world: World) -> None:
    answer = await world.admin.slash(world.channel, "files search", pattern="config.yml")
    await world.admin.click(shown(answer), label="View")
    assert "```yaml\n# comment" in text(shown(answer))


async def test_many_results_come_in_pages(world: World) -> None:
    for number in range(45):
        disk_of(world.survival).write(f"/many/found {number:02}.txt", b"x")
    answer = await world.admin.slash(world.channel, "files search", pattern="found")
    assert "45 found" in text(shown(answer))
    for _ in range(4):
        await world.admin.click(shown(answer), label="▶")
    assert rows(shown(answer))[-1].endswith("**found 44.txt**")


async def test_links_are_shown_and_not_followed(world: World) -> None:
    root = disk_of(world.survival).tree.root
    (root / "plugins" / "loop").symlink_to(root)
    response = await ask(world, "search", pattern="loop")
    assert "1 found" in response and "🔗" in response


async def test_a_folder_that_cannot_be_read_is_counted_and_named(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/files/list", times=1, skip=2)
    response = await ask(world, "search", pattern="e")
    assert "1 path couldn't be read: `/" in response


async def test_a_start_that_is_missing_or_a_file_says_so(world: World) -> None:
    assert "file or folder doesn't exist" in await ask(world, "search", pattern="x", path="/nowhere")
    assert "That is a file" in await ask(world, "search", pattern="x", path="/server.properties")


async def test_the_node_being_down_ends_it_with_a_sentence(world: World) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/files/*")
    assert "can't be reached" in await ask(world, "search", pattern="x")


async def test_the_node_going_down_midway_keeps_what_was_found(world: World) -> None:
    for number in range(40):
        disk_of(world.survival).write(f"/jar{number}/x.txt", b"x")
    world.sandbox.faults.add(Fault.status(504), path="*/files/list", times=None, skip=1)
    response = await ask(world, "search", pattern="jar")
    assert "Stopped early: The server's node can't be reached." in response
    assert "40 found" in response


async def test_lines_are_found_with_their_numbers(world: World) -> None:
    response = await ask(world, "grep", text="port")
    assert "4 lines in 3 files" in response
    assert "3: server-port=25565" in response
    assert "2: port: 25577\n4: PORT: 3" in response
    assert "Essentials.jar" not in response
    assert ".quetzal" not in response


async def test_grep_narrows_by_glob_and_by_path(world: World) -> None:
    assert "1 file" in await ask(world, "grep", text="port", glob="*.yml")
    assert "1 line in 1 file" in await ask(world, "grep", text="port", path="/server.properties")
    assert "1 line in 1 file" in await ask(world, "grep", text="port", path="/logs")


async def test_grep_finishes_the_files_it_has_begun_when_it_reaches_its_limit(world: World) -> None:
    for number in range(250):
        disk_of(world.survival).write(f"/many/{number}.txt", b"nothing here")
    # Five of the sixteen that are read at once answer last, after the others reached the limit.
    world.sandbox.faults.add(Fault.slow(0.2), "*/contents", skip=190, times=5)
    shown_text = await ask(world, "grep", text="port")
    assert "Stopped after reading 200 files" in shown_text
    reads = [entry for entry in world.sandbox.requests if entry.path.endswith("/contents")]
    assert len(reads) == 200


async def test_found_lines_cannot_break_out(world: World) -> None:
    disk_of(world.survival).write("/bad.txt", b"``` @everyone port\n")
    response = await ask(world, "grep", text="@everyone")
    assert response.count("```") == 2


async def test_a_long_search_can_be_cancelled_and_is_gentle_to_people(world: World) -> None:
    world.sandbox.world.settings.requests_per_minute = 120
    for number in range(120):
        disk_of(world.survival).write(f"/dir{number:03}/x.txt", b"x")
    answer = await world.admin.slash(world.channel, "files search", pattern="x.txt")
    assert "Searching" in text(shown(answer))
    assert "Cancel" in buttons(shown(answer))

    other = await world.admin.slash(world.channel, "files read", path="server.properties")
    assert "motd=Hello" in text(shown(other))
    assert not [entry for entry in world.sandbox.requests if entry.status == 429]

    await world.admin.click(shown(answer), label="Cancel")
    await world.until(lambda: "Cancelled" in text(shown(answer)))
    assert "There may be more" in text(shown(answer))


async def test_a_long_search_goes_on_when_the_window_ends_and_never_meets_a_429(world: World) -> None:
    world.sandbox.world.settings.requests_per_minute = 120
    for number in range(200):
        disk_of(world.survival).write(f"/dir{number:04}/x.txt", b"x")
    answer = await world.admin.slash(world.channel, "files search", pattern="dir0001")
    await world.until(
        lambda: "1 found" in text(shown(answer)) and "Searching" not in text(shown(answer)),
        within_s=400,
        step_s=5,
    )
    assert not [entry for entry in world.sandbox.requests if entry.status == 429]
    assert "207 folders" in text(shown(answer))


@pytest.mark.sweep
async def test_after_a_quarter_of_an_hour_a_message_without_content_is_posted_in_the_channel(
    world: World,
) -> None:
    world.sandbox.world.settings.requests_per_minute = 10
    for number in range(120):
        disk_of(world.survival).write(f"/dir{number:03}/secret.txt", b"x")
    before = world.channel.last_message
    await world.admin.slash(world.channel, "files search", pattern="dir001")
    await world.until(lambda: world.channel.last_message != before, within_s=2_400, step_s=300)
    posted = world.channel.last_message
    assert posted is not None
    assert "has finished" in text(posted) and "dir001" not in text(posted)
    refused = text(shown(await world.stranger.click(posted, label="Show")))
    assert "dir001" not in refused
    assert "**dir001**" in text(shown(await world.admin.click(posted, label="Show")))


async def test_a_stranger_may_not_search(world: World) -> None:
    response = text(shown(await world.stranger.slash(world.channel, "files search", pattern="x")))
    assert "You don't have access to Quetzal here." in response


async def test_folders_with_a_line_break_in_their_name_are_searched_too(world: World) -> None:
    disk_of(world.survival).write("/odd\nname/deep/found.yml", b"port: 1\n")
    response = await ask(world, "search", pattern="found.yml")
    assert "1 found" in response and "**found.yml**\n-# /odd name/deep" in response
    assert "1 line in 1 file" in await ask(world, "grep", text="port", glob="found.yml")
