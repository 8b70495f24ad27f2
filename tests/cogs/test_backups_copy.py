"""/backup copy: a backup is streamed to a place outside of the panel, and checked there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import Outcome
from demo.discord.connection_faults import Cut
from sandbox import Fault
from sandbox.node.volumes import archive_of
from sandbox.resources import Backup
from tests.support.backups import acts, copied, days_later, made, room, run, seen
from tests.support.copies import PART_BYTES, DirectoryTarget, silent_places, stuck_copy, world_with_targets
from tests.support.messages import buttons, text
from tests.support.world import World, new_world, shown


@pytest.fixture
async def world(tmp_path: Path, nas: DirectoryTarget) -> AsyncIterator[World]:
    async with world_with_targets(tmp_path / "data", nas) as world:
        yield world


def archive(world: World, backup: Backup) -> bytes:
    return archive_of(world.sandbox.world, world.survival, backup.uuid).read_bytes()


def part_count(world: World, backup: Backup) -> int:
    return -(-len(archive(world, backup)) // PART_BYTES)


async def test_backup_is_copied_checked_there_and_shown_as_copied(world: World, nas: DirectoryTarget) -> None:
    backup = await made(world, "nightly")
    card = text(shown(await copied(world, "nightly")))
    assert "nothing differs" in card
    assert "the panel's checksum" in card
    [file] = nas.files
    assert file.read_bytes() == archive(world, backup)
    assert str(file.relative_to(nas.root)) in card
    assert not nas.uploads
    assert await acts(world, "backup.copy") == [Outcome.DONE]
    assert await acts(world, "backup.copy_end") == [Outcome.DONE]

    assert "☁️ copied to nas" in text(shown(await run(world, "list")))
    opened = await run(world, "info", backup="nightly")
    assert "☁️ copied to nas (checked" in text(shown(opened))
    assert "Copy" not in buttons(shown(opened))  # it is everywhere already


async def test_copy_is_a_button_of_the_backup_and_of_a_copy_that_is_there_it_says_so(world: World) -> None:
    await made(world, "nightly")
    opened = await run(world, "info", backup="nightly")
    await world.admin.click(shown(opened), label="Copy")
    await seen(world, opened, "is copied to nas")
    assert "was copied to nas" in text(shown(await run(world, "copy", backup="nightly")))


async def test_progress_that_discord_did_not_take_is_shown_again_without_news(tmp_path: Path) -> None:
    async with new_world(tmp_path / "data", copy_places=silent_places(tmp_path / "places", "nas")) as world:
        room(world)
        await made(world, "nightly")
        world.trouble.arm(1, Cut(taken=False, lasts_s=8.0))
        asked = await run(world, "copy", backup="nightly", to="nas")
        assert "Copying" not in text(shown(asked))
        assert "nas" in await seen(world, asked, "Copying", within_s=60)


async def test_place_that_is_not_set_up_is_named_with_those_that_are(world: World) -> None:
    await made(world, "nightly")
    asked = await run(world, "copy", backup="nightly", to="dropbox")
    assert "There is: nas." in text(shown(asked))


async def test_restart_in_the_middle_resumes_and_sends_no_part_twice(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    nas.fails_at = lambda call: call == "put_part 3"
    asked = await run(world, "copy", backup="nightly", to="nas")
    await seen(world, asked, "has a problem. Quetzal keeps trying.")
    assert "part 2 of" in text(shown(asked))
    await world.restart()
    nas.fails_at = lambda _: False
    await world.until(lambda: bool(nas.files))
    assert nas.files[0].read_bytes() == archive(world, backup)
    assert nas.sent == [*range(1, part_count(world, backup) + 1)]
    opened = await run(world, "info", backup="nightly")
    assert "☁️ copied to nas (checked" in text(shown(opened))


async def test_upload_that_the_target_forgot_starts_over(world: World, nas: DirectoryTarget) -> None:
    backup = await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    nas.forget_uploads()
    nas.fails_at = lambda _: False
    await seen(world, asked, "is copied to nas")
    assert nas.sent[:3] == [1, 2, 1]
    assert nas.files[0].read_bytes() == archive(world, backup)


async def test_part_whose_bytes_changed_is_sent_again(world: World, nas: DirectoryTarget) -> None:
    backup = await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    [upload] = nas.uploads
    (upload / "00001").write_bytes(b"somebody else's")
    nas.fails_at = lambda _: False
    await seen(world, asked, "is copied to nas")
    assert nas.sent[:4] == [1, 2, 1, 3]
    assert nas.files[0].read_bytes() == archive(world, backup)


async def test_copy_that_the_target_refuses_has_failed_and_retry_goes_on_from_there(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    nas.refuses_at = lambda call: call == "put_part 3"
    asked = await run(world, "copy", backup="nightly", to="nas")
    card = await seen(world, asked, "wasn't copied to nas")
    assert "Retry continues from there" in card
    assert buttons(shown(asked)) == ["Retry", "Backups"]
    assert await acts(world, "backup.copy_end") == [Outcome.FAILED]

    nas.refuses_at = lambda _: False
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "is copied to nas")
    assert nas.sent == [*range(1, part_count(world, backup) + 1)]


async def test_panel_that_fails_is_waited_for(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    world.sandbox.faults.add(Fault.status(502, html=True), path="*/backups/*/download")
    asked = await run(world, "copy", backup="nightly", to="nas")
    await seen(world, asked, "Quetzal keeps trying.")
    world.sandbox.faults.clear()
    await seen(world, asked, "is copied to nas")


async def test_damaged_archive_is_not_kept_at_the_target(world: World, nas: DirectoryTarget) -> None:
    backup = await made(world, "nightly")
    file = archive_of(world.sandbox.world, world.survival, backup.uuid)
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    asked = await run(world, "copy", backup="nightly", to="nas")
    card = await seen(world, asked, "wasn't copied to nas")
    assert "Its checksum differs" in card
    await world.until(lambda: not nas.uploads)
    assert not nas.files
    assert await acts(world, "backup.copy_end") == [Outcome.FAILED]


async def test_copy_that_differs_there_is_deleted_and_said(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")

    def spoil(call: str) -> None:
        if call == "completed":
            nas.files[0].write_bytes(b"x" * nas.files[0].stat().st_size)

    nas.before = spoil
    asked = await run(world, "copy", backup="nightly", to="nas")
    card = await seen(world, asked, "wasn't copied to nas")
    assert "isn't what was sent" in card
    await world.until(lambda: not nas.files)
    nas.before = lambda _: None
    again = await run(world, "copy", backup="nightly", to="nas")
    await seen(world, again, "is copied to nas")


async def test_backup_that_is_deleted_in_the_middle_leaves_nothing_there(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    backup.deleted = True
    nas.fails_at = lambda _: False
    assert "deleted in the panel" in await seen(world, asked, "wasn't copied to nas")
    await world.until(lambda: not nas.uploads)


async def test_cancel_deletes_what_was_sent(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    assert nas.uploads
    await world.admin.click(shown(asked), label="Cancel")
    await seen(world, asked, "was cancelled")
    await world.admin.click(shown(asked), label="Backups")
    await world.until(lambda: not nas.uploads)
    await world.advance(5)
    assert "backup of Survival" in text(shown(asked))  # what was opened since stays
    assert await acts(world, "backup.copy_cancel") == [Outcome.DONE]


async def test_second_copy_to_the_same_place_is_refused_while_one_is_made(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    assert "is being copied to nas already" in text(shown(await run(world, "copy", backup="nightly")))
    opened = await run(world, "info", backup="nightly")
    assert "⏳ being copied to nas" in text(shown(opened))
    await world.admin.click(shown(opened), label="Copying…")
    await world.admin.click(shown(opened), label="Cancel")
    await seen(world, asked, "was cancelled")


async def test_copies_are_listed_and_opened_also_without_their_backup(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await made(world, "hourly")
    await copied(world, "nightly")
    backup.deleted = True
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Copies")
    assert "1 good copy" in text(shown(listed))
    assert "nightly" in text(shown(listed))
    await world.admin.click(shown(listed), label="Open")
    assert str(nas.files[0].relative_to(nas.root)) in text(shown(listed))
    await world.admin.click(shown(listed), label="◀ Copies")
    await world.admin.click(shown(listed), label="Backups")
    assert "hourly" in text(shown(listed))


async def test_what_nobody_retries_is_deleted_after_a_week(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    nas.refuses_at = lambda call: call == "put_part 3"
    asked = await run(world, "copy", backup="nightly", to="nas")
    await seen(world, asked, "wasn't copied to nas")
    assert nas.uploads
    await days_later(world, 7.5)
    await world.until(lambda: not nas.uploads)
    opened = await run(world, "info", backup="nightly")
    assert "❌ not copied to nas" in text(shown(opened))
    assert await acts(world, "backup.copy_end") == [Outcome.FAILED]


async def test_second_copy_to_a_place_waits_until_the_first_has_ended(
    world: World, nas: DirectoryTarget
) -> None:
    for name in ("first", "second"):
        await made(world, name)
    first = await stuck_copy(world, nas, "first")
    second = await run(world, "copy", backup="second", to="nas")
    assert "another copy to nas comes first" in await seen(world, second, "Waiting")
    nas.fails_at = lambda _: False
    await seen(world, first, "is copied to nas")
    await seen(world, second, "is copied to nas")
    assert len(nas.files) == 2


async def test_deleting_a_backup_says_which_copy_of_it_stays(world: World) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    asked = await run(world, "delete", backup="nightly")
    assert "☁️ copied to nas; that copy stays." in text(shown(asked))
