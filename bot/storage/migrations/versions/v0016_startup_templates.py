"""Startup templates."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "startup_templates",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("variables", sa.Text, nullable=False),
        sa.Column("saved_by", sa.BigInteger, nullable=False),
        sa.Column("saved_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "name", name=op.f("pk_startup_templates")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("startup_templates")
