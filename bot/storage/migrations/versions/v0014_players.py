"""Players in the history, and how each server's game is asked for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COUNTS = ("player_tenths",)
_BANDS = ("player_tenths", "player_tenths_low", "player_tenths_high")
_HISTORY = (("metric_samples", _COUNTS), ("metric_minutes", _BANDS), ("metric_hours", _BANDS))


def upgrade() -> None:
    for table, names in _HISTORY:
        for name in (*names, "player_limit"):
            op.add_column(table, sa.Column(name, sa.Integer))
    op.create_table(
        "player_queries",
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column("protocol", sa.String(32), nullable=False),
        sa.Column("port", sa.Integer, nullable=False),
        sa.Column("game", sa.String(64), nullable=False),
        sa.Column("chosen_by", sa.BigInteger),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("silent_since", sa.BigInteger),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", name=op.f("pk_player_queries")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("player_queries")
    for table, names in _HISTORY:
        for name in ("player_limit", *reversed(names)):
            op.drop_column(table, name)
