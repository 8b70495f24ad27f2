"""Columns, values and state of alerts under the names that the code has: no row is lost or added."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("incidents", "muted", "suppression"),
    ("messages", "topic", "group_key"),
    ("messages", "loud", "mentions_role"),
    ("alert_rules", "pending_s", "for_s"),
    ("alert_rules", "keep_s", "keep_firing_for_s"),
)
_SUPPRESSIONS = (("snoozed", "silenced"), ("untold", "unnotified"))
# Keys of the JSON in alert_states.state, whose values are numbers, times and fixed words.
_KEYS = (
    ("told_level", "notified_level"),
    ("told_at", "last_notified_at"),
    ("acked_by", "acknowledged_by"),
    ("acked_level", "acknowledged_level"),
    ("snoozed_until", "silenced_until"),
    ("quiet", "is_flapping"),
    ("looks", "samples"),
)


def upgrade() -> None:
    for table, old, new in _COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for old, new in _SUPPRESSIONS:
        op.execute(f"UPDATE incidents SET suppression = '{new}' WHERE suppression = '{old}'")  # noqa: S608 - names from above
    for old, new in _KEYS:
        op.execute(f"""UPDATE alert_states SET state = replace(state, '"{old}":', '"{new}":')""")  # noqa: S608 - names from above


def downgrade() -> None:
    for old, new in _KEYS:
        op.execute(f"""UPDATE alert_states SET state = replace(state, '"{new}":', '"{old}":')""")  # noqa: S608 - names from above
    for old, new in _SUPPRESSIONS:
        op.execute(f"UPDATE incidents SET suppression = '{old}' WHERE suppression = '{new}'")  # noqa: S608 - names from above
    for table, old, new in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
