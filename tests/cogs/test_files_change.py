"""/files delete, move, history, undo, info: kept always, taken back with one button."""

import pytest

from sandbox.node.volumes import disk_of
from tests.support.file_changes import (
    PATH,
    content,
    furnish,
    kept,
    proposed,
    run,
    typed,
)
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.world import World, shown


@pytest.fixture(autouse=True)
def disk(world: World) -> None:
    furnish(world)


async def test_a_deleted_folder_is_in_the_trash_and_comes_back(world: World) -> None:
    asked = await run(world, "delete", path="plugins")
    question = text(shown(asked))
    assert "2 files, 48 B" in question
    assert "No disk space is freed" in question
    await world.admin.click(shown(asked), label="Delete")
    assert content(world, "/plugins/Essentials/config.yml") is None
    assert text(shown(asked)).count("/files history") == 1
    assert buttons(shown(asked)) == ["Undo"]

    await world.admin.click(shown(asked), label="Undo")
    assert content(world, "/plugins/Essentials/config.yml") is not None


async def test_deleting_for_good_takes_the_name(world: World) -> None:
    asked = await run(world, "delete", path="notes.txt", permanent=True)
    assert "forever" in text(shown(asked))
    form = await world.admin.click(shown(asked), label="Delete forever")
    await typed(world, form, "notes.txt")
    assert content(world, "/notes.txt") is None
    assert kept(world) == []
    assert "Deleted notes.txt forever" in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_what_the_deny_list_keeps_from_the_trash_can_be_deleted_by_name(world: World) -> None:
    world.survival.egg.denylist.append("notes.txt")
    asked = await run(world, "delete", path="notes.txt")
    await world.admin.click(shown(asked), label="Delete")
    assert "don't allow moving it to the trash" in text(shown(asked))
    form = await world.admin.click(shown(asked), label="Delete forever")
    await typed(world, form, "notes.txt")
    assert content(world, "/notes.txt") is None


async def test_a_move_into_a_folder_needs_no_question_over_something_it_does(world: World) -> None:
    world.survival.disk.write("/old/readme.txt", b"old\n")
    moved = await run(world, "move", source="notes.txt", target="old")
    assert "Moved" in text(shown(moved))
    assert content(world, "/old/notes.txt") == b"one\n"

    await world.advance(1)
    asked = await run(world, "move", source="old/notes.txt", target="old/readme.txt")
    assert "is already there" in text(shown(asked))
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
        await world.admin.click(question, label="Save")
        await world.advance(1)
    for expected in (b"two\n", b"one\n"):
        asked = await run(world, "undo")
        assert f"+{expected.decode().strip()}" in text(shown(asked))
        await world.admin.click(shown(asked), label="Undo")
        assert content(world, "/notes.txt") == expected
    assert "no file change to undo" in text(shown(await run(world, "undo")))


async def test_the_undo_button_asks_when_somebody_changed_it_since(world: World) -> None:
    asked, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Save")
    world.survival.disk.write("/notes.txt", b"somebody else's\n")
    await world.admin.click(shown(asked), label="Undo")
    assert "changed again since" in text(shown(asked))
    assert content(world, "/notes.txt") == b"somebody else's\n"
    await world.admin.click(shown(asked), label="Undo")
    assert content(world, "/notes.txt") == b"one\n"
    assert b"somebody else's\n" in kept(world)


async def test_history_restores_with_a_diff_and_purges_by_name(world: World) -> None:
    _, question = await proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Save")
    listed = await run(world, "history")
    assert "Before an edit" in text(shown(listed))
    assert rows(shown(listed)) == ["📸 **notes.txt**"]

    await world.admin.click(shown(listed), custom_id=button_beside(shown(listed), "notes.txt"))
    await world.admin.click(shown(listed), label="Restore")
    assert "-two\n+one" in text(shown(listed))
    await world.admin.click(shown(listed), label="Restore")
    assert content(world, "/notes.txt") == b"one\n"

    listed = await run(world, "history", path="notes.txt")
    assert len(rows(shown(listed))) == 2
    await world.admin.click(shown(listed), custom_id=button_beside(shown(listed), "notes.txt"))
    await world.admin.click(shown(listed), label="Purge")
    assert "**forever**" in text(shown(listed))
    form = await world.admin.click(shown(listed), label="Delete forever")
    await typed(world, form, "notes.txt")
    assert "Purged" in text(shown(listed))
    assert len(kept(world)) == 1


async def test_an_empty_history_says_what_to_do(world: World) -> None:
    assert "Nothing here yet" in text(shown(await run(world, "history")))


async def test_info_shows_the_file(world: World) -> None:
    response = text(shown(await run(world, "info", path="server.properties")))
    assert "42 B" in response
    assert "644" in response


async def test_restart_after_an_edit_is_asked_for_by_itself(world: World) -> None:
    asked, question = await proposed(world, PATH, "motd=Bye")
    await world.admin.click(question, label="Save")
    restart = await world.admin.click(shown(asked), label="Restart")
    assert "Restart Survival?" in text(shown(restart))
    assert buttons(shown(asked)) == ["Undo", "Restart"]


async def test_an_operator_may_not_change_and_reads_which_level_it_takes(world: World) -> None:
    response = shown(await world.operator.slash(world.channel, "files edit", path="notes.txt"))
    assert "manager" in text(response)
    assert response.ephemeral


async def test_who_changed_what_is_audited_without_contents(world: World) -> None:
    _, question = await proposed(world, "notes.txt", "canary-secret")
    await world.admin.click(question, label="Save")
    response = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "edited `/notes.txt` on **Survival**" in response
    assert "canary" not in response


async def test_of_the_root_info_is_what_is_in_it(world: World) -> None:
    assert "notes.txt" in text(shown(await run(world, "info", path="/")))


async def test_back_from_one_thing_shows_the_list_it_was_in(world: World) -> None:
    for path in ("notes.txt", "empty.txt"):
        asked = await run(world, "delete", path=path)
        await world.admin.click(shown(asked), label="Delete")
    listed = await run(world, "history", path="notes.txt")
    await world.admin.click(shown(listed), custom_id=button_beside(shown(listed), "notes.txt"))
    await world.admin.click(shown(listed), label="◀ History")
    assert rows(shown(listed)) == ["🗑️ **notes.txt**"]


@pytest.mark.parametrize(
    ("source", "target"), [("notes.txt", "notes.txt"), ("plugins", "plugins/Essentials")]
)
async def test_a_move_onto_or_into_itself_is_refused_before_it_is_asked(
    world: World, source: str, target: str
) -> None:
    response = shown(await run(world, "move", source=source, target=target))
    assert "onto or into itself" in text(response)
    assert buttons(response) == []


async def test_on_a_full_disk_nothing_is_deleted_and_the_way_out_is_named(world: World) -> None:
    disk_of(world.survival).ballast_bytes = 10**15
    asked = await run(world, "delete", path="notes.txt")
    await world.admin.click(shown(asked), label="Delete")
    assert "Delete something forever" in text(shown(asked))
    assert content(world, "/notes.txt") == b"one\n"

    asked = await run(world, "delete", path="notes.txt", permanent=True)
    await typed(world, await world.admin.click(shown(asked), label="Delete forever"), "notes.txt")
    assert content(world, "/notes.txt") is None
