"""Reads that are cancelled: no connection, and no thread of one, outlives the store."""

import asyncio
import gc
import logging
import threading
from collections.abc import Sequence
from contextvars import Context, ContextVar, copy_context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from bot.storage import Store


def _some(turns: Sequence[int]) -> list[ParameterSet]:
    return [
        pytest.param(each, marks=() if number % 4 == 3 else pytest.mark.sweep)
        for number, each in enumerate(turns)
    ]


async def _read(store: Store) -> None:
    async with store.read() as conn:
        await conn.exec_driver_sql("SELECT 1")
        await conn.exec_driver_sql("SELECT 2")


async def _open(path: Path) -> Store:
    return await Store.open(path, now=datetime.now(UTC))


async def _cancel(path: Path, turns: int) -> None:
    store = await _open(path)
    reads = [asyncio.create_task(_read(store)) for _ in range(3)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for read in reads:
        read.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    await store.close()


@pytest.mark.parametrize("turns", _some([*range(1, 12), 16, 24]))
def test_a_cancelled_read_is_over_when_the_store_is_closed(
    path: Path, turns: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = set(threading.enumerate())
    asyncio.run(_cancel(path, turns))  # a thread that still answers finds this loop closed, which is an error
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), thread
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_who_is_cancelled_takes_no_connection_from_the_others(store: Store) -> None:
    for turns in range(1, 12):
        read = asyncio.create_task(_read(store))
        for _ in range(turns):
            await asyncio.sleep(0)
        read.cancel()
        await asyncio.gather(read, return_exceptions=True)
    await asyncio.gather(*(_read(store) for _ in range(8)))


@pytest.mark.parametrize("turns", _some(range(1, 16)))
async def test_a_connection_is_given_back_when_all_work_of_a_command_is_cancelled(
    store: Store, turns: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    of_command = ContextVar("of_command", default=False)
    work: list[asyncio.Task[Any]] = []
    callbacks: list[asyncio.Handle] = []
    call_soon = loop.call_soon

    def noted(
        loop: asyncio.AbstractEventLoop,
        coroutine: Any,  # noqa: ANN401 - as asyncio has it
        **options: Any,
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coroutine, loop=loop, **options)
        if of_command.get():
            work.append(task)
        return task

    def soon(callback: Any, *args: Any, context: Context | None = None) -> asyncio.Handle:  # noqa: ANN401 - as asyncio has it
        handle = call_soon(callback, *args, context=context)
        is_step = isinstance(getattr(callback, "__self__", None), asyncio.Task)
        if not is_step and context is not None and context.get(of_command):
            callbacks.append(handle)
        return handle

    loop.set_task_factory(noted)
    monkeypatch.setattr(loop, "call_soon", soon)
    command = copy_context()
    command.run(of_command.set, True)
    command.run(lambda: [asyncio.create_task(_read(store)) for _ in range(3)])
    for _ in range(turns):
        await asyncio.sleep(0)
    while any(not task.done() for task in work):  # as the simulator does when the bot stops
        for task in work:
            task.cancel()
        for callback in callbacks:
            callback.cancel()
        await asyncio.sleep(0)
    async with asyncio.timeout(30):  # it waits forever for what it does not know to have ended
        await store.close()

    gc.collect()  # what was not given back is found by it, and logged
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
