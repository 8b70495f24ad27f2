"""Jobs with their servers and steps, and which servers stop when they are empty."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from bot.domain.jobs import CalledOff, JobEnding, JobKind, StepKind, StepOutcome
from bot.storage.tables.columns import (
    PANEL_ID,
    SERVER_UUID,
    Moment,
    Name,
    metadata,
)

# What is done in steps: restarts, idle stops, bulk actions. `plan` is JSON, by kind.
jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("kind", Name(JobKind), nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("plan", Text, nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("due_at", Moment),
    Column("interaction_id", BigInteger),
    Column("called_off", Name(CalledOff)),
    Column("called_off_by", BigInteger),
    Column("ending", Name(JobEnding)),
    Column("ended_at", Moment),
    Column("detail", Text, nullable=False),
    Column("discord_id", BigInteger),
    Column("posted_at", Moment),
    Column("shown", String(64)),
    Column("reported_at", Moment),
    CheckConstraint("ending IN ('done', 'failed', 'called_off')", name="ending"),
    Index(None, "ending"),
    Index(None, "ended_at"),
)

# Which servers stop when nobody has played on them for so long.
idle_rules = Table(
    "idle_rules",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("after_s", Integer, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("stopped_at", Moment),
    sqlite_with_rowid=False,
)

job_servers = Table(
    "job_servers",
    metadata,
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("node", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Written before a step begins and settled after it.
job_steps = Table(
    "job_steps",
    metadata,
    Column("job_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("kind", Name(StepKind), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("begun_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("outcome", Name(StepOutcome)),
    Column("detail", Text, nullable=False),
    CheckConstraint("outcome IN ('done', 'failed', 'unknown', 'skipped')", name="outcome"),
    sqlite_with_rowid=False,
)
