"""Which servers stop when they are empty."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idle_rules",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("after_s", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("stopped_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", name=op.f("pk_idle_rules")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("idle_rules")
