"""Whatever is wrong with the file, a person reads a sentence about it, and nothing is lost."""

import ctypes
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.errors import SetupError
from bot.storage import Store, errors

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
ADD = "INSERT INTO audit VALUES (NULL, 0, 1, 2, 'main', NULL, 'test', ?, 'done', NULL)"


@contextmanager
def plain_rights() -> Iterator[None]:
    """Let this thread (and those it starts) obey file modes, also when the tests are run as root."""
    if os.geteuid() != 0:
        yield
        return

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    libc = ctypes.CDLL(None, use_errno=True)
    header = Header(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    assert libc.capget(ctypes.byref(header), sets) == 0
    before = sets[0]
    dac_override, dac_read_search = 1 << 1, 1 << 2
    sets[0] = before & ~(dac_override | dac_read_search)
    assert libc.capset(ctypes.byref(header), sets) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert libc.capset(ctypes.byref(header), sets) == 0


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


async def make(path: Path) -> bytes:
    """Make a store with some rows and return the file as it is after closing."""
    store = await Store.open(path, now=NOW)

    async def fill(conn: AsyncConnection) -> None:
        for _ in range(200):
            await conn.exec_driver_sql(ADD, ("x" * 1000,))

    await store.write(fill)
    await store.close()
    return path.read_bytes()


def damage(path: Path, content: bytes) -> bytes:
    """Overwrite pages near the end, where the rows are and the schema is not."""
    begin, end = len(content) - 40 * 4096, len(content) - 20 * 4096
    damaged = content[:begin] + b"\xff" * (end - begin) + content[end:]
    path.write_bytes(damaged)
    return damaged


async def test_the_directory_is_missing(tmp_path: Path) -> None:
    with pytest.raises(errors.DirectoryMissing, match="doesn't exist"):
        await Store.open(tmp_path / "nowhere" / "quetzal.db", now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["gone", "empty"])
async def test_a_store_that_vanished_is_not_replaced_by_an_empty_one(path: Path, how: str) -> None:
    await make(path)
    path.unlink()
    if how == "empty":
        path.touch()
    with pytest.raises(errors.StoreMissing, match="missing or empty"):
        await Store.open(path, now=NOW)
    assert [file.stat().st_size for file in path.parent.glob(path.name)] == ([] if how == "gone" else [0])


async def test_a_first_start_that_broke_off_does_not_stop_the_second(path: Path) -> None:
    path.with_name(path.name + ".lock").touch()
    path.touch()
    await (await Store.open(path, now=NOW)).close()


async def test_the_file_is_read_only(path: Path) -> None:
    before = await make(path)
    with mode(path, 0o400), plain_rights(), pytest.raises(errors.StoreReadOnly, match="isn't writable"):
        await Store.open(path, now=NOW)
    assert path.read_bytes() == before


async def test_the_directory_is_read_only(path: Path) -> None:
    with (
        mode(path.parent, 0o500),
        plain_rights(),
        pytest.raises(errors.StoreReadOnly, match="isn't writable"),
    ):
        await Store.open(path, now=NOW)
    await (await Store.open(path, now=NOW)).close()


async def test_no_copy_can_be_made_so_nothing_is_migrated(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / "versions" / "0001.sql").read_text())
        before = list(connection.iterdump())
    backups = path.parent / "backups"
    backups.mkdir()
    with mode(backups, 0o500), plain_rights(), pytest.raises(errors.StoreReadOnly, match="isn't writable"):
        await Store.open(path, now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


async def test_somebody_else_writes_for_too_long(store: Store, path: Path) -> None:
    await store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(errors.StoreBusy, match="too busy"):
            await store.write(lambda conn: conn.exec_driver_sql(ADD, ("",)))
        other.execute("ROLLBACK")
    await store.write(lambda conn: conn.exec_driver_sql(ADD, ("",)))


async def test_two_stores_in_one_process_are_one_too_many(store: Store, path: Path) -> None:
    with pytest.raises(errors.StoreTaken, match="Another running Quetzal"):
        await Store.open(path, now=NOW)


async def test_a_deleted_lock_file_lets_no_second_process_in(store: Store, path: Path) -> None:
    path.with_name(path.name + ".lock").unlink()
    with pytest.raises(errors.StoreTaken, match="Another running Quetzal"):
        await Store.open(path, now=NOW)
    await store.write(lambda conn: conn.exec_driver_sql(ADD, ("still ours",)))


@pytest.mark.parametrize("is_replaced", [False, True])
async def test_a_store_that_was_moved_away_takes_nothing_that_would_be_lost(
    store: Store, path: Path, is_replaced: bool
) -> None:
    """SQLite would go on writing into a file that nobody finds again."""
    await store.write(lambda conn: conn.exec_driver_sql(ADD, ("before",)))
    away = path.with_name("away.db")
    path.rename(away)
    if is_replaced:
        path.write_bytes(away.read_bytes())
    with pytest.raises(errors.StoreReplaced, match="deleted, moved or replaced") as caught:
        await store.write(lambda conn: conn.exec_driver_sql(ADD, ("lost",)))
    assert "Put the file back where it was." in caught.value.sentence
    with pytest.raises(errors.StoreReplaced):
        async with store.read():
            pass
    assert path.exists() == is_replaced
    away.replace(path)
    await store.write(lambda conn: conn.exec_driver_sql(ADD, ("after",)))
    async with store.read() as conn:
        assert (await conn.exec_driver_sql("SELECT count(*) FROM audit")).scalar_one() == 2


async def test_the_disk_fills_up_and_is_emptied_again(store: Store) -> None:
    # SQLite's own limit on pages gives the very error that a full disk gives.
    async def room(conn: AsyncConnection, more: int) -> None:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")

    async def much(conn: AsyncConnection) -> None:
        for _ in range(100):
            await conn.exec_driver_sql(ADD, ("x" * 1000,))

    async def count() -> object:
        async with store.read() as conn:
            return (await conn.exec_driver_sql("SELECT count(*) FROM audit")).scalar_one()

    await store.write(lambda conn: conn.exec_driver_sql(ADD, ("before",)))
    await store.write(lambda conn: room(conn, 4))
    with pytest.raises(errors.StoreFull, match="full") as caught:
        await store.write(much)
    assert "everything before it is safe" in caught.value.sentence
    assert await count() == 1
    await store.write(lambda conn: room(conn, 1000))
    await store.write(much)
    assert await count() == 101


@pytest.mark.parametrize(
    "content", [b"this is no database at all" * 100, b"SQLite format 3\0" + os.urandom(5000)]
)
async def test_the_file_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(errors.StoreCorrupt, match="damaged"):
        await Store.open(path, now=NOW)
    assert path.read_bytes() == content


async def test_a_damaged_page_is_reported_in_the_answer(path: Path) -> None:
    content = damage(path, await make(path))
    store = await Store.open(path, now=NOW)
    with pytest.raises(errors.StoreCorrupt, match="damaged"):
        async with store.read() as conn:
            await conn.exec_driver_sql("SELECT sum(length(facts)) FROM audit NOT INDEXED")
    await store.close()
    assert path.read_bytes()[4096:] == content[4096:]


async def test_a_damaged_old_store_is_neither_changed_nor_copied_over_good_copies(path: Path) -> None:
    damage(path, await make(path))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.execute("DROP TABLE member_keys")
    with pytest.raises(errors.StoreCorrupt, match="damaged"):
        await Store.open(path, now=NOW)
    assert not (path.parent / "backups").exists()


async def test_the_schema_is_newer_than_the_code(path: Path) -> None:
    await make(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(errors.StoreNewer, match="newer version"):
        await Store.open(path, now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (200,)


async def test_the_file_belongs_to_something_else(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (title)")
    with pytest.raises(errors.NotAStore, match="didn't create"):
        await Store.open(path, now=NOW)


async def test_a_store_that_did_not_open_lets_the_next_try(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(errors.StoreCorrupt):
        await Store.open(path, now=NOW)
    path.unlink()
    await (await Store.open(path, now=NOW)).close()


def test_every_fault_says_what_happened_what_state_things_are_in_and_what_to_do() -> None:
    leaves = [
        leaf for leaf in vars(errors).values() if isinstance(leaf, type) and issubclass(leaf, SetupError)
    ]
    assert len(leaves) > 10
    for leaf in leaves:
        fault = leaf(detail="/secret/path")
        assert all(part.endswith(".") for part in (fault.happened, fault.state, fault.next_step))
        assert "/secret/path" not in fault.sentence
