"""What was done to files."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("kept", sa.String(16), nullable=False),
        sa.Column("is_directory", sa.Boolean, nullable=False),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("before", sa.String(64)),
        sa.Column("after", sa.String(64)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.CheckConstraint("kept IN ('nothing', 'snapshot', 'trash')", name=op.f("ck_changes_kept")),
        sa.CheckConstraint("outcome IN ('done', 'failed', 'unknown')", name=op.f("ck_changes_outcome")),
    )
    op.create_index("ix_changes_panel_id_server_uuid_id", "changes", ["panel_id", "server_uuid", "id"])


def downgrade() -> None:
    op.drop_table("changes")
