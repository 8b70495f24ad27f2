"""Which guild changed an alert rule: others that see the server don't change it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert_rules", sa.Column("guild_id", sa.BigInteger, nullable=False, server_default="0"))
    # Where the same person last changed a rule of that panel; what the audit forgot stays everybody's.
    op.execute(
        """
        UPDATE alert_rules SET guild_id = coalesce((
            SELECT audit.guild_id FROM audit
            WHERE audit.action = 'alert.rule' AND audit.outcome = 'done'
            AND audit.panel_id = alert_rules.panel_id AND audit.user_id = alert_rules.set_by
            ORDER BY audit.id DESC LIMIT 1
        ), 0)
        """
    )


def downgrade() -> None:
    op.drop_column("alert_rules", "guild_id")
