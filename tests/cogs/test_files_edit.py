"""/files edit, set: seen first, kept always, taken back with one button."""

import pytest

from sandbox import Fault
from sandbox.node.volumes import disk_of
from tests.support.file_changes import CONFIG, PATH, content, furnish, kept, proposed, run, typed
from tests.support.forms import field
from tests.support.messages import buttons, text
from tests.support.world import World, shown


@pytest.fixture(autouse=True)
def disk(world: World) -> None:
    furnish(world)


async def test_a_config_is_edited_seen_written_and_taken_back(world: World) -> None:
    asked = await run(world, "edit", path="server.properties")
    card = text(shown(asked))
    assert "42 B · UTF-8" in card
    assert "Careful" in card
    assert "main settings" in card

    form = await world.admin.click(shown(asked), label="Edit")
    assert field(form)["value"] == "# The server\nmotd=Hello\nmax-players=20\n"
    await typed(world, form, "# The server\nmotd=Hello\nmax-players=30")
    question = text(shown(asked))
    assert "```diff" in question
    assert "-max-players=20\n+max-players=30" in question
    assert buttons(shown(asked)) == ["Save", "Save and restart", "Cancel", "Edit again"]
    assert content(world, PATH) == CONFIG

    await world.admin.click(shown(asked), label="Save")
    assert content(world, PATH) == CONFIG.replace(b"20", b"30")
    assert kept(world) == [CONFIG]
    assert "✅ Saved server.properties" in text(shown(asked))
    assert "Restart the server to apply it." in text(shown(asked))
    assert buttons(shown(asked)) == ["Undo", "Restart"]

    await world.admin.click(shown(asked), label="Undo")
    assert content(world, PATH) == CONFIG
    assert "✅ Change of server.properties undone" in text(shown(asked))
    assert len(kept(world)) == 2


async def test_edit_again_opens_with_what_was_typed_and_the_first_question_is_over(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    form = await world.admin.click(question, label="Edit again")
    assert field(form)["value"] == "two\n"
    await typed(world, form, "three")
    assert "+three" in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/notes.txt") == b"three\n"


async def test_cancel_and_ten_minutes_change_nothing(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Cancel")
    assert buttons(shown(asked)) == []

    asked, question = await proposed(world, "notes.txt", "two")
    await world.advance(590)
    assert buttons(shown(asked)) != []
    await world.advance(15)
    assert "has expired" in text(shown(asked))
    assert content(world, "/notes.txt") == b"one\n"
    assert kept(world) == []


async def test_a_long_file_goes_out_and_comes_back_as_a_file(world: World) -> None:
    asked = await run(world, "edit", path="long.txt")
    (sent,) = shown(asked).attachments
    before = await sent.read()
    assert before == content(world, "/long.txt")

    form = await world.admin.click(shown(asked), label="Edit")
    await typed(world, form, [("long.txt", before.replace(b"line 7\n", b"LINE 7\r\n"))])
    assert "-line 7\n+LINE 7" in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/long.txt") == before.replace(b"line 7\n", b"LINE 7\n")


async def test_a_long_diff_comes_as_a_file(world: World) -> None:
    old = content(world, "/long.txt") or b""
    asked = await run(world, "edit", path="long.txt", file=("x.txt", old.replace(b"line", b"LINE")))
    (diff,) = shown(asked).attachments
    assert diff.filename == "changes.diff"
    assert b"+LINE 1999" in await diff.read()
    assert "2,000 lines added, 2,000 lines removed" in text(shown(asked))


async def test_the_attachment_option_skips_the_form(world: World) -> None:
    asked = await run(world, "edit", path="notes.txt", file=("notes.txt", b"from a file\r\n"))
    assert "+from a file" in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/notes.txt") == b"from a file\n"


async def test_a_file_changed_while_the_form_was_open_is_left_alone_and_the_text_given_back(
    world: World,
) -> None:
    asked = await run(world, "edit", path="notes.txt")
    form = await world.admin.click(shown(asked), label="Edit")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    answer = await typed(world, form, "two")

    assert "Somebody else changed it" in text(shown(asked))
    (file,) = [file for message in answer.followups for file in message.attachments]
    assert await file.read() == b"two"
    assert content(world, "/notes.txt") == b"somebody else's\n"


async def test_a_file_changed_between_question_and_click_is_left_alone_and_the_text_given_back(
    world: World,
) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    answer = await world.admin.click(question, label="Save")

    assert "Somebody else changed it" in text(shown(asked))
    assert buttons(shown(asked)) == []
    (file,) = [file for message in answer.followups for file in message.attachments]
    assert await file.read() == b"two\n"
    assert content(world, "/notes.txt") == b"somebody else's\n"


@pytest.mark.shows("did not find expected line column")
async def test_broken_syntax_is_a_warning_not_a_wall(world: World) -> None:
    asked, question = await proposed(world, "plugins/Essentials/config.yml", "range: [10")
    assert "The syntax looks wrong" in text(question)
    await world.admin.click(question, label="Save")
    assert content(world, "/plugins/Essentials/config.yml") == b"range: [10\n"
    assert "Saved" in text(shown(asked))


async def test_writing_what_is_there_already_writes_nothing(world: World) -> None:
    asked, _ = await proposed(world, "notes.txt", "one")
    assert "Nothing to change" in text(shown(asked))


REFUSED = [
    ("plugins/Essentials.jar", "binary file"),
    ("plugins", "is a folder"),
    ("nothing.txt", "file or folder doesn't exist"),
    (".quetzal/x", "Quetzal's trash"),
    ("/", "cannot be changed as a whole"),
    ("../x", "can't contain `..`"),
]


async def test_what_cannot_be_edited_says_why(world: World, subtests: pytest.Subtests) -> None:
    for path, words in REFUSED:
        with subtests.test(path):
            assert words in text(shown(await run(world, "edit", path=path)))


async def test_an_empty_file_can_be_filled(world: World) -> None:
    _, question = await proposed(world, "empty.txt", "hello")
    await world.admin.click(question, label="Save")
    assert content(world, "/empty.txt") == b"hello"


async def test_one_key_is_set_with_comments_kept(world: World) -> None:
    asked = await run(world, "set", path="plugins/Essentials/config.yml", key="range", value="25")
    assert "-range: 10\n+range: 25" in text(shown(asked))
    assert buttons(shown(asked)) == ["Save", "Save and restart", "Cancel"]
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/plugins/Essentials/config.yml") == b"ops-name-color: '4' # red\nrange: 25\n"


async def test_a_mistyped_key_changes_nothing_and_is_corrected(world: World) -> None:
    response = text(shown(await run(world, "set", path=PATH, key="max-player", value="30")))
    assert "Did you mean `max-players`" in response


async def test_a_write_that_fails_says_in_which_state_the_file_is(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.sandbox.faults.add(Fault.status(500), path="*/files/write", skip=2)
    await world.admin.click(question, label="Save")
    response = text(shown(asked))
    assert "unchanged when Quetzal checked" in response
    assert "/files history" in response
    assert content(world, "/notes.txt") == b"one\n"


async def test_a_lost_answer_is_checked_and_the_change_found(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.sandbox.faults.add(Fault.late(), path="*/files/write", skip=2)
    await world.admin.click(question, label="Save")
    assert "Saved" in text(shown(asked))
    assert content(world, "/notes.txt") == b"two\n"


async def test_names_and_contents_from_the_server_stay_text(world: World) -> None:
    name = "/`a` @everyone **b**.txt"
    world.survival.disk.write(name, b"``` @everyone\n")
    asked, question = await proposed(world, name, "```\n@everyone\n````")
    assert text(question).count("```") == 2
    await world.admin.click(question, label="Save")
    assert "\\*\\*b\\*\\*" in text(shown(asked))
    listed = text(shown(await run(world, "history")))
    assert "@everyone" not in listed


@pytest.mark.parametrize(("characters", "fits"), [(4_000, True), (4_001, False)])
async def test_a_form_takes_exactly_what_discord_takes(world: World, characters: int, fits: bool) -> None:
    old = "🐉" * 10 + "x" * (characters - 21) + "\n"  # Discord counts as JavaScript does: a dragon is two
    disk_of(world.survival).write("/exact.txt", old.encode())
    asked = await run(world, "edit", path="exact.txt")
    form = await world.admin.click(shown(asked), label="Edit")
    if not fits:
        assert len(shown(asked).attachments) == 1
        assert "value" not in field(form)
        return
    assert field(form)["value"] == old
    await typed(world, form, old.replace("x", "y", 1).rstrip())
    await world.admin.click(shown(asked), label="Save")
    assert content(world, "/exact.txt") == old.replace("x", "y", 1).encode()


async def test_a_file_that_grows_while_it_is_read_is_left_alone(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    disk_of(world.survival).write("/notes.txt", b"one\nand more\n")
    await world.admin.click(question, label="Save")
    assert "Somebody else changed it" in text(shown(asked))
    assert content(world, "/notes.txt") == b"one\nand more\n"


async def test_a_setting_is_saved_and_the_server_restarted_by_one_button(world: World) -> None:
    asked = await run(world, "set", path=PATH, key="max-players", value="30")
    await world.admin.click(shown(asked), label="Save and restart")
    await world.until(lambda: "was restarted and is running" in text(shown(asked)))
    assert content(world, PATH) == CONFIG.replace(b"20", b"30")
    assert "✅ Saved server.properties" in text(shown(asked))
    assert "Restart the server to apply it." not in text(shown(asked))
    assert buttons(shown(asked)) == ["Undo"]
    await world.admin.click(shown(asked), label="Undo")
    assert content(world, PATH) == CONFIG


async def test_what_is_saved_stays_saved_and_can_be_undone_when_the_restart_fails(world: World) -> None:
    asked = await run(world, "set", path=PATH, key="max-players", value="30")
    world.sandbox.faults.add(Fault.status(500), path="*/power")
    result = await world.admin.click(shown(asked), label="Save and restart")
    await world.advance(60)
    assert content(world, PATH) == CONFIG.replace(b"20", b"30")
    assert "✅ Saved server.properties" in text(shown(asked))
    assert "Restart the server to apply it." in text(shown(asked))
    assert "The panel had an internal error." in text(shown(result))
    assert buttons(shown(asked)) == ["Undo", "Restart"]


async def test_a_file_that_is_read_at_the_start_only_offers_no_restart_otherwise(world: World) -> None:
    _, question = await proposed(world, "notes.txt", "two")
    assert buttons(question) == ["Save", "Cancel", "Edit again"]


async def test_a_key_is_emptied_by_leaving_its_value_out(world: World) -> None:
    asked = await run(world, "set", path=PATH, key="motd")
    assert "-motd=Hello\n+motd=" in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, PATH) == CONFIG.replace(b"Hello", b"")


@pytest.mark.shows("range", "Changed")
async def test_keys_are_suggested_with_their_present_values(world: World) -> None:
    async def suggested(typed: str, path: str = PATH) -> list[tuple[str, object]]:
        choices = await world.admin.autocomplete(world.channel, "files set", "key", typed, path=path)
        return [(choice["name"], choice["value"]) for choice in choices]

    assert await suggested("") == [("motd = Hello", "motd"), ("max-players = 20", "max-players")]
    assert await suggested("pla") == [("max-players = 20", "max-players")]
    assert await suggested("", "/plugins/Essentials/config.yml") == [
        ("ops-name-color = '4'", "ops-name-color"),
        ("range = 10", "range"),
    ]
    for path in ("/notes.txt", "/nothing.yml", "/plugins"):
        assert await suggested("", path) == []
    read = [entry for entry in world.sandbox.requests if entry.path.endswith("/files/contents")]
    assert len(read) == 3, "a file is read once, however much is typed"

    world.survival.disk.write(PATH, b"motd=Changed\n")
    await world.advance(61)
    assert await suggested("") == [("motd = Changed", "motd")]


async def test_keys_are_suggested_to_managers_only(world: World) -> None:
    offered = await world.operator.autocomplete(world.channel, "files set", "key", "", path=PATH)
    assert offered == []
