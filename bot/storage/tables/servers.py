"""File changes, retention policies, backup schedules, stopped work, and how players are counted."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from bot.domain.audit import Outcome
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
