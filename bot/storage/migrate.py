"""Migrates the file at start: check it, copy it, run all migrations in one transaction."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import migration_engine
from bot.storage.errors import (
    MigrationFailed,
    NotAStore,
    StoreCorrupt,
    StoreError,
    StoreNewer,
    database_faults,
    file_faults,
)

log = logging.getLogger(__name__)

_COPIES_KEPT = 5
SCRIPTS = "bot.storage:migrations"


async def migrate(path: Path, *, now: datetime, scripts: str = SCRIPTS) -> None:
    """Migrate the store to the newest schema after copying the file; raises subclasses of StoreError.

    If one migration fails, all of this start are rolled back.
    """
    engine = migration_engine(path)
    try:
        with database_faults():
            async with engine.connect() as conn:
                old, new = await conn.run_sync(_versions, scripts)
                if old == new:
                    return
                await _check_integrity(conn)
            if old is not None:
                await asyncio.to_thread(_copy, path, old, now)
            async with engine.begin() as conn:
                await _step(conn, scripts, old, new)
        log.info("The store is at schema %s now (was %s)", new, old or "empty")
    finally:
        await engine.dispose()


def alembic_config(connection: Connection, scripts: str = SCRIPTS) -> Config:
    """Return a configuration for Alembic's commands that works in the transaction of `connection`."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", scripts)
    return config


def _versions(connection: Connection, scripts: str) -> tuple[str | None, str | None]:
    known, head = _revisions(scripts)
    # Alembic's and SQLAlchemy's own ways compile the same statements again at each start.
    schema = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    tables = set(schema.scalars())
    old: str | None = None
    if "alembic_version" in tables:
        old = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    if old is None and tables:
        raise NotAStore
    if old is not None and old not in known:
        raise StoreNewer(detail=f"schema {old}")
    return old, head


@cache
def _revisions(scripts: str) -> tuple[frozenset[str], str | None]:
    """Return every revision that this version knows, and the newest."""
    config = Config()
    config.set_main_option("script_location", scripts)
    directory = ScriptDirectory.from_config(config)
    return frozenset(script.revision for script in directory.walk_revisions()), directory.get_current_head()


async def _check_integrity(conn: AsyncConnection) -> None:
    """Refuse a damaged file: a copy of it would be worthless and displace a good one."""
    verdict = (await conn.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
    if verdict != "ok":
        raise StoreCorrupt(detail=str(verdict))


async def _step(conn: AsyncConnection, scripts: str, old: str | None, new: str | None) -> None:
    def upgrade(connection: Connection) -> None:
        command.upgrade(alembic_config(connection, scripts), "head")

    try:
        with database_faults():
            await conn.run_sync(upgrade)
    except StoreError:
        raise
    except Exception as error:
        raise MigrationFailed(detail=f"from {old} to {new}: {error!r}") from error
    if (await conn.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
        raise MigrationFailed(detail=f"from {old} to {new}: rows refer to others that are gone")


def _copy(path: Path, version: str, now: datetime) -> None:
    """Copy the whole store consistently, and keep the newest copy of each of the last few versions."""
    directory = path.parent / "backups"
    copy = directory / f"{path.stem}-{version}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
    partial = directory / "partial"
    with file_faults(), database_faults():
        directory.mkdir(mode=0o700, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        try:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
                source.backup(target)
            partial.replace(copy)
        finally:
            # Half a copy must not keep a full disk full.
            partial.unlink(missing_ok=True)
    log.info("Copied the store to %s", copy)
    kept: set[str] = set()
    for file in sorted(
        directory.glob(f"{path.stem}-*-*.db"), key=lambda file: file.name.rsplit("-", 1)[1], reverse=True
    ):
        of_version = file.name.rsplit("-", 1)[0]
        if of_version in kept or len(kept) == _COPIES_KEPT:
            file.unlink()
        else:
            kept.add(of_version)
