"""Servers whose whitelist people may ask for, and their requests."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from bot.domain.whitelist import RequestState
from bot.storage.tables.columns import (
    PANEL_ID,
    SERVER_UUID,
    Moment,
    Name,
    metadata,
)

whitelist_forms = Table(
    "whitelist_forms",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("server_name", Text, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Stored before they are posted.
whitelist_requests = Table(
    "whitelist_requests",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("server_name", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("player", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("state", Name(RequestState), nullable=False),
    Column("decided_by", BigInteger),
    Column("decided_at", Moment),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("is_unreached", Boolean, nullable=False),
    Column("notified_at", Moment),
    Column("closed_at", Moment),
    Column("discord_id", BigInteger),
    Column("posted_at", Moment),
    Column("shown", String(64)),
    CheckConstraint("state IN ('open', 'deciding', 'approved', 'refused')", name="state"),
    Index(None, "closed_at"),
    Index(None, "guild_id", "user_id", "requested_at"),
)
