"""States of servers, facts of the audit and counts of observations under their names in the code."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("audit", "what", "facts"),
    ("closed_channels", "told_at", "warned_at"),
    ("metric_samples", "looks", "observations"),
    ("metric_minutes", "looks", "observations"),
    ("metric_hours", "looks", "observations"),
)
# Keys of the JSON in server_states.state. A quote within a value has a backslash before it.
_KEYS = (
    ("asked", "stop_requested"),
    ("asked_by", "stop_requested_by"),
    ("asked_at", "stop_requested_at"),
)


def upgrade() -> None:
    for table, old, new in _COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    _copy("sights", "memory", "server_states", "state")
    for old, new in _KEYS:
        op.execute(f"""UPDATE server_states SET state = replace(state, '"{old}":', '"{new}":')""")  # noqa: S608 - names from above


def downgrade() -> None:
    for old, new in _KEYS:
        op.execute(f"""UPDATE server_states SET state = replace(state, '"{new}":', '"{old}":')""")  # noqa: S608 - names from above
    _copy("server_states", "state", "sights", "memory")
    for table, old, new in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")


def _copy(old: str, old_column: str, new: str, new_column: str) -> None:
    """Create the table again: the name of its key is that of the table, and a rename would keep it."""
    op.create_table(
        new,
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("server_uuid", sa.String(36), nullable=False),
        sa.Column(new_column, sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("panel_id", "server_uuid", name=op.f(f"pk_{new}")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO {new} SELECT panel_id, server_uuid, {old_column} FROM {old}")  # noqa: S608 - names from above
    op.drop_table(old)
