"""Alerts: what the watch saw, incidents, messages and what is still to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MADE = (
    "sights",
    "alert_states",
    "incidents",
    "maintenance",
    "alert_rules",
    "messages",
    "message_incidents",
    "outbox",
    "closed_channels",
    "boards",
)


def upgrade() -> None:
    op.add_column("guild_settings", sa.Column("alert_role_id", sa.BigInteger))
    op.add_column("guild_settings", sa.Column("alerts_by", sa.BigInteger))
    _create_observations()
    _create_decisions()
    _create_notifications()


def downgrade() -> None:
    for table in reversed(_MADE):
        op.drop_table(table)
    op.drop_column("guild_settings", "alerts_by")
    op.drop_column("guild_settings", "alert_role_id")


def _create_observations() -> None:
    op.create_table(
        "sights",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("memory", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", name=op.f("pk_sights")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_states",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("incident_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("panel_id", "about", "rule", name=op.f("pk_alert_states")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incidents",
        _id(),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("node", sa.Text),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("worst", sa.String(16), nullable=False),
        sa.Column("fired_at", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("peak", sa.Float),
        sa.Column("better_since", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("muted", sa.String(16)),
        sa.Column("acked_by", sa.BigInteger),
        sa.Column("acked_at", sa.BigInteger),
        sa.Column("snoozed_until", sa.BigInteger),
        sa.Column("note", sa.Text),
        sa.Column("noted_by", sa.BigInteger),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.CheckConstraint(
            "level IN ('warning', 'critical') AND worst IN ('warning', 'critical')",
            name=op.f("ck_incidents_levels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    _index("incidents", "panel_id", "ended_at")
    _index("incidents", "panel_id", "about", "fired_at")
    _index("incidents", "ended_at")


def _create_decisions() -> None:
    op.create_table(
        "maintenance",
        _id(),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance")),
    )
    _index("maintenance", "panel_id", "until")
    op.create_table(
        "alert_rules",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("warn", sa.Float),
        sa.Column("critical", sa.Float),
        sa.Column("pending_s", sa.Float),
        sa.Column("enabled", sa.Boolean),
        sa.Column("keep_s", sa.Float),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", "rule", name=op.f("pk_alert_rules")),
    )


def _create_notifications() -> None:
    op.create_table(
        "messages",
        _id(),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("loud", sa.Boolean, nullable=False),
        sa.Column("reply_to", sa.BigInteger),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("attempted_revision", sa.Integer),
        sa.Column("first_attempt_at", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("discord_id", sa.BigInteger),
        sa.Column("delivery", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    _index("messages", "channel_id", "created_at")
    op.create_index("ix_messages_reference", "messages", ["reference"], unique=True)
    op.create_table(
        "message_incidents",
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("incident_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "incident_id", name=op.f("pk_message_incidents")),
        sqlite_with_rowid=False,
    )
    _index("message_incidents", "incident_id")
    op.create_table(
        "outbox",
        _id(),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("op", sa.String(16), nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_message_id_op", "outbox", ["message_id", "op"], unique=True)
    op.create_table(
        "closed_channels",
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_closed_channels")),
    )
    op.create_table(
        "boards",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("discord_id", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("shown", sa.String(64)),
        sa.PrimaryKeyConstraint("guild_id", "panel_id", name=op.f("pk_boards")),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
