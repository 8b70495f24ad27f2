"""Connections to the file: one that writes, four that read, one that migrates."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot.storage.dialect import DIALECT

_BUSY_TIMEOUT_MS = 5000


_STATEMENTS: LRUCache[Any, Any] = LRUCache(500)
"""Compiled statements, shared by all engines of this process."""


def writer_engine(path: Path) -> AsyncEngine:
    """Create the only connection that changes data; a commit waits for the disk (synchronous=FULL)."""
    return _engine(path, "BEGIN IMMEDIATE", ("foreign_keys=ON",), pool_size=1, max_overflow=0)


def reader_engine(path: Path) -> AsyncEngine:
    """Create read-only connections, each of which reads a snapshot of the store."""
    return _engine(path, "BEGIN", ("query_only=ON",), pool_size=4, max_overflow=0)


def migration_engine(path: Path) -> AsyncEngine:
    """Create a connection that changes the schema.

    Foreign keys are off: SQLite alters a table by rebuilding it, and dropping the old one would delete
    what refers to it (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    return _engine(path, "BEGIN IMMEDIATE", ("foreign_keys=OFF",), poolclass=NullPool)


def _engine(path: Path, begin: str, pragmas: tuple[str, ...], **pool: Any) -> AsyncEngine:
    engine = create_async_engine(
        URL.create(DIALECT, database=str(path)),
        connect_args={
            "begin": begin,
            "pragmas": (f"busy_timeout={_BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", *pragmas),
        },
        # Parameters may be secrets; without this they are part of every error's text.
        hide_parameters=True,
        **pool,
    )
    engine.update_execution_options(compiled_cache=_STATEMENTS)
    return engine
