"""Each target keeps so many copies of backups; the oldest make room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import Outcome
from tests.support.backups import acts, copied, made
from tests.support.copies import DirectoryTarget, world_with_targets
from tests.support.world import World


@pytest.fixture
async def world(tmp_path: Path, nas: DirectoryTarget) -> AsyncIterator[World]:
    async with world_with_targets(tmp_path / "data", nas) as world:
        yield world


async def test_only_so_many_copies_are_kept_and_nothing_else_is_touched(
    world: World, nas: DirectoryTarget
) -> None:
    foreign = nas.root / "main" / "mine.tar.gz"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"not Quetzal's")
    for name in ("first", "second", "third"):
        await made(world, name)
        await copied(world, name)
    await world.until(lambda: len(nas.files) == 3)
    assert foreign.exists()
    assert not [file for file in nas.files if "first" in file.name]
    assert await acts(world, "backup.copy_delete") == [Outcome.DONE]


@pytest.mark.sweep
async def test_copy_that_cannot_be_deleted_for_hours_is_one_act(world: World, nas: DirectoryTarget) -> None:
    nas.fails_at = lambda call: call == "delete"
    for name in ("first", "second", "third"):
        await made(world, name)
        await copied(world, name)
    await world.until(lambda: nas.calls.count("delete") > 3, within_s=600)
    assert await acts(world, "backup.copy_delete") == []
    nas.fails_at = lambda _: False
    await world.until(lambda: len(nas.files) == 2, within_s=600)
    assert await acts(world, "backup.copy_delete") == [Outcome.DONE]


@pytest.mark.sweep
async def test_copy_of_an_old_backup_does_not_push_out_that_of_the_newest(
    world: World, nas: DirectoryTarget
) -> None:
    for name in ("first", "second", "third"):
        await made(world, name)
    await copied(world, "third")
    await copied(world, "second")
    await copied(world, "first")
    await world.until(lambda: len(nas.files) == 2)
    assert sorted("third" in file.name for file in nas.files) == [False, True]
    assert any("first" in file.name for file in nas.files)


@pytest.mark.sweep
async def test_old_copy_is_deleted_once_its_target_is_back_and_audited_once(
    world: World, nas: DirectoryTarget
) -> None:
    for name in ("first", "second", "third"):
        await made(world, name)
        if name == "third":  # it goes down once the third copy has been read back
            nas.fails_at = lambda call: nas.calls.count("read") == 3 and call != "read"
        await copied(world, name)
    await world.advance(120)
    assert len(nas.files) == 3
    assert await acts(world, "backup.copy_delete") == []
    nas.fails_at = lambda _: False
    await world.until(lambda: len(nas.files) == 2, within_s=600)
    assert await acts(world, "backup.copy_delete") == [Outcome.DONE]
