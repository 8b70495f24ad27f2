"""The tables. Snowflakes are integers, times are whole milliseconds since 1970 in UTC.

A change here needs a step in `migrations/versions` and a dump in `tests/store/versions`: tests compare them.
"""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from bot.domain.access import Level
from bot.domain.audit import Outcome
from bot.domain.changes import Kept, Kind
from bot.domain.defaults import Scope
from bot.domain.grants import SubjectKind

E = TypeVar("E", bound=Enum)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware datetime here, whole milliseconds since 1970 there."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Count the milliseconds; a datetime without a zone raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back what was stored."""
        return None if value is None else _EPOCH + value * _MILLISECOND


class Name(TypeDecorator[E], Generic[E]):
    """A member of an enum here, its name in lower case there, so that its number may change."""

    impl = String(16)
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """Take the name."""
        return None if value is None else value.name.lower()

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Give back what was stored."""
        return None if value is None else self.enum[value.upper()]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PANEL_ID = String(64)
SERVER_UUID = String(36)

# Who may do what. An empty server means all servers that the guild may see.
grants = Table(
    "grants",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_kind", Name(SubjectKind), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("level", Name(Level), nullable=False),
    Column("granted_by", BigInteger, nullable=False),
    Column("granted_at", Moment, nullable=False),
    CheckConstraint("subject_kind IN ('role', 'person')", name="subject_kind"),
    CheckConstraint("level IN ('viewer', 'operator', 'manager', 'admin')", name="level"),
)

# Who did what. Each index serves one filter, newest first, and ends in what the pages are cut by.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID),
    Column("action", String(64), nullable=False),
    Column("what", Text, nullable=False),
    Column("outcome", Name(Outcome), nullable=False),
    Column("interaction_id", BigInteger),
    CheckConstraint("outcome IN ('done', 'failed', 'unknown')", name="outcome"),
    Index(None, "guild_id", "at", "id"),
    Index(None, "guild_id", "user_id", "at", "id"),
    Index(None, "guild_id", "server_uuid", "at", "id"),
    Index(None, "guild_id", "action", "at", "id"),
    Index(None, "guild_id", "outcome", "at", "id"),
    Index(None, "at"),
)

# Which server is meant when none is named. The subject is a person, a channel or the guild itself.
defaults = Table(
    "defaults",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", Name(Scope), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    CheckConstraint("scope IN ('self', 'channel', 'guild')", name="scope"),
)

# What a guild chose in its set-up, a row for each panel that serves it.
guild_settings = Table(
    "guild_settings",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("alert_channel_id", BigInteger),
    Column("audit_channel_id", BigInteger),
    Column("setup_steps", Text, nullable=False),
    Column("updated_by", BigInteger, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# People's own panel keys, sealed by the vault.
member_keys = Table(
    "member_keys",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("added_at", Moment, nullable=False),
)

# What was done to files. The id begins with the time, so that it sorts, and names what the server keeps.
changes = Table(
    "changes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("kind", Name(Kind), nullable=False),
    Column("path", Text, nullable=False),
    Column("target", Text),
    Column("kept", Name(Kept), nullable=False),
    Column("is_directory", Boolean, nullable=False),
    Column("size_bytes", BigInteger),
    Column("before", String(64)),
    Column("after", String(64)),
    Column("outcome", Name(Outcome), nullable=False),
    Column("undone", Boolean, nullable=False),
    CheckConstraint("kept IN ('nothing', 'snapshot', 'trash')", name="kept"),
    CheckConstraint("outcome IN ('done', 'failed', 'unknown')", name="outcome"),
    Index(None, "panel_id", "server_uuid", "id"),
)

# Which backups of a server are kept, applied after each new one.
retention = Table(
    "retention",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("keep_last", Integer, nullable=False),
    Column("keep_daily", Integer, nullable=False),
    Column("keep_weekly", Integer, nullable=False),
    Column("keep_monthly", Integer, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("applied_to", SERVER_UUID),
)

# History. A small number stands for a server; `at` is in seconds since 1970; one clustered tree a table.
metric_servers = Table(
    "metric_servers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Index(None, "panel_id", "server_uuid", unique=True),
)


def _metric_key() -> tuple[Column[int], Column[int]]:
    return (
        Column("server_id", Integer, primary_key=True, autoincrement=False),
        Column("at", Integer, primary_key=True, autoincrement=False),
    )


def _metric_counts() -> tuple[Column[int], ...]:
    rates = (Column("rx_rate", BigInteger), Column("tx_rate", BigInteger))
    counts = ("looks", "running", "offline", "restarts")
    return (*rates, *(Column(name, Integer, nullable=False) for name in counts))


metric_samples = Table(
    "metric_samples",
    metadata,
    *_metric_key(),
    Column("memory_kib", BigInteger, nullable=False),
    Column("cpu_tenths", Integer, nullable=False),
    Column("disk_kib", BigInteger, nullable=False),
    *_metric_counts(),
    sqlite_with_rowid=False,
)


def _rollup(name: str) -> Table:
    bands = (("memory_kib", BigInteger), ("cpu_tenths", Integer), ("disk_kib", BigInteger))
    values = [
        Column(f"{band}{suffix}", kind, nullable=False)
        for band, kind in bands
        for suffix in ("", "_low", "_high")
    ]
    return Table(name, metadata, *_metric_key(), *values, *_metric_counts(), sqlite_with_rowid=False)


metric_minutes = _rollup("metric_minutes")
metric_hours = _rollup("metric_hours")
