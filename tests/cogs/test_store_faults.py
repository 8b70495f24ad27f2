"""Whatever is wrong with the store, the person reads it in the answer, and nothing is done unwritten."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing

import pytest

from bot.domain.levels import Actor
from bot.storage.errors import StoreFull
from tests.support.console import run_command
from tests.support.messages import text
from tests.support.store_faults import locked, pragma
from tests.support.world import GUILD_ID, World, shown

Fault = Callable[[World], AbstractAsyncContextManager[None]]


def sent(world: World) -> list[str]:
    return [entry.path for entry in world.sandbox.requests if entry.path.endswith("/command")]


@asynccontextmanager
async def full_disk(world: World) -> AsyncIterator[None]:
    # SQLite's own limit on pages gives the very error that a full disk gives.
    before = await pragma(world, "max_page_count", 1)
    for size in (1_000, 0):  # what is left after the last big row takes small ones
        with pytest.raises(StoreFull):
            while True:
                await world.services.audit.note(Actor(1, "Filler", 1), "fill", {"with": "x" * size})
    yield
    await pragma(world, "max_page_count", before)


@asynccontextmanager
async def read_only(world: World) -> AsyncIterator[None]:
    await pragma(world, "query_only", "ON")
    yield
    await pragma(world, "query_only", "OFF")


@asynccontextmanager
async def moved_away(world: World) -> AsyncIterator[None]:
    path = world.services.settings.data_dir / "quetzal.db"
    away = path.rename(path.with_name("away.db"))
    yield
    away.rename(path)


async def fill(world: World, count: int) -> None:
    for number in range(count):
        await world.services.audit.note(
            Actor(world.admin.id, "Ada", GUILD_ID), "access.granted", {"n": number}
        )


@pytest.mark.parametrize(
    ("fault", "words"),
    [(full_disk, "is full"), (read_only, "isn't writable"), (locked, "too busy to answer")],
    ids=["full", "read-only", "locked"],
)
async def test_what_cannot_be_written_down_is_not_done(world: World, fault: Fault, words: str) -> None:
    async with fault(world):
        response = await run_command(world, world.operator)
        granted = await world.admin.slash(
            world.channel, "quetzal access grant", who=world.stranger, level="admin"
        )
        # Looking does not need the store to be written.
        seen = await world.operator.slash(world.channel, "server status", server="Survival")
    assert words in response
    assert words in text(shown(granted))
    assert "Survival" in text(shown(seen))
    assert sent(world) == []
    assert "**admin**" not in text(shown(await world.admin.slash(world.channel, "quetzal access list")))

    assert "Sent" in await run_command(world, world.operator)  # and when it is repaired, all goes on
    assert len(sent(world)) == 1


async def test_nothing_is_done_while_the_store_is_moved_away(world: World) -> None:
    async with moved_away(world):
        response = await run_command(world, world.operator)
    assert "deleted, moved or replaced while Quetzal was running" in response
    assert "Put the file back where it was." in response
    assert sent(world) == []
    assert "Sent" in await run_command(world, world.operator)


async def test_a_damaged_store_is_reported_in_the_answer(world: World) -> None:
    await fill(world, 300)
    path = world.services.settings.data_dir / "quetzal.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'audit'").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)

    response = text(shown(await world.admin.slash(world.channel, "quetzal audit", outcome="done")))
    assert "Quetzal's store is damaged." in response
    assert "copy from the backups directory" in response
