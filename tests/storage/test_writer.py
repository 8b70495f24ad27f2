"""One task writes: whole changes, in order, whoever stops waiting."""

import asyncio
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import Store
from bot.storage.errors import StoreClosed, StoreTaken
from tests.support.stores import place_store

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
ADD = "INSERT INTO member_keys VALUES ('main', ?, x'00', ?, 0)"


async def add(conn: AsyncConnection, user_id: int, note: str = "") -> None:
    await conn.exec_driver_sql(ADD, (user_id, note))


async def users(store: Store) -> list[int]:
    async with store.read() as conn:
        return list((await conn.exec_driver_sql("SELECT user_id FROM member_keys ORDER BY rowid")).scalars())


async def test_what_was_written_is_read_also_after_a_restart(path: Path) -> None:
    for expected in ([1], [1, 2]):
        store = await Store.open(path, now=NOW)
        await store.write(partial(add, user_id=expected[-1]))
        assert await users(store) == expected
        await store.close()


async def test_the_file_is_as_careful_as_promised(store: Store, path: Path) -> None:
    async def pragmas(conn: AsyncConnection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: (await conn.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in names}

    full = 2
    assert await store.write(pragmas) == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
    assert path.stat().st_mode & 0o077 == 0


async def test_a_change_that_fails_is_taken_back_whole_and_the_next_one_works(store: Store) -> None:
    async def half(conn: AsyncConnection) -> None:
        await add(conn, 1)
        await conn.exec_driver_sql("CREATE TABLE half (x)")
        await add(conn, 1)

    with pytest.raises(IntegrityError):
        await store.write(half)
    assert await users(store) == []
    async with store.read() as conn:
        assert (await conn.exec_driver_sql("SELECT * FROM sqlite_master WHERE name = 'half'")).first() is None
    await store.write(lambda conn: add(conn, 2))
    assert await users(store) == [2]


async def test_an_error_holds_no_parameter(store: Store) -> None:
    await store.write(lambda conn: add(conn, 1))
    with pytest.raises(IntegrityError) as caught:
        await store.write(lambda conn: add(conn, 1, "canary-secret"))
    assert "canary-secret" not in str(caught.value) + repr(caught.value)


async def test_a_reader_sees_one_moment_and_cannot_write(store: Store) -> None:
    count = "SELECT count(*) FROM member_keys"
    async with store.read() as conn:
        assert (await conn.exec_driver_sql(count)).scalar_one() == 0
        await store.write(lambda writer: add(writer, 1))
        assert (await conn.exec_driver_sql(count)).scalar_one() == 0
    assert await users(store) == [1]
    with pytest.raises(Exception, match="isn't writable"):
        async with store.read() as conn:
            await add(conn, 2)


@pytest.mark.sweep
async def test_two_hundred_writers_some_cancelled_while_readers_read(store: Store) -> None:
    handed_over: list[int] = []

    async def change(number: int) -> None:
        async def pair(conn: AsyncConnection) -> None:
            await add(conn, 2 * number)
            await add(conn, 2 * number + 1)

        handed_over.extend((2 * number, 2 * number + 1))
        await store.write(pair)

    async def watch() -> int:
        looks = 0
        seen: list[int] = []
        while len(seen) < 400:
            now = await users(store)
            assert len(now) % 2 == 0
            assert now[: len(seen)] == seen
            seen, looks = now, looks + 1
        return looks

    readers = [asyncio.create_task(watch()) for _ in range(6)]
    writers = [asyncio.create_task(change(number)) for number in range(200)]
    await asyncio.sleep(0)
    for turn, task in enumerate(writers[::3]):
        task.cancel()
        if turn % 4 == 0:
            await users(store)
    results = await asyncio.gather(*writers, return_exceptions=True)
    looks = await asyncio.gather(*readers)

    assert sum(isinstance(result, asyncio.CancelledError) for result in results) > 0
    assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)
    assert min(looks) > 1
    assert await users(store) == handed_over


async def test_a_cancelled_writer_is_finished_in_its_middle(store: Store) -> None:
    in_the_middle, go_on = asyncio.Event(), asyncio.Event()

    async def slow(conn: AsyncConnection) -> None:
        await add(conn, 1)
        in_the_middle.set()
        await go_on.wait()
        await add(conn, 2)

    task = asyncio.create_task(store.write(slow))
    await in_the_middle.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await users(store) == []
    go_on.set()
    await store.write(lambda conn: add(conn, 3))
    assert await users(store) == [1, 2, 3]


async def test_a_cancelled_reader_gives_its_connection_back(store: Store) -> None:
    reading = asyncio.Event()

    async def read_for_ever() -> None:
        async with store.read() as conn:
            await conn.exec_driver_sql("SELECT 1")
            reading.set()
            await asyncio.Event().wait()

    for _ in range(10):
        reading.clear()
        task = asyncio.create_task(read_for_ever())
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await users(store) == []


async def test_a_failure_without_a_waiting_caller_is_logged(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    go_on = asyncio.Event()

    async def fail(conn: AsyncConnection) -> None:
        await go_on.wait()
        await add(conn, 1)
        await add(conn, 1)

    task = asyncio.create_task(store.write(fail))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    with caplog.at_level(logging.ERROR, "bot.storage"):
        await store.write(lambda conn: add(conn, 2))
    assert "whose caller was cancelled could not be stored" in caplog.text
    assert await users(store) == [2]


async def test_closing_finishes_what_was_handed_over_and_takes_no_more(path: Path) -> None:
    store = await Store.open(path, now=NOW)
    tasks = [asyncio.create_task(store.write(partial(add, user_id=user))) for user in range(20)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)
    with pytest.raises(StoreClosed):
        await store.write(lambda conn: add(conn, 99))
    with pytest.raises(StoreClosed):
        await users(store)
    await store.close()

    store = await Store.open(path, now=NOW)
    assert await users(store) == list(range(20))
    await store.close()


async def test_a_writer_stopped_by_force_leaves_no_caller_waiting(store: Store, path: Path) -> None:
    in_the_middle = asyncio.Event()

    async def endless(conn: AsyncConnection) -> None:
        await add(conn, 1)
        in_the_middle.set()
        await asyncio.Event().wait()

    waiting = [asyncio.create_task(store.write(endless)) for _ in range(3)]
    await in_the_middle.wait()
    store._writer._task.cancel()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(result, StoreClosed)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM member_keys").fetchall() == []


async def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(store: Store) -> None:
    async def nested(_conn: AsyncConnection) -> None:
        await store.write(lambda conn: add(conn, 1))

    with pytest.raises(RuntimeError, match="wait for itself"):
        await store.write(nested)


CHILD = """
import asyncio, datetime, sys
from pathlib import Path
from bot.storage import Store

async def main():
    store = await Store.open(Path(sys.argv[1]), now=datetime.datetime.now(datetime.UTC))
    add = "INSERT INTO member_keys VALUES ('main', ?, x'00', '', 0)"
    await store.write(lambda conn: conn.exec_driver_sql(add, (1,)))

    async def half(conn):
        await conn.exec_driver_sql(add, (2,))
        print("in the middle", flush=True)
        await asyncio.Event().wait()

    await store.write(half)

asyncio.run(main())
"""


async def test_another_process_is_refused_until_the_owner_dies_in_the_middle_of_a_change(path: Path) -> None:
    await place_store(path.parent)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(path), stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"in the middle\n"
    with pytest.raises(StoreTaken, match="Another running Quetzal"):
        await Store.open(path, now=NOW)
    process.kill()
    await process.wait()

    store = await Store.open(path, now=NOW)
    assert await users(store) == [1]
    await store.close()


async def test_a_transaction_without_statements_leaves_nothing_behind(store: Store) -> None:
    async def nothing(_: AsyncConnection) -> None: ...

    async with store.read():
        pass
    await store.write(nothing)
    await store.write(partial(add, user_id=1))
    assert await users(store) == [1]


async def test_a_reader_cancelled_within_a_statement_gives_its_moment_up(store: Store) -> None:
    for user_id in range(12):  # more often than there are readers
        reading = asyncio.create_task(users(store))
        for _ in range(user_id % 4):
            await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait({reading})
        await store.write(partial(add, user_id=user_id))
        assert await users(store) == [*range(user_id + 1)]
