"""Copies of backups that are gone from their target, and those that are back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import Outcome
from tests.support.backups import acts, copied, days_later, made, run
from tests.support.copies import DirectoryTarget, world_with_targets
from tests.support.messages import text
from tests.support.world import World, shown

pytestmark = pytest.mark.sweep


@pytest.fixture
async def world(tmp_path: Path, nas: DirectoryTarget) -> AsyncIterator[World]:
    async with world_with_targets(tmp_path / "data", nas) as world:
        yield world


async def has_good_copy(world: World) -> bool:
    """Whether the copy counts as a good backup."""
    return "1 good copy" in text(shown(await run(world, "analytics")))


async def test_copy_at_a_place_that_is_missing_is_not_taken_for_gone(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    away = nas.root.rename(nas.root.with_name("not mounted"))
    await days_later(world, 1.5)
    assert await has_good_copy(world)
    await days_later(world, 6)
    assert not await has_good_copy(world)
    opened = await run(world, "list")
    await world.admin.click(shown(opened), label="Copies")
    assert "⚠️ on nas, but not seen there since" in text(shown(opened))
    away.rename(nas.root)
    await days_later(world, 0)
    assert await has_good_copy(world)
    assert await acts(world, "backup.copy_found") == []


async def test_copy_that_is_back_is_read_back_and_counts_again(world: World, nas: DirectoryTarget) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    [file] = nas.files
    away = file.rename(nas.root / "elsewhere")
    await days_later(world, 1.5)
    await days_later(world, 1.5)
    assert not await has_good_copy(world)
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Copies")
    await world.admin.click(shown(listed), label="Open")
    assert "Quetzal looks for it once a day" in text(shown(listed))

    away.rename(file)
    reads = nas.calls.count("read")
    await days_later(world, 0.5)
    assert not await has_good_copy(world)  # it was looked for half a day ago
    await days_later(world, 0.6)
    assert await has_good_copy(world)
    assert nas.calls.count("read") == reads + 1
    assert await acts(world, "backup.copy_found") == [Outcome.DONE]
    card = text(shown(await world.admin.slash(world.channel, "quetzal audit")))
    assert "found the copy of the backup `nightly` of **Survival** on `nas` again" in card
    await days_later(world, 1.5)
    assert await acts(world, "backup.copy_found") == [Outcome.DONE]


async def test_other_content_of_the_same_size_does_not_count_and_is_read_once(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    [file] = nas.files
    size = file.stat().st_size
    file.unlink()
    await days_later(world, 1.5)
    file.write_bytes(b"x" * size)
    reads = nas.calls.count("read")
    for _ in range(3):
        await days_later(world, 1.5)
    assert nas.calls.count("read") == reads + 1
    assert not await has_good_copy(world)
    assert file.read_bytes() == b"x" * size
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Copies")
    assert "no longer on nas: A file of its size is there by now, with other content." in text(shown(listed))
    assert await acts(world, "backup.copy_found") == []


async def test_copy_that_vanishes_while_it_is_read_back_is_looked_for_again(
    world: World, nas: DirectoryTarget
) -> None:
    def vanish(call: str) -> None:
        if call == "read":
            file.rename(away)

    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    [file] = nas.files
    away = file.rename(nas.root / "elsewhere")
    await days_later(world, 1.5)
    away.rename(file)
    nas.before = vanish
    await days_later(world, 1.5)
    assert not await has_good_copy(world)
    nas.before = lambda _: None
    away.rename(file)
    await days_later(world, 1.5)
    assert await has_good_copy(world)


async def test_copy_that_cannot_be_read_back_is_tried_again_a_day_later(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    [file] = nas.files
    away = file.rename(nas.root / "elsewhere")
    await days_later(world, 1.5)
    away.rename(file)
    nas.fails_at = lambda call: call == "read"
    await days_later(world, 1.5)
    reads = nas.calls.count("read")
    nas.fails_at = lambda _: False
    await days_later(world, 0)
    assert nas.calls.count("read") == reads
    await days_later(world, 1.5)
    assert await has_good_copy(world)


async def test_copy_that_is_back_pushes_out_no_newer_one(world: World, nas: DirectoryTarget) -> None:
    for name in ("first", "second"):
        await made(world, name)
        await copied(world, name)
    first = next(file for file in nas.files if "first" in file.name)
    away = first.rename(nas.root / "elsewhere")
    await days_later(world, 1.5)
    await made(world, "third")
    await copied(world, "third")
    away.rename(first)
    await days_later(world, 1.5)
    assert await acts(world, "backup.copy_found") == [Outcome.DONE]
    await world.advance(120)
    assert len(nas.files) == 3  # nothing is deleted because it is back
    await made(world, "fourth")
    await copied(world, "fourth")
    await world.until(lambda: len(nas.files) == 2, within_s=600)
    assert sorted(any(name in file.name for name in ("third", "fourth")) for file in nas.files) == [
        True,
        True,
    ]


async def test_copy_counts_as_a_good_backup_until_it_is_gone_from_its_target(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    assert await has_good_copy(world)
    health = await world.admin.slash(world.channel, "server health", server="Survival")
    assert "⚠️ Last backup" not in text(shown(health))

    nas.files[0].unlink()
    await days_later(world, 1.5)
    assert "No good backup yet" in text(shown(await run(world, "analytics")))
    health = await world.admin.slash(world.channel, "server health", server="Survival")
    assert "⚠️ Last backup" in text(shown(health))
    listed = await run(world, "list")
    await world.admin.click(shown(listed), label="Copies")
    assert "no longer on nas: Its file is missing there." in text(shown(listed))


async def test_copy_whose_target_is_not_seen_for_a_week_no_longer_counts(
    world: World, nas: DirectoryTarget
) -> None:
    backup = await made(world, "nightly")
    await copied(world, "nightly")
    backup.deleted = True
    nas.fails_at = lambda _: True
    await days_later(world, 7.5)
    assert "No good backup yet" in text(shown(await run(world, "analytics")))
    nas.fails_at = lambda _: False
    await days_later(world, 0)
    assert await has_good_copy(world)
