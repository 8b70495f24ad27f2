"""Inspects a store without locking it, also while the bot runs: for the doctor."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.domain.notifications import Pending
from bot.storage.encryption import SecretBox
from bot.storage.errors import (
    NotAStore,
    StoreCorrupt,
    StoreNewer,
    database_faults,
)
from bot.storage.migrate import SCRIPTS

_WAITING = """
    SELECT messages.channel_id, count(*), min(iif(outbox.op = 'post', messages.created_at, NULL)),
           min(outbox.due_at), closed_channels.why
    FROM outbox JOIN messages ON messages.id = outbox.message_id
    LEFT JOIN closed_channels ON closed_channels.channel_id = messages.channel_id
    WHERE outbox.op != 'repeat'
    GROUP BY messages.channel_id ORDER BY messages.channel_id
"""


@dataclass(frozen=True, slots=True)
class StoreInspection:
    """Its schema and the newest one, the stored keys, and those that no encryption key opens.

    `waiting` counts undelivered messages by channel, of all guilds; empty with an older schema.
    """

    schema: str
    newest: str
    keys: int
    shut: int
    waiting: tuple[Pending, ...] = ()


def inspect_store(path: Path, vault: SecretBox | None) -> StoreInspection:
    """Read the whole file once; raises the subclasses of StoreError."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    directory = ScriptDirectory.from_config(config)
    with (
        database_faults(),
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as conn,
    ):
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            raise NotAStore
        (schema,) = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        if schema not in {script.revision for script in directory.walk_revisions()}:
            raise StoreNewer(detail=f"schema {schema}")
        (verdict,) = conn.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreCorrupt(detail=verdict)
        sealed = [blob for (blob,) in conn.execute("SELECT sealed FROM member_keys")]
        newest = directory.get_current_head() or schema
        waiting = conn.execute(_WAITING).fetchall() if schema == newest else []
    shut = sum(vault is None or not vault.opens(blob) for blob in sealed)
    return StoreInspection(schema, newest, len(sealed), shut, tuple(map(_pending, waiting)))


def _pending(row: tuple[int, int, int | None, int, str | None]) -> Pending:
    channel_id, count, since, due_at, why = row
    return Pending(channel_id, count, None if since is None else _moment(since), _moment(due_at), why)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
