"""Boards for the players of a community, beside those for its staff."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_boards",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("set_by", sa.BigInteger, nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("discord_id", sa.BigInteger),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("shown", sa.String(64)),
        sa.PrimaryKeyConstraint("guild_id", "panel_id", name=op.f("pk_public_boards")),
    )


def downgrade() -> None:
    op.drop_table("public_boards")
