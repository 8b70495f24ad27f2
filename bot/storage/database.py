"""The store as the rest of the bot sees it: open, write, read, close."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import reader_engine, writer_engine
from bot.storage.errors import DirectoryMissing, StoreClosed, database_faults
from bot.storage.lock import StoreLock
from bot.storage.migrate import migrate
from bot.storage.readers import Readers
from bot.storage.writer import Writer

T = TypeVar("T")


class Store:
    """The bot's SQLite file, owned by this process. Open it with `Store.open`; its opener closes it.

    `write` runs a change in a transaction of its own, one after another; `read` gives a read-only connection.
    """

    def __init__(
        self,
        writer: Writer,
        readers: Readers,
        check: Callable[[], None],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self._writer = writer
        self._check = check
        self._readers = readers
        self._close = close

    @classmethod
    async def open(cls, path: Path, *, now: datetime) -> "Store":
        """Lock the file, create it on first use, and migrate it. Raises the subclasses of StoreError."""
        if not path.parent.is_dir():
            raise DirectoryMissing(detail=str(path.parent))
        stack = AsyncExitStack()
        try:
            lock = StoreLock(path)
            lock.take()
            stack.callback(lock.release)
            await migrate(path, now=now)
            lock.mark()
            readers = Readers(reader_engine(path))
            stack.push_async_callback(readers.close)
            engine = writer_engine(path)
            stack.push_async_callback(engine.dispose)
            writer = Writer(engine, lock.check_in_place)
            stack.push_async_callback(writer.close)
            await writer.run(_try)
        except BaseException:
            await stack.aclose()
            raise
        return cls(writer, readers, lock.check_in_place, stack.aclose)

    async def write(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `change` in a transaction of its own, after all changes requested before it.

        It is on the disk when this returns. It is done whole or not at all, and also when the caller is
        cancelled while it waits. `change` must only use the connection: all later changes wait for it.
        """
        return await self._writer.run(change)

    async def drained(self) -> None:
        """Wait until every change requested so far is done, even if its caller no longer waits."""
        await self._writer.drained()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Return a connection to a snapshot of the store, which later writes don't change."""
        if self._writer.closed:
            raise StoreClosed(state="Nothing was changed.")
        with database_faults():
            self._check()  # a new connection would make an empty file where the store was
            async with self._readers.connect() as conn:
                yield conn

    async def close(self) -> None:
        """Finish the changes handed over so far, then close and unlock the file."""
        await self._close()


async def _try(conn: AsyncConnection) -> None:
    """Write an empty change, so that a read-only file or a full disk is reported at the start."""
    await conn.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
