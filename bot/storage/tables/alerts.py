"""What monitoring observed, the incidents that follow, and their notifications."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    true,
)

from bot.domain.alerts import RuleKind, Severity, Suppression
from bot.domain.notifications import Delivery, MessageKind, Op
from bot.storage.tables.columns import (
    PANEL_ID,
    SERVER_UUID,
    Moment,
    Name,
    metadata,
)

# What monitoring goes on from after a restart: each server's last observation, and its stop request.
server_states = Table(
    "server_states",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("state", Text, nullable=False),
    sqlite_with_rowid=False,
)

ABOUT = String(128)  # a server's uuid, a node's name behind `node:`, or `panel`

# One row for each rule that is not in its default state, with its active incident.
alert_states = Table(
    "alert_states",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("about", ABOUT, primary_key=True),
    Column("rule", Name(RuleKind), primary_key=True),
    Column("state", Text, nullable=False),
    Column("incident_id", BigInteger),
    sqlite_with_rowid=False,
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("about", ABOUT, nullable=False),
    Column("rule", Name(RuleKind), nullable=False),
    Column("name", Text, nullable=False),
    Column("node", Text),
    Column("level", Name(Severity), nullable=False),
    Column("worst", Name(Severity), nullable=False),
    Column("fired_at", Moment, nullable=False),
    Column("value", Float),
    Column("peak", Float),
    Column("better_since", Moment),
    Column("ended_at", Moment),
    Column("suppression", Name(Suppression)),
    Column("evidence", Text, nullable=False),
    CheckConstraint("level IN ('warning', 'critical') AND worst IN ('warning', 'critical')", name="levels"),
    Index(None, "panel_id", "ended_at"),
    Index(None, "panel_id", "about", "fired_at"),
    Index(None, "ended_at"),
)

# Acknowledgements belong to one guild: others that see the same server aren't affected.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("incident_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("by", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("level", Name(Severity), nullable=False),
    sqlite_with_rowid=False,
)

incident_notes = Table(
    "incident_notes",
    metadata,
    Column("incident_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("noted_by", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# A silence belongs to a rule on a subject, not to an incident: what fires again meanwhile is silent, too.
silences = Table(
    "silences",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("about", ABOUT, primary_key=True),
    Column("rule", Name(RuleKind), primary_key=True),
    Column("until", Moment),
    Column("missed", Name(MessageKind)),
    sqlite_with_rowid=False,
)

# Maintenance windows. An empty server means all that the guild may see.
maintenance = Table(
    "maintenance",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("server_uuid", SERVER_UUID, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Index(None, "panel_id", "until"),
)

# Overrides of rules: for one server, or for all of a panel (an empty uuid). NULL: the default applies.
alert_rules = Table(
    "alert_rules",
    metadata,
    Column("panel_id", PANEL_ID, primary_key=True),
    Column("server_uuid", SERVER_UUID, primary_key=True),
    Column("rule", Name(RuleKind), primary_key=True),
    Column("warn", Float),
    Column("critical", Float),
    Column("for_s", Float),
    Column("enabled", Boolean),
    Column("keep_firing_for_s", Float),
    Column("guild_id", BigInteger, nullable=False, server_default="0"),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Moment, nullable=False),
)

# Messages about incidents. The nonce is never the id: after a restore of the store, Discord would take it for
# another message's.
messages = Table(
    "messages",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("kind", Name(MessageKind), nullable=False),
    Column("group_key", Text, nullable=False),
    Column("reference", String(16), nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("mentions_role", Boolean, nullable=False),
    Column("reply_to", BigInteger),
    Column("revision", Integer, nullable=False),
    Column("attempted_revision", Integer),
    Column("first_attempt_at", Moment),
    Column("posted_at", Moment),
    Column("discord_id", BigInteger),
    Column("delivery", Name(Delivery), nullable=False),
    Index(None, "channel_id", "created_at"),
    Index(None, "reference", unique=True),
)

message_incidents = Table(
    "message_incidents",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("incident_id", BigInteger, primary_key=True, autoincrement=False),
    # False: it joined or escalated since the message was last drawn. Rows from before 0010 count as shown.
    Column("shown", Boolean, nullable=False, server_default=true()),
    Index(None, "incident_id"),
    sqlite_with_rowid=False,
)

# Delivery jobs, in order; at most one of a kind per message.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("op", Name(Op), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index(None, "message_id", "op", unique=True),
)

closed_channels = Table(
    "closed_channels",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("panel_id", PANEL_ID, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("warned_at", Moment),
)


def _boards(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
        Column("panel_id", PANEL_ID, primary_key=True),
        Column("channel_id", BigInteger, nullable=False),
        Column("set_by", BigInteger, nullable=False),
        Column("set_at", Moment, nullable=False),
        Column("nonce", String(25), nullable=False),
        Column("discord_id", BigInteger),
        Column("posted_at", Moment),
        Column("shown", String(64)),
    )


boards = _boards("boards")
public_boards = _boards("public_boards")
