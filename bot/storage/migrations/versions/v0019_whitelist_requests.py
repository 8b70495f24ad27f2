"""Requests of people who want to be on a server's whitelist."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "whitelist_forms",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("server_name", sa.Text, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "panel_id", "server_uuid", name=op.f("pk_whitelist_forms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "whitelist_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("server_name", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("player", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("requested_at", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("is_unreached", sa.Boolean, nullable=False),
        sa.Column("notified_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("discord_id", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("shown", sa.String(64)),
        sa.CheckConstraint(
            "state IN ('open', 'deciding', 'approved', 'refused')", name=op.f("ck_whitelist_requests_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whitelist_requests")),
    )
    op.create_index(op.f("ix_whitelist_requests_closed_at"), "whitelist_requests", ["closed_at"])
    op.create_index(
        op.f("ix_whitelist_requests_guild_id_user_id_requested_at"),
        "whitelist_requests",
        ["guild_id", "user_id", "requested_at"],
    )


def downgrade() -> None:
    op.drop_table("whitelist_requests")
    op.drop_table("whitelist_forms")
