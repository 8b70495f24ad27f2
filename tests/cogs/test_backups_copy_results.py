"""How the end of a copy is shown to people who no longer wait for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ui.kit.command_tree import end_unfinished
from tests.support.backups import made, seen
from tests.support.copies import DirectoryTarget, stuck_copy, world_with_targets
from tests.support.messages import text
from tests.support.world import World, shown


@pytest.fixture
async def world(tmp_path: Path, nas: DirectoryTarget) -> AsyncIterator[World]:
    async with world_with_targets(tmp_path / "data", nas) as world:
        yield world


@pytest.mark.sweep
async def test_copy_has_failed_two_hours_after_the_last_part(world: World, nas: DirectoryTarget) -> None:
    await made(world, "nightly")
    await stuck_copy(world, nas)
    await world.until(lambda: world.channel.last_message is not None, within_s=3 * 3600, step_s=600)
    posted = world.channel.last_message
    assert posted is not None
    late = await world.admin.click(posted, label="Show")
    assert "wasn't copied to nas" in text(shown(late))


@pytest.mark.sweep
async def test_stop_of_the_bot_says_nothing_of_a_copy_that_goes_on(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    asked = await stuck_copy(world, nas)
    await end_unfinished(world.bot, 1.0)
    await world.env.settle()
    assert "Quetzal was stopped" not in text(shown(asked))
    assert "after Quetzal restarts" in text(shown(asked))


@pytest.mark.sweep
async def test_end_after_a_restart_is_posted_without_content_and_shown_to_who_may_see_it(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    await stuck_copy(world, nas)
    await world.restart()
    nas.fails_at = lambda _: False
    await world.until(lambda: world.channel.last_message is not None)
    posted = world.channel.last_message
    assert posted is not None
    assert "was made and checked" in text(posted)
    assert "nightly" not in text(posted)
    assert "You need manager access" in text(shown(await world.operator.click(posted, label="Show")))
    assert "is copied to nas" in text(shown(await world.admin.click(posted, label="Show")))
    await world.advance(60)
    assert world.channel.last_message == posted


async def test_failure_after_a_restart_is_posted_and_can_be_retried(
    world: World, nas: DirectoryTarget
) -> None:
    await made(world, "nightly")
    await stuck_copy(world, nas)
    await world.restart()
    nas.fails_at, nas.refuses_at = lambda _: False, lambda call: call == "put_part 3"
    await world.until(lambda: world.channel.last_message is not None)
    posted = world.channel.last_message
    assert posted is not None
    assert "Press Show to see why" in text(posted)
    opened = await world.admin.click(posted, label="Show")
    assert "wasn't copied to nas" in text(shown(opened))
    nas.refuses_at = lambda _: False
    await world.admin.click(shown(opened), label="Retry")
    await seen(world, opened, "is copied to nas")
