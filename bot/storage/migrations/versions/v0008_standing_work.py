"""Who set up backup schedules, and which standing work is stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backup_schedules",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", name=op.f("pk_backup_schedules")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_stops",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("stopped_at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("notified_at", sa.BigInteger),
        sa.PrimaryKeyConstraint(
            "kind", "guild_id", "panel_id", "server_uuid", "number", name=op.f("pk_work_stops")
        ),
        sqlite_with_rowid=False,
    )
    # Who made the last change of a schedule that the audit still knows; one that was deleted has no row.
    op.execute(
        """
        INSERT INTO backup_schedules
        SELECT panel_id, server_uuid, guild_id, user_id, at FROM audit WHERE id IN (
            SELECT max(id) FROM audit
            WHERE action = 'backup.schedule' AND outcome = 'done' AND server_uuid IS NOT NULL
            GROUP BY panel_id, server_uuid
        ) AND json_extract(what, '$.cron') IS NOT NULL
        """
    )


def downgrade() -> None:
    op.drop_table("work_stops")
    op.drop_table("backup_schedules")
