"""The demo begins with a month behind it: gaps, restarts, daily waves, and a server without history."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.observation import ServerKey
from bot.storage import Store
from bot.storage.repositories import metrics
from demo.seed_history import write_past
from sandbox import ManualClock, Sandbox, demo_world


@pytest.mark.sweep
async def test_every_server_that_can_be_measured_has_a_believable_month(tmp_path: Path) -> None:
    async with Sandbox(clock=ManualClock()) as sandbox:
        servers = {server.name: server for server in demo_world(sandbox)}
        now = sandbox.clock.now()
        store = await Store.open(tmp_path / "store.db", now=now)
        began = time.process_time()
        await write_past(store, sandbox, "main", now)
        assert time.process_time() - began < 5  # it takes well under a second of an idle core

        async def read(name: str, span: timedelta) -> metrics.History:
            async with store.read() as conn:
                return await metrics.read(conn, ServerKey("main", servers[name].uuid), now - span, now)

        day, month = timedelta(days=1), timedelta(days=30)
        assert [name for name in servers if not (await read(name, month)).points] == ["Minigames"]
        survival = await read("Survival", day)
        busy = {point.at // 3600 % 24: point.cpu.mean for point in survival.points}
        assert busy[20] > 1.5 * busy[8]
        assert 270 <= len(survival.points) < 288  # the bot was away for an update
        whole = await read("Survival", month)
        assert 705 <= len(whole.points) < 720  # and once for a night
        assert sum(point.restarts for point in whole.points) in range(5, 12)
        assert whole.points[0].disk.mean < whole.points[-1].disk.mean
        modded = await read("Modded", day)
        assert max(point.memory.high for point in modded.points) > 0.95 * 6 * 1024**3
        assert sum(point.restarts for point in modded.points) in {3, 4}
        assert {point.running for point in (await read("Old World", month)).points} == {0}
        assert any(point.offline for point in (await read("Creative", day)).points)
        await store.close()
