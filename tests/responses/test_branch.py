"""What is played in a branch has happened there alone."""

import os
from pathlib import Path

import pytest

from bot.domain.audit import AuditFilter
from bot.storage.repositories import audit
from demo.harness import GUILD_ID
from sandbox.node.volumes import disk_of
from tests.responses.branch import BranchFailed, in_branch
from tests.support.disk import content, furnished
from tests.support.messages import text
from tests.support.world import World, shown

_FILE = "/server.properties"


async def _acts(world: World) -> int:
    async with world.services.store.read() as conn:
        return await audit.count(conn, AuditFilter(GUILD_ID))


async def _deleted(world: World) -> tuple[int, str, float]:
    """Delete a file, and let time pass."""
    asked = await world.admin.slash(world.channel, "files delete", path=_FILE, server="Survival")
    pressed = await world.admin.click(shown(asked), label="Delete")
    assert content(disk_of(world.survival), _FILE) is None
    await world.advance(30)
    return await _acts(world), text(shown(pressed)), world.services.clock.monotonic()


async def test_a_branch_changes_files_store_panel_and_time_for_itself_alone(
    world: World, tmp_path: Path
) -> None:
    furnished(disk_of(world.survival))
    directories = tmp_path, Path(world.sandbox.world._files.name)

    async def play() -> tuple[int, str, float]:
        return await _deleted(world)

    before = content(disk_of(world.survival), _FILE), len(world.sandbox.requests), await _acts(world)
    moment = world.services.clock.monotonic()
    first = await in_branch(play, *directories)
    again = await in_branch(play, *directories)
    after = content(disk_of(world.survival), _FILE), len(world.sandbox.requests), await _acts(world)
    assert first == again
    assert after == before
    assert world.services.clock.monotonic() == moment
    assert await play() == first


async def test_what_a_branch_raises_is_raised_here() -> None:
    async def play() -> None:
        raise LookupError("this one")

    with pytest.raises(BranchFailed, match="LookupError: this one"):
        await in_branch(play)


async def test_a_branch_that_dies_is_reported() -> None:
    async def play() -> None:
        os._exit(3)

    with pytest.raises(BranchFailed, match="ended with 3"):
        await in_branch(play)


async def test_a_branch_has_workers_and_ends_them(world: World, tmp_path: Path) -> None:
    async def play() -> list[int]:
        return await world.services.workers.run(sorted, [3, 1, 2])

    async def play_and_stop() -> list[int]:
        done = await play()
        await world.stop()
        return done

    assert await in_branch(play_and_stop, tmp_path) == [1, 2, 3]
    assert await play() == [1, 2, 3]
    assert await in_branch(play_and_stop, tmp_path) == [1, 2, 3]
    assert await in_branch(play_and_stop, tmp_path) == [1, 2, 3]
    assert await play() == [1, 2, 3]
