"""Reads that are cancelled: no connection, and no thread of one, outlives the store."""

import asyncio
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import Store


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


@pytest.mark.parametrize("turns", [*range(1, 12), 16, 24])
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
