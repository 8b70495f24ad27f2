"""A backup whose node was away in the middle, as the watch knows."""

from pathlib import Path

import pytest

from sandbox.backups import Wish, begin
from tests.support.backups import made, room, run, seen
from tests.support.messages import text
from tests.support.world import new_world, shown


@pytest.mark.sweep
@pytest.mark.shows("lost")
async def test_a_node_that_the_watch_saw_away_ends_the_wait_for_its_backup(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True) as world:
        room(world)
        await made(world, "good")
        begin(world.sandbox.world, world.survival, Wish("lost"))
        for down in (True, False, True):  # what runs on a node ends at its next start
            world.sandbox.node_down(down=down)
        (watch,) = world.services.monitors

        def nodes_down() -> bool:
            source = watch.status.source
            return source is not None and bool(source.nodes_down)

        await world.until(nodes_down, within_s=600, step_s=10)
        world.sandbox.node_down(down=False)
        await world.until(lambda: not nodes_down(), within_s=600, step_s=10)
        refused = await run(world, "restore", backup="good")
        assert "is running at the moment" in text(shown(refused))  # it may have been out of reach only
        await world.advance(900)
        assert "stuck" in text(shown(await run(world, "list")))
        asked = await run(world, "restore", backup="good")
        await world.admin.click(shown(asked), label="Restore")
        await seen(world, asked, "Survival is restored")
