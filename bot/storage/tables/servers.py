"""File changes, retention, backup schedules, copies, stopped work, addresses, how players are counted."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from bot.domain.audit import Outcome
from bot.domain.backup_copies import CopyState
from bot.domain.file_changes import ChangeKind, SavedAs
from bot.domain.standing_work import Lost, WorkKind
from bot.storage.tables.columns import (
    PANEL_ID,
    SERVER_UUID,
    Moment,
    Name,
    metadata,
)

# Changes of files. The id begins with the time, so that it sorts, and names the copy on the server.
changes = Table(
    "changes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("kind", Name(ChangeKind), nullable=False),
    Column("path", Text, nullable=False),
    Column("target", Text),
    Column("kept", Name(SavedAs), nullable=False),
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

# Who set the backup schedule of a server up; the panel keeps the schedule itself.
backup_schedules = Table(
    "backup_schedules",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Copies of backups outside of the panel. Written before a copy begins, and settled after it.
backup_copies = Table(
    "backup_copies",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("server_name", Text, nullable=False),
    Column("backup_uuid", SERVER_UUID, nullable=False),
    Column("backup_name", Text, nullable=False),
    Column("backup_at", Moment, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("checksum", Text),
    Column("target", String(64), nullable=False),
    Column("key", Text, nullable=False),
    Column("part_bytes", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("asked_by", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("interaction_id", BigInteger),
    Column("state", Name(CopyState), nullable=False),
    Column("upload_id", Text),
    Column("sha256", String(64)),
    Column("copied_at", Moment),
    Column("checked_at", Moment),
    Column("ended_at", Moment),
    Column("cancelled_by", BigInteger),
    Column("reason", Text, nullable=False),
    Column("reported_at", Moment),
    CheckConstraint(
        "state IN ('copying', 'verifying', 'copied', 'deleting', 'failed', 'cancelled', 'gone')",
        name="state",
    ),
    Index(None, "panel_id", "server_uuid"),
    Index(None, "state"),
)

# The parts that a target has of a copy, with the hash of what was sent. They go when the copy is complete.
backup_copy_parts = Table(
    "backup_copy_parts",
    metadata,
    Column("copy_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    sqlite_with_rowid=False,
)

# What players of a guild are shown as the address of a server instead of the panel's.
public_addresses = Table(
    "public_addresses",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("address", Text, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Standing work that was stopped because the person who set it up lost the level for it. An empty server: all.
work_stops = Table(
    "work_stops",
    metadata,
    Column("kind", Name(WorkKind), primary_key=True),
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("stopped_at", Moment, nullable=False),
    Column("why", Name(Lost), nullable=False),
    Column("notified_at", Moment),
    sqlite_with_rowid=False,
)

# Startup variables of a server, kept by a Discord server under a name.
startup_templates = Table(
    "startup_templates",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("variables", Text, nullable=False),
    Column("saved_by", BigInteger, nullable=False),
    Column("saved_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# How a server's game is asked for its players: the protocol that answered, or that somebody chose.
player_queries = Table(
    "player_queries",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("protocol", String(32), nullable=False),
    Column("port", Integer, nullable=False),
    Column("game", String(64), nullable=False),
    Column("chosen_by", BigInteger),
    Column("answered_at", Moment),
    Column("silent_since", Moment),
    sqlite_with_rowid=False,
)
