"""Copies of backups outside of the panel, and the parts of those that are being made."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_copies",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("server_name", sa.Text, nullable=False),
        sa.Column("backup_uuid", sa.String(36), nullable=False),
        sa.Column("backup_name", sa.Text, nullable=False),
        sa.Column("backup_at", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("checksum", sa.Text),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("part_bytes", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("interaction_id", sa.BigInteger),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("upload_id", sa.Text),
        sa.Column("sha256", sa.String(64)),
        sa.Column("copied_at", sa.BigInteger),
        sa.Column("checked_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("cancelled_by", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reported_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_copies")),
        sa.CheckConstraint(
            "state IN ('copying', 'verifying', 'copied', 'deleting', 'failed', 'cancelled', 'gone')",
            name=op.f("ck_backup_copies_state"),
        ),
    )
    op.create_index(
        op.f("ix_backup_copies_panel_id_server_uuid"), "backup_copies", ["panel_id", "server_uuid"]
    )
    op.create_index(op.f("ix_backup_copies_state"), "backup_copies", ["state"])
    op.create_table(
        "backup_copy_parts",
        sa.Column("copy_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("copy_id", "number", name=op.f("pk_backup_copy_parts")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("backup_copy_parts")
    op.drop_table("backup_copies")
