"""Jobs, with their servers and steps."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("interaction_id", sa.BigInteger),
        sa.Column("called_off", sa.String(16)),
        sa.Column("called_off_by", sa.BigInteger),
        sa.Column("ending", sa.String(16)),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("discord_id", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("shown", sa.String(64)),
        sa.Column("reported_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.CheckConstraint("ending IN ('done', 'failed', 'called_off')", name=op.f("ck_jobs_ending")),
    )
    op.create_index(op.f("ix_jobs_ending"), "jobs", ["ending"])
    op.create_index(op.f("ix_jobs_ended_at"), "jobs", ["ended_at"])
    op.create_table(
        "job_servers",
        sa.Column("job_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "panel_id", "server_uuid", name=op.f("pk_job_servers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("outcome", sa.String(16)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "job_id", "panel_id", "server_uuid", "kind", "number", name=op.f("pk_job_steps")
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'failed', 'unknown', 'skipped')", name=op.f("ck_job_steps_outcome")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("job_steps")
    op.drop_table("job_servers")
    op.drop_table("jobs")
