"""/files edit, set, delete, move, history, undo: seen first, kept always, taken back with one button."""

import pytest
from simcord import InteractionResult, ResponseMessage

from bot.sandbox import Fault
from tests.cogs.look import buttons, options, text
from tests.world import World, shown

CONFIG = b"# The server\r\nmotd=Hello\r\nmax-players=20\r\n"
PATH = "/server.properties"


@pytest.fixture(autouse=True)
def disk(world: World) -> None:
    write = world.survival.disk.write
    write(PATH, CONFIG)
    write("/plugins/Essentials.jar", b"PK\x03\x04\x00\x00binary")
    write("/plugins/Essentials/config.yml", b"ops-name-color: '4' # red\nrange: 10\n")
    write("/notes.txt", b"one\n")
    write("/empty.txt", b"")
    write("/long.txt", "".join(f"line {n}\n" for n in range(2000)).encode())


def content(world: World, path: str) -> bytes | None:
    place = world.survival.disk.tree.root / path.lstrip("/")
    return place.read_bytes() if place.exists() else None


def kept(world: World) -> list[bytes]:
    """Return what lies in the trash directory."""
    root = world.survival.disk.tree.root / ".quetzal"
    return [place.read_bytes() for place in sorted(root.glob("*.saved")) if place.is_file()]


async def run(world: World, command: str, **options: object) -> InteractionResult:
    return await world.admin.slash(world.channel, f"files {command}", **options)


def field(form: InteractionResult) -> dict[str, object]:
    """Return the only field of an open form."""
    assert form.modal is not None, form
    (row,) = form.modal["components"]
    component: dict[str, object] = row["component"]
    return component


async def typed(world: World, form: InteractionResult, value: object) -> InteractionResult:
    return await world.admin.submit_modal(form, {str(field(form)["custom_id"]): value})


async def proposed(world: World, path: str, new: object) -> tuple[InteractionResult, ResponseMessage]:
    """Edit as far as the question."""
    asked = await run(world, "edit", path=path)
    await typed(world, await world.admin.click(shown(asked), label="Edit"), new)
    return asked, shown(asked)


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
    assert buttons(shown(asked)) == ["Cancel", "Write", "Edit again"]
    assert content(world, PATH) == CONFIG

    await world.admin.click(shown(asked), label="Write")
    assert content(world, PATH) == CONFIG.replace(b"20", b"30")
    assert kept(world) == [CONFIG]
    assert "Edited" in text(shown(asked))
    assert buttons(shown(asked)) == ["Undo", "Restart the server"]

    await world.admin.click(shown(asked), label="Undo")
    assert content(world, PATH) == CONFIG
    assert "Taken back" in text(shown(asked))
    assert len(kept(world)) == 2


async def test_edit_again_opens_with_what_was_typed_and_the_first_question_is_over(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    form = await world.admin.click(question, label="Edit again")
    assert field(form)["value"] == "two\n"
    await typed(world, form, "three")
    assert "+three" in text(shown(asked))
    await world.admin.click(shown(asked), label="Write")
    assert content(world, "/notes.txt") == b"three\n"


async def test_cancel_and_ten_minutes_change_nothing(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Cancel")
    assert buttons(shown(asked)) == []

    asked, question = await proposed(world, "notes.txt", "two")
    await world.advance(590)
    assert buttons(shown(asked)) != []
    await world.advance(15)
    assert "Time is over" in text(shown(asked))
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
    await world.admin.click(shown(asked), label="Write")
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
    await world.admin.click(shown(asked), label="Write")
    assert content(world, "/notes.txt") == b"from a file\n"


async def test_a_file_changed_while_the_form_was_open_is_left_alone_and_the_text_given_back(
    world: World,
) -> None:
    asked = await run(world, "edit", path="notes.txt")
    form = await world.admin.click(shown(asked), label="Edit")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    answer = await typed(world, form, "two")

    told = [text(message) for message in answer.followups]
    assert any("Somebody changed it" in words for words in told)
    (file,) = [file for message in answer.followups for file in message.attachments]
    assert await file.read() == b"two"
    assert content(world, "/notes.txt") == b"somebody else's\n"


async def test_a_file_changed_between_question_and_click_is_left_alone_and_the_text_given_back(
    world: World,
) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    answer = await world.admin.click(question, label="Write")

    assert "Somebody changed it" in text(shown(asked))
    assert buttons(shown(asked)) == []
    (file,) = [file for message in answer.followups for file in message.attachments]
    assert await file.read() == b"two\n"
    assert content(world, "/notes.txt") == b"somebody else's\n"


async def test_broken_syntax_is_a_warning_not_a_wall(world: World) -> None:
    asked, question = await proposed(world, "plugins/Essentials/config.yml", "range: [10")
    assert "The syntax looks wrong" in text(question)
    await world.admin.click(question, label="Write")
    assert content(world, "/plugins/Essentials/config.yml") == b"range: [10\n"
    assert "Edited" in text(shown(asked))


async def test_writing_what_is_there_already_writes_nothing(world: World) -> None:
    asked, _ = await proposed(world, "notes.txt", "one")
    assert "Nothing to change" in text(shown(asked))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plugins/Essentials.jar", "binary file"),
        ("plugins", "is a folder"),
        ("nothing.txt", "no such file"),
        (".quetzal/x", "where Quetzal keeps"),
        ("/", "cannot be changed as a whole"),
        ("../x", "may not hold `..`"),
    ],
)
async def test_what_cannot_be_edited_says_why(world: World, path: str, words: str) -> None:
    assert words in text(shown(await run(world, "edit", path=path)))


async def test_an_empty_file_can_be_filled(world: World) -> None:
    _, question = await proposed(world, "empty.txt", "hello")
    await world.admin.click(question, label="Write")
    assert content(world, "/empty.txt") == b"hello"


async def test_one_key_is_set_with_comments_kept(world: World) -> None:
    asked = await run(world, "set", path="plugins/Essentials/config.yml", key="range", value="25")
    assert "-range: 10\n+range: 25" in text(shown(asked))
    assert buttons(shown(asked)) == ["Cancel", "Write"]
    await world.admin.click(shown(asked), label="Write")
    assert content(world, "/plugins/Essentials/config.yml") == b"ops-name-color: '4' # red\nrange: 25\n"


async def test_a_mistyped_key_changes_nothing_and_is_corrected(world: World) -> None:
    told = text(shown(await run(world, "set", path=PATH, key="max-player", value="30")))
    assert "Did you mean max-players" in told


async def test_a_deleted_folder_is_in_the_trash_and_comes_back(world: World) -> None:
    asked = await run(world, "delete", path="plugins")
    question = text(shown(asked))
    assert "2 files, 48 B" in question
    assert "no disk space is freed" in question
    await world.admin.click(shown(asked), label="Delete")
    assert content(world, "/plugins/Essentials/config.yml") is None
    assert buttons(shown(asked)) == ["Undo"]

    await world.admin.click(shown(asked), label="Undo")
    assert content(world, "/plugins/Essentials/config.yml") is not None


async def test_deleting_for_good_takes_the_name(world: World) -> None:
    asked = await run(world, "delete", path="notes.txt", permanent=True)
    assert "for good" in text(shown(asked))
    form = await world.admin.click(shown(asked), label="Delete for good")
    await typed(world, form, "notes.txt")
    assert content(world, "/notes.txt") is None
    assert kept(world) == []
    assert "Deleted for good" in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_what_the_deny_list_keeps_from_the_trash_can_be_deleted_by_name(world: World) -> None:
    world.survival.egg.denylist.append("notes.txt")
    asked = await run(world, "delete", path="notes.txt")
    await world.admin.click(shown(asked), label="Delete")
    assert "forbid moving it into the trash" in text(shown(asked))
    form = await world.admin.click(shown(asked), label="Delete for good")
    await typed(world, form, "notes.txt")
    assert content(world, "/notes.txt") is None


async def test_a_move_into_a_folder_needs_no_question_over_something_it_does(world: World) -> None:
    world.survival.disk.write("/old/readme.txt", b"old\n")
    moved = await run(world, "move", source="notes.txt", target="old")
    assert "Moved" in text(shown(moved))
    assert content(world, "/old/notes.txt") == b"one\n"

    await world.advance(1)
    asked = await run(world, "move", source="old/notes.txt", target="old/readme.txt")
    assert "is there already" in text(shown(asked))
    assert content(world, "/old/readme.txt") == b"old\n"
    await world.admin.click(shown(asked), label="Move")
    assert content(world, "/old/readme.txt") == b"one\n"
    assert kept(world) == [b"old\n"]

    back = await run(world, "undo")
    await world.admin.click(shown(back), label="Undo")
    assert content(world, "/old/readme.txt") == b"old\n"
    assert content(world, "/old/notes.txt") == b"one\n"


async def test_undo_goes_back_one_change_after_the_other_and_says_when_there_is_none(world: World) -> None:
    for number in ("two", "three"):
        _, question = await proposed(world, "notes.txt", number)
        await world.admin.click(question, label="Write")
        await world.advance(1)
    for expected in (b"two\n", b"one\n"):
        asked = await run(world, "undo")
        assert f"+{expected.decode().strip()}" in text(shown(asked))
        await world.admin.click(shown(asked), label="Undo")
        assert content(world, "/notes.txt") == expected
    assert "no change of yours" in text(shown(await run(world, "undo")))


async def test_the_undo_button_asks_when_somebody_changed_it_since(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Write")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    await world.admin.click(shown(asked), label="Undo")
    assert "changed again since" in text(shown(asked))
    assert content(world, "/notes.txt") == b"somebody else's\n"
    await world.admin.click(shown(asked), label="Undo")
    assert content(world, "/notes.txt") == b"one\n"
    assert b"somebody else's\n" in kept(world)


async def test_history_restores_with_a_diff_and_purges_by_name(world: World) -> None:
    _, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Write")
    listed = await run(world, "history")
    assert "before an edit" in text(shown(listed))
    assert options(shown(listed)) == ["notes.txt"]

    await world.admin.select(shown(listed), ["0"])
    await world.admin.click(shown(listed), label="Restore")
    assert "-two\n+one" in text(shown(listed))
    await world.admin.click(shown(listed), label="Restore")
    assert content(world, "/notes.txt") == b"one\n"

    listed = await run(world, "history", path="notes.txt")
    assert len(options(shown(listed))) == 2
    await world.admin.select(shown(listed), ["0"])
    await world.admin.click(shown(listed), label="Purge")
    assert "for good" in text(shown(listed))
    form = await world.admin.click(shown(listed), label="Purge")
    await typed(world, form, "notes.txt")
    assert "Purged" in text(shown(listed))
    assert len(kept(world)) == 1


async def test_an_empty_history_says_what_to_do(world: World) -> None:
    assert "Nothing is kept here yet" in text(shown(await run(world, "history")))


async def test_info_tells_what_is_there(world: World) -> None:
    told = text(shown(await run(world, "info", path="server.properties")))
    assert "42 B" in told
    assert "644" in told


async def test_restart_after_an_edit_is_asked_for_by_itself(world: World) -> None:
    asked, question = await proposed(world, PATH, "motd=Bye")
    await world.admin.click(question, label="Write")
    restart = await world.admin.click(shown(asked), label="Restart the server")
    assert "Restart Survival?" in text(shown(restart))
    assert buttons(shown(asked)) == ["Undo", "Restart the server"]


async def test_an_operator_may_not_change_and_is_told_what_it_takes(world: World) -> None:
    told = shown(await world.operator.slash(world.channel, "files edit", path="notes.txt"))
    assert "manager" in text(told)
    assert told.ephemeral


async def test_a_write_that_fails_says_in_which_state_the_file_is(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.sandbox.faults.add(Fault.status(500), path="*/files/write", skip=2)
    await world.admin.click(question, label="Write")
    told = text(shown(asked))
    assert "as it was" in told
    assert "/files history" in told
    assert content(world, "/notes.txt") == b"one\n"


async def test_an_answer_that_is_lost_is_looked_for_and_found(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    world.sandbox.faults.add(Fault.late(), path="*/files/write", skip=2)
    await world.admin.click(question, label="Write")
    assert "Edited" in text(shown(asked))
    assert content(world, "/notes.txt") == b"two\n"


async def test_names_and_contents_from_the_server_stay_text(world: World) -> None:
    name = "/`a` @everyone **b**.txt"
    world.survival.disk.write(name, b"``` @everyone\n")
    asked, question = await proposed(world, name, "```\n@everyone\n````")
    assert text(question).count("```") == 2
    await world.admin.click(question, label="Write")
    assert "\\*\\*b\\*\\*" in text(shown(asked))
    listed = text(shown(await run(world, "history")))
    assert "@everyone" not in listed


async def test_who_changed_what_is_audited_without_contents(world: World) -> None:
    _, question = await proposed(world, "notes.txt", "canary-secret")
    await world.admin.click(question, label="Write")
    told = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "files.edit" in told
    assert "canary" not in told
