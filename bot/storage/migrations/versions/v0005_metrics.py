"""History: samples, five minutes and hours."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metric_servers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_servers")),
    )
    op.create_index(
        "ix_metric_servers_panel_id_server_uuid", "metric_servers", ["panel_id", "server_uuid"], unique=True
    )
    _table("metric_samples", ("",))
    _table("metric_minutes", ("", "_low", "_high"))
    _table("metric_hours", ("", "_low", "_high"))


def downgrade() -> None:
    for table in ("metric_hours", "metric_minutes", "metric_samples", "metric_servers"):
        op.drop_table(table)


def _table(name: str, suffixes: tuple[str, ...]) -> None:
    bands = (("memory_kib", sa.BigInteger), ("cpu_tenths", sa.Integer), ("disk_kib", sa.BigInteger))
    op.create_table(
        name,
        sa.Column("server_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        *(sa.Column(f"{band}{end}", kind, nullable=False) for band, kind in bands for end in suffixes),
        sa.Column("rx_rate", sa.BigInteger),
        sa.Column("tx_rate", sa.BigInteger),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("looks", "running", "offline", "restarts")
        ),
        sa.PrimaryKeyConstraint("server_id", "at", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
