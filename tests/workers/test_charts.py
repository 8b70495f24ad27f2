"""The chart worker: one process, replaced when it dies, gone when nobody asks, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typing_extensions import override

from bot.core.clock import Clock
from bot.workers import Limits
from bot.workers.charts import IDLE_S, Charts
from tests.workers import drawings


class Moved(Clock):
    """A clock whose sleepers wake when it is moved."""

    def __init__(self) -> None:
        self.at = 0.0
        self._moved = asyncio.Event()
        super().__init__(monotonic=lambda: self.at)

    @override
    async def sleep(self, seconds: float) -> None:
        due = self.at + seconds
        while self.at < due:
            await self._moved.wait()

    async def move(self, seconds: float) -> None:
        self.at += seconds
        self._moved.set()
        self._moved.clear()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
async def charts(clock: Moved) -> AsyncIterator[Charts]:
    made = Charts(clock)
    yield made
    await made.close()


async def gone(number: int) -> bool:
    """Wait a moment for a process to end; its parent may not have taken note of it yet."""
    for _ in range(100):
        try:
            if ") Z" in Path(f"/proc/{number}/stat").read_text(encoding="ascii"):
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_it_starts_with_the_first_chart_and_stays_the_same(charts: Charts) -> None:
    assert charts.pids == []
    first = await charts.draw(drawings.pid)
    assert first == await charts.draw(drawings.pid) != drawings.pid()
    assert charts.pids == [int(first or b"0")]


async def test_a_drawing_that_fails_leaves_the_worker_and_gives_nothing(charts: Charts) -> None:
    first = await charts.draw(drawings.pid)
    assert await charts.draw(drawings.fail) is None
    assert await charts.draw(drawings.pid) == first


async def test_a_worker_that_was_killed_is_replaced_and_the_chart_comes(charts: Charts) -> None:
    first = int(await charts.draw(drawings.pid) or b"0")
    os.kill(first, signal.SIGKILL)
    assert int(await charts.draw(drawings.pid) or b"0") not in {0, first}


@pytest.mark.sweep
async def test_killed_in_the_middle_the_chart_still_comes(charts: Charts) -> None:
    first = int(await charts.draw(drawings.pid) or b"0")
    drawing = asyncio.create_task(charts.draw(drawings.slow_pid))
    await asyncio.sleep(0.2)
    os.kill(first, signal.SIGKILL)
    assert int(await drawing or b"0") not in {0, first}


async def test_a_drawing_that_kills_every_worker_gives_nothing_and_harms_no_other(charts: Charts) -> None:
    assert await charts.draw(drawings.kill_myself) is None
    assert await charts.draw(drawings.pid) is not None


@pytest.mark.sweep
async def test_a_worker_that_hangs_is_ended(clock: Moved) -> None:
    charts = Charts(clock, Limits(wall_s=2.0, memory_bytes=None))
    first = int(await charts.draw(drawings.pid) or b"0")
    assert await charts.draw(drawings.hang) is None
    assert await gone(first)
    await charts.close()


async def test_it_ends_after_five_idle_minutes_counted_from_the_last_chart(
    charts: Charts, clock: Moved
) -> None:
    first = int(await charts.draw(drawings.pid) or b"0")
    await clock.move(IDLE_S - 1)
    assert int(await charts.draw(drawings.pid) or b"0") == first
    await clock.move(IDLE_S - 1)
    assert charts.pids == [first]
    await clock.move(1)
    assert charts.pids == []
    assert await gone(first)


@pytest.mark.sweep
async def test_a_chart_that_is_asked_for_while_it_ends_comes_from_the_next_one(
    charts: Charts, clock: Moved
) -> None:
    first = int(await charts.draw(drawings.pid) or b"0")
    clock.at += IDLE_S  # its time is over, and nobody has looked at the clock yet
    drawing = asyncio.create_task(charts.draw(drawings.slow_pid))
    await clock.move(0)
    assert int(await drawing or b"0") == first  # it was asked for first
    moving = asyncio.create_task(clock.move(IDLE_S))
    second = int(await charts.draw(drawings.pid) or b"0")
    await moving
    assert second
    assert int(await charts.draw(drawings.pid) or b"0")


@pytest.mark.sweep
async def test_it_does_not_end_in_the_middle_of_a_chart(charts: Charts, clock: Moved) -> None:
    await charts.draw(drawings.pid)
    drawing = asyncio.create_task(charts.draw(drawings.slow_pid))
    await asyncio.sleep(0.1)
    await clock.move(IDLE_S + 1)
    assert await drawing is not None


def test_it_does_not_outlive_a_bot_that_was_killed() -> None:
    code = (
        "import asyncio, os, sys\n"
        "from bot.core.clock import Clock\n"
        "from bot.workers.charts import Charts\n"
        "from tests.workers.drawings import pid\n"
        "async def main():\n"
        "    charts = Charts(Clock())\n"
        "    print((await charts.draw(pid)).decode(), flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert asyncio.run(gone(int(done.stdout)))
