"""Acknowledgements, silences and notes belong to a guild instead of to the incident."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OF_A_GUILD = ("acked_by", "acked_at", "snoozed_until", "note", "noted_by")
# Who did it last says whose it is. Where the audit no longer knows, it is all guilds that were notified.
_WHOSE = """
    WITH acted AS (
        SELECT json_extract(what, '$.incident') AS incident_id, guild_id, max(id)
        FROM audit WHERE action = '{action}' AND outcome = 'done' GROUP BY 1 HAVING incident_id IS NOT NULL
    )
    SELECT i.*, g.guild_id FROM incidents AS i JOIN (
        SELECT incident_id, guild_id FROM acted
        UNION
        SELECT mi.incident_id, m.guild_id
        FROM message_incidents AS mi JOIN messages AS m ON m.id = mi.message_id
        WHERE mi.incident_id NOT IN (SELECT incident_id FROM acted)
    ) AS g ON g.incident_id = i.id
"""


_ACKNOWLEDGED = """
    INSERT INTO acknowledgements SELECT id, guild_id, acked_by, acked_at, level
    FROM ({whose}) WHERE acked_by IS NOT NULL AND acked_at IS NOT NULL
"""
_NOTED = """
    INSERT INTO incident_notes SELECT id, guild_id, note, noted_by
    FROM ({whose}) WHERE note IS NOT NULL AND noted_by IS NOT NULL
"""
_SILENCED = """
    INSERT INTO silences SELECT guild_id, panel_id, about, rule, max(snoozed_until), NULL
    FROM ({whose}) WHERE snoozed_until IS NOT NULL GROUP BY guild_id, panel_id, about, rule
"""
_BACK = """
    INSERT INTO incidents
    SELECT i.id, i.panel_id, i.about, i.rule, i.name, i.node, i.level, i.worst, i.fired_at, i.value, i.peak,
           i.better_since, i.ended_at, i.muted, a.acked_by, a.acked_at, s.until, n.note, n.noted_by,
           i.evidence
    FROM incidents_of_0007 AS i
    LEFT JOIN (
        SELECT incident_id, min(at) AS acked_at, "by" AS acked_by FROM acknowledgements GROUP BY incident_id
    ) AS a ON a.incident_id = i.id
    LEFT JOIN (
        SELECT panel_id, about, rule, min(until) AS until FROM silences GROUP BY panel_id, about, rule
    ) AS s ON s.panel_id = i.panel_id AND s.about = i.about AND s.rule = i.rule AND i.ended_at IS NULL
    LEFT JOIN (
        SELECT incident_id, max(guild_id), note, noted_by FROM incident_notes GROUP BY incident_id
    ) AS n ON n.incident_id = i.id
    ORDER BY i.id
"""
_INDEXES = (("panel_id", "ended_at"), ("panel_id", "about", "fired_at"), ("ended_at",))


def upgrade() -> None:
    _make_tables()
    op.execute(_ACKNOWLEDGED.format(whose=_WHOSE.format(action="alert.acknowledge")))
    op.execute(_NOTED.format(whose=_WHOSE.format(action="alert.note")))
    op.execute(_SILENCED.format(whose=_WHOSE.format(action="alert.snooze")))
    for name in _OF_A_GUILD:
        op.drop_column("incidents", name)


def downgrade() -> None:
    # Columns keep their order, so the table is created again.
    for columns in _INDEXES:
        op.drop_index(f"ix_incidents_{'_'.join(columns)}", table_name="incidents")
    op.rename_table("incidents", "incidents_of_0007")
    _make_incidents_of_0006()
    op.execute(_BACK)
    for table in ("incidents_of_0007", "silences", "incident_notes", "acknowledgements"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("incident_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("by", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "guild_id", name=op.f("pk_acknowledgements")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incident_notes",
        sa.Column("incident_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("noted_by", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "guild_id", name=op.f("pk_incident_notes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "silences",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("missed", sa.String(16)),
        sa.PrimaryKeyConstraint("guild_id", "panel_id", "about", "rule", name=op.f("pk_silences")),
        sqlite_with_rowid=False,
    )


def _make_incidents_of_0006() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("panel_id", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("node", sa.Text),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("worst", sa.String(16), nullable=False),
        sa.Column("fired_at", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("peak", sa.Float),
        sa.Column("better_since", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("muted", sa.String(16)),
        sa.Column("acked_by", sa.BigInteger),
        sa.Column("acked_at", sa.BigInteger),
        sa.Column("snoozed_until", sa.BigInteger),
        sa.Column("note", sa.Text),
        sa.Column("noted_by", sa.BigInteger),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.CheckConstraint(
            "level IN ('warning', 'critical') AND worst IN ('warning', 'critical')",
            name=op.f("ck_incidents_levels"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    for columns in _INDEXES:
        op.create_index(f"ix_incidents_{'_'.join(columns)}", "incidents", [*columns])
