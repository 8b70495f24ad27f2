"""Grants, the audit, and what guilds and people chose."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, String, Table, Text

from bot.domain.audit import Outcome
from bot.domain.default_server import DefaultScope
from bot.domain.grants import SubjectKind
from bot.domain.levels import Level
from bot.storage.tables.columns import (
    PANEL_ID,
    SERVER_UUID,
    Moment,
    Name,
    metadata,
)

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

# Who did what. Each index serves one filter, newest first, and ends in the columns that pages are cut by.
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
    Column("facts", Text, nullable=False),
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
    Column("scope", Name(DefaultScope), primary_key=True),
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
    Column("alert_role_id", BigInteger),
    Column("alerts_by", BigInteger),
)

# People's own panel keys, encrypted.
member_keys = Table(
    "member_keys",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("added_at", Moment, nullable=False),
)
