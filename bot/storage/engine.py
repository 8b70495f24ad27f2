"""Connections to the file: one that writes, four that read, one that migrates."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, NullPool, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

_BUSY_TIMEOUT_MS = 5000


class StoreDialect(SQLiteDialect_aiosqlite):
    """The dialect of every engine here: equal to that of any other, so that a statement is compiled once."""

    driver = "store"
    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite.store", __name__, StoreDialect.__name__)
_STATEMENTS: LRUCache[Any, Any] = LRUCache(500)
"""Compiled, for all engines of this process: its readers, its writer, and those of the next store."""


def writer_engine(path: Path) -> AsyncEngine:
    """Make the only connection that changes data; what it commits is on the disk (synchronous=FULL)."""
    return _engine(path, "BEGIN IMMEDIATE", ("foreign_keys=ON",), pool_size=1, max_overflow=0)


def reader_engine(path: Path) -> AsyncEngine:
    """Make connections that see one moment of the store each and cannot change it."""
    return _engine(path, "BEGIN", ("query_only=ON",), pool_size=4, max_overflow=0)


def migration_engine(path: Path) -> AsyncEngine:
    """Make a connection that changes the schema.

    Foreign keys are off: SQLite alters a table by building it anew, and dropping the old one would delete
    what refers to it (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    return _engine(path, "BEGIN IMMEDIATE", ("foreign_keys=OFF",), poolclass=NullPool)


def _engine(path: Path, begin: str, pragmas: tuple[str, ...], **pool: Any) -> AsyncEngine:  # noqa: ANN401 - create_async_engine's own options
    engine = create_async_engine(
        URL.create("sqlite+store", database=str(path)),
        # sqlite3 would begin by itself before some statements only, so that DDL would not be rolled back.
        connect_args={"isolation_level": None},
        # Parameters may be secrets; without this they are part of every error's text.
        hide_parameters=True,
        **pool,
    )

    engine.update_execution_options(compiled_cache=_STATEMENTS)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={_BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_explicitly(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
