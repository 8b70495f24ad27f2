"""Whether a message has shown an incident since that joined it or escalated."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Existing incidents count as shown: it is not known, and nothing is sent twice.
    op.add_column(
        "message_incidents", sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.execute("ALTER TABLE message_incidents DROP COLUMN shown")
