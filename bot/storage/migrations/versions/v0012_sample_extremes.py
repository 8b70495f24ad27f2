"""The lowest and highest usage within a sample's minute; NULL where the sample is a single observation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("memory_kib_low", sa.BigInteger),
    ("memory_kib_high", sa.BigInteger),
    ("cpu_tenths_low", sa.Integer),
    ("cpu_tenths_high", sa.Integer),
)


def upgrade() -> None:
    for name, kind in _COLUMNS:
        op.add_column("metric_samples", sa.Column(name, kind))


def downgrade() -> None:
    for name, _ in reversed(_COLUMNS):
        op.drop_column("metric_samples", name)
