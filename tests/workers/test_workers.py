"""The pool of worker processes: bounded, replaced after a kill, gone when idle, closed at once.

Limits are CPU time and memory, which the kernel counts, so that nothing here depends on a quiet machine.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.domain import (
    archive_listing,
    config_references,
    edit_draft,
    file_changes,
    file_search,
)
from bot.ui.kit.text import code_pages
from bot.workers import Limits, WorkerPool
from bot.workers.errors import TooDeep, TooLarge, TooSlow, WorkerLost, WorkersBusy, WorkFailed
from bot.workers.pool import SIZE
from tests.workers import work

MIB = 1024 * 1024


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    made = WorkerPool(Clock(), limits=Limits(cpu_s=2.0, memory_bytes=128 * MIB))
    yield made
    await made.close()


@pytest.fixture
async def hasty_pool() -> AsyncIterator[WorkerPool]:
    """Give a pool whose work soon has used up its CPU time."""
    made = WorkerPool(Clock(), limits=Limits(cpu_s=0.2))
    yield made
    await made.close()


async def until(path: Path) -> None:
    while not await asyncio.to_thread(path.exists):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.01)


async def gone(number: int) -> bool:
    """Wait until a process has ended."""
    while True:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.01)


async def test_a_worker_starts_with_the_first_work_and_is_kept(pool: WorkerPool) -> None:
    assert pool.pids == []
    first = await pool.run(work.pid)
    assert first == await pool.run(work.pid) != os.getpid()
    assert pool.pids == [first]


async def test_work_over_its_cpu_time_is_killed_and_the_worker_replaced(hasty_pool: WorkerPool) -> None:
    first = await hasty_pool.run(work.pid)
    with pytest.raises(TooSlow, match="takes too long"):
        await hasty_pool.run(work.compute_forever)
    assert await hasty_pool.run(work.pid) != first
    assert await gone(first)


async def test_work_over_its_cpu_time_is_not_tried_again(hasty_pool: WorkerPool, tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    with pytest.raises(TooSlow):
        await hasty_pool.run(work.note_and_compute_forever, str(noted))
    assert noted.read_text() == "begun\n"


async def test_work_that_waits_is_killed_by_the_wall_clock() -> None:
    pool = WorkerPool(Clock(), limits=Limits(wall_s=0.05))
    with pytest.raises(TooSlow):
        await pool.run(time.sleep, 600)
    assert pool.pids == []
    await pool.close()


async def test_work_over_its_memory_is_refused_and_the_worker_replaced(pool: WorkerPool) -> None:
    first = await pool.run(work.pid)
    with pytest.raises(TooLarge, match="too much memory"):
        await pool.run(work.take_memory, 512)
    assert await pool.run(work.pid) != first


async def test_a_worker_that_has_grown_is_replaced_after_its_answer(pool: WorkerPool) -> None:
    first = await pool.run(work.pid)
    await pool.run(work.keep_memory, 100)
    assert await pool.run(work.pid) != first


async def test_a_result_over_the_limit_is_refused() -> None:
    pool = WorkerPool(Clock(), limits=Limits(result_bytes=1000))
    with pytest.raises(TooLarge):
        await pool.run(bytes, 2000)
    assert await pool.run(bytes, 10) == bytes(10)
    await pool.close()


async def test_recursion_without_end_is_refused_and_the_worker_kept(pool: WorkerPool) -> None:
    first = await pool.run(work.pid)
    with pytest.raises(TooDeep, match="nested too deeply"):
        await pool.run(work.nest, 0)
    assert await pool.run(work.pid) == first


async def test_a_crash_of_the_work_is_tried_once_more_then_raised(pool: WorkerPool) -> None:
    with pytest.raises(WorkerLost, match="ended unexpectedly"):
        await pool.run(work.exit_now)
    assert await pool.run(work.pid) > 0


async def test_a_worker_that_was_killed_from_outside_is_replaced(pool: WorkerPool) -> None:
    first = await pool.run(work.pid)
    os.kill(first, signal.SIGKILL)
    assert await pool.run(work.pid) != first


async def test_a_refusal_of_ours_arrives_as_it_was_raised(pool: WorkerPool) -> None:
    with pytest.raises(BadInput) as raised:
        await pool.run(work.refuse)
    error = raised.value
    assert (error.happened, error.next_step, error.detail) == ("No such key.", "Name another.", "for the log")


async def test_a_defect_says_where_it_is_and_nothing_of_the_content(pool: WorkerPool) -> None:
    with pytest.raises(WorkFailed, match=r"KeyError(.|\n)*in fail") as raised:
        await pool.run(work.fail, "a-password")
    assert "a-password" not in str(raised.value)


async def test_printed_output_does_not_mix_with_the_answers(pool: WorkerPool) -> None:
    assert await pool.run(work.print_noise) == "answer"
    assert await pool.run(work.print_noise) == "answer"


async def test_a_worker_has_none_of_the_bots_environment(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    assert not {name for name in await pool.run(work.environment) if "TOKEN" in name or "QUETZAL" in name}


async def test_no_more_run_at_once_than_the_pool_is_large(pool: WorkerPool, tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(SIZE)]
    tasks = [asyncio.create_task(pool.run(work.touch_and_wait, str(path))) for path in paths]
    await asyncio.gather(*map(until, paths))
    waiting = asyncio.create_task(pool.run(work.pid))
    await asyncio.sleep(0)
    assert len(pool.pids) == SIZE
    tasks[0].cancel()
    assert await waiting > 0
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_call_that_finds_no_free_worker_in_time_is_reported(tmp_path: Path) -> None:
    pool = WorkerPool(Clock(), size=1, limits=Limits(queue_s=0.05))
    holding = asyncio.create_task(pool.run(work.touch_and_wait, str(tmp_path / "held")))
    await until(tmp_path / "held")
    with pytest.raises(WorkersBusy):
        await pool.run(work.pid)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    await pool.close()


async def test_the_work_of_a_cancelled_caller_is_killed(pool: WorkerPool, tmp_path: Path) -> None:
    task = asyncio.create_task(pool.run(work.touch_and_wait, str(tmp_path / "begun")))
    await until(tmp_path / "begun")
    (number,) = pool.pids
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(number)
    assert pool.pids == []


async def test_a_caller_cancelled_while_its_worker_starts_leaves_no_process(pool: WorkerPool) -> None:
    task = asyncio.create_task(pool.run(work.pid))
    while not pool.pids and not task.done():
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await pool.close()
    assert pool.pids == []


async def test_closing_ends_work_under_way_and_takes_no_more(pool: WorkerPool, tmp_path: Path) -> None:
    task = asyncio.create_task(pool.run(work.touch_and_wait, str(tmp_path / "begun")))
    await until(tmp_path / "begun")
    (number,) = pool.pids
    await pool.close()
    assert await gone(number)
    with pytest.raises(WorkersBusy, match="stopping"):
        await task
    with pytest.raises(WorkersBusy, match="stopping"):
        await pool.run(work.pid)


async def test_short_linear_work_starts_no_process(pool: WorkerPool) -> None:
    assert await pool.run_linear(100, work.pid) == os.getpid()
    assert pool.pids == []
    assert await pool.run_linear(100_000, work.pid) != os.getpid()


async def test_what_reads_untrusted_content_imports_nothing_heavy(pool: WorkerPool) -> None:
    await pool.run(edit_draft.diff_contents, b"a", b"b")
    await pool.run(archive_listing.members, b"")
    await pool.run(file_changes.read_manifests, {}, guild_id=1, panel_id="main", server_uuid="")
    await pool.run(file_search.lines_with, b"a", "a", 1)
    await pool.run(config_references.place_in, "/a.yml", "a", config_references.needles("a", "b"))
    await pool.run(code_pages, "a", 10)
    heavy = {"discord", "pydantic", "aiohttp", "sqlalchemy", "matplotlib", "asyncio"}
    loaded = await pool.run(eval, "sorted(__import__('sys').modules)")
    assert not heavy & {*loaded}
    assert "bot.domain.edit_draft" in loaded
