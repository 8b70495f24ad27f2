"""Copies of backups are deleted by hand, from the list of copies."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import InteractionResult

from bot.domain.audit import Outcome
from tests.support.backups import acts, copied, days_later, made, run, seen
from tests.support.copies import DirectoryTarget, world_with_targets
from tests.support.messages import button_beside, buttons, text
from tests.support.world import World, shown


@pytest.fixture
async def world(tmp_path: Path, nas: DirectoryTarget) -> AsyncIterator[World]:
    b2 = DirectoryTarget(tmp_path / "b2", "b2")
    async with world_with_targets(tmp_path / "data", nas, b2) as world:
        yield world


async def opened(world: World, row: str = "nightly") -> InteractionResult:
    """Open a copy from the list of copies: the one in whose row these words are."""
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Copies")
    await world.admin.click(shown(listed), custom_id=button_beside(shown(listed), row))
    return listed


async def asked(world: World, row: str = "nightly") -> InteractionResult:
    """Press Delete on a copy."""
    page = await opened(world, row)
    await world.admin.click(shown(page), label="Delete")
    return page


async def deleted(world: World, row: str = "nightly", sees: str = "gone from nas") -> InteractionResult:
    """Delete a copy, and wait for the result."""
    page = await asked(world, row)
    await world.admin.click(shown(page), label="Delete copy")
    await seen(world, page, sees)
    return page


async def test_copy_is_deleted_at_its_target_and_the_audit_says_by_whom(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    page = await asked(world)
    assert "Delete the copy of nightly on nas?" in text(shown(page))
    assert "**Left:** the backup itself, which the panel has" in text(shown(page))
    assert nas.files
    await world.admin.click(shown(page), label="Delete copy")
    await seen(world, page, "gone from nas")
    assert "Deleted by hand" in text(shown(page))
    assert not nas.files
    assert await acts(world, "backup.copy_remove") == [Outcome.DONE]
    assert await acts(world, "backup.copy_delete") == [Outcome.DONE]
    audit = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "deleted the copy of the backup `nightly` of **Survival** from `nas`" in audit
    await world.admin.click(shown(page), label="◀ Copies")
    assert "No good copy at the moment" in text(shown(page))
    await copied(world, "nightly")  # nothing is in the way of a new one


async def test_cancelled_prompt_deletes_nothing(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    page = await asked(world)
    await world.admin.click(shown(page), label="Cancel")
    assert "Nothing was changed" in text(shown(page))
    assert nas.files
    assert await acts(world, "backup.copy_remove") == []


@pytest.mark.sweep
async def test_prompt_says_when_nothing_else_is_left(world: World) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    assert "It is the only good backup of this server" in text(shown(await asked(world)))
    await made(world, "hourly")
    prompt = text(shown(await asked(world)))
    assert "The panel no longer has this backup.** 1 other good backup would be left." in prompt


async def test_prompt_says_which_other_copy_is_left(world: World) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly", "b2")
    await copied(world, "nightly")
    backup.deleted = True
    assert "**Left:** ☁️ copied to b2" in text(shown(await asked(world, "copied to nas")))


@pytest.mark.sweep
async def test_target_that_is_down_is_named_and_the_copy_is_deleted_once_it_is_back(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    nas.fails_at = lambda _: True
    card = text(shown(page := await deleted(world, sees="The copy of nightly is being deleted on nas")))
    assert "has a problem. Its file is still there." in card
    assert "Quetzal keeps trying, also after a restart." in card
    assert buttons(shown(page)) == ["◀ Copies"]
    assert await acts(world, "backup.copy_delete") == []
    await world.restart()
    nas.fails_at = lambda _: False
    await world.until(lambda: not nas.files, within_s=600)
    assert await acts(world, "backup.copy_delete") == [Outcome.DONE]
    assert "Deleted by hand" in text(shown(await opened(world)))


@pytest.mark.sweep
async def test_second_deletion_of_a_copy_is_refused(world: World) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    first, second = await asked(world), await asked(world)
    await world.admin.click(shown(first), label="Delete copy")
    await seen(world, first, "gone from nas")
    await world.admin.click(shown(second), label="Delete copy")
    await seen(world, second, "That copy is gone already, or is being deleted.")
    assert await acts(world, "backup.copy_remove") == [Outcome.FAILED, Outcome.DONE]


@pytest.mark.sweep
async def test_other_file_at_its_place_is_left_alone(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    [file] = nas.files
    file.write_bytes(b"somebody else's")
    assert "Another file is there by now; it was left alone." in text(shown(await deleted(world)))
    assert file.read_bytes() == b"somebody else's"


@pytest.mark.sweep
async def test_retention_goes_on_with_the_copies_that_are_left(world: World, nas: DirectoryTarget) -> None:
    for name in ("first", "second"):
        await made(world, name)
        await copied(world, name)
    await deleted(world, "second")
    for name in ("third", "fourth"):
        await made(world, name)
        await copied(world, name)
    await world.until(lambda: len(nas.files) == 2, within_s=600)
    assert not [file for file in nas.files if "first" in file.name]


async def test_operators_see_no_delete(world: World) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    listed = await world.operator.slash(world.channel, "backup list", server="Survival")
    await world.operator.click(shown(listed), label="Copies")
    await world.operator.click(shown(listed), label="Open")
    assert buttons(shown(listed)) == ["◀ Copies"]


@pytest.mark.sweep
async def test_deleted_copy_that_is_back_makes_room_like_any_other(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    await copied(world, "nightly")
    [file] = nas.files
    content = file.read_bytes()
    await deleted(world)
    file.write_bytes(content)
    await days_later(world, 1.5)
    assert await acts(world, "backup.copy_found") == [Outcome.DONE]
    for name in ("hourly", "weekly"):
        await made(world, name)
        await copied(world, name)
    await world.until(lambda: len(nas.files) == 2, within_s=600)
    await world.advance(5)
    audit = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "Quetzal (set up by" in next(line for line in audit.splitlines() if "deleted the copy" in line)
