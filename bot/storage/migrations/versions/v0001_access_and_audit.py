"""Access grants, audit, default servers and what guilds chose in their set-up."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("granted_by", sa.BigInteger, nullable=False),
        sa.Column("granted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "subject_kind", "subject_id", "panel_id", "server_uuid", name=op.f("pk_grants")
        ),
        sa.CheckConstraint("subject_kind IN ('role', 'person')", name=op.f("ck_grants_subject_kind")),
        sa.CheckConstraint(
            "level IN ('viewer', 'operator', 'manager', 'admin')", name=op.f("ck_grants_level")
        ),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36)),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("interaction_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.CheckConstraint("outcome IN ('done', 'failed', 'unknown')", name=op.f("ck_audit_outcome")),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_guild_id_at_id", "audit", ["guild_id", "at", "id"])
    for column in ("user_id", "server_uuid", "action", "outcome"):
        op.create_index(f"ix_audit_guild_id_{column}_at_id", "audit", ["guild_id", column, "at", "id"])
    op.create_table(
        "defaults",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "scope", "subject_id", name=op.f("pk_defaults")),
        sa.CheckConstraint("scope IN ('self', 'channel', 'guild')", name=op.f("ck_defaults_scope")),
    )
    op.create_table(
        "guild_settings",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("alert_channel_id", sa.BigInteger),
        sa.Column("audit_channel_id", sa.BigInteger),
        sa.Column("setup_steps", sa.Text, nullable=False),
        sa.Column("updated_by", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "panel_id", name=op.f("pk_guild_settings")),
    )


def downgrade() -> None:
    for table in ("guild_settings", "defaults", "audit", "grants"):
        op.drop_table(table)
