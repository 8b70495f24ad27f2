"""From any earlier schema to this one and back, with all data that both know."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.engine.interfaces import ReflectedCheckConstraint

from bot.domain.audit import AuditEntry, AuditFilter, Outcome
from bot.domain.default_server import DefaultScope, DefaultServer
from bot.domain.file_changes import Change, ChangeKind, SavedAs
from bot.domain.grants import Grant, SubjectKind
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.domain.levels import Level
from bot.domain.observation import ServerKey
from bot.storage import Store
from bot.storage.encryption import SecretBox
from bot.storage.engine import migration_engine
from bot.storage.migrate import alembic_config, migrate
from bot.storage.repositories import (
    alerts,
    audit,
    closed_channels,
    default_servers,
    file_changes,
    grants,
    guild_settings,
    member_keys,
    metrics,
    server_states,
)
from bot.storage.repositories.server_states import ServerState
from bot.storage.tables import metadata
from tests.storage.dumps import VERSIONS, content, load

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
SOME = [
    pytest.param(version, marks=() if number % 6 == 0 or version == VERSIONS[0] else pytest.mark.sweep)
    for number, version in enumerate(reversed(VERSIONS))
]
"""The suite plays the newest, each sixth before it and the oldest, `make sweep` the others."""

# What every dump holds (tests/storage/versions).
GUILD, ROLE, ADMIN, MEMBER = 123456789012345678, 223456789012345678, 323456789012345678, 423456789012345678
SERVER = "1a7ce997-259b-452e-8b4e-cecc464142ca"
THEN = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
LATER = THEN + timedelta(seconds=1)
VAULT = SecretBox([SecretStr("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")])
GRANTS = (
    Grant(GUILD, SubjectKind.ROLE, ROLE, "main", None, Level.OPERATOR, ADMIN, THEN),
    Grant(GUILD, SubjectKind.PERSON, MEMBER, "main", SERVER, Level.MANAGER, ADMIN, LATER),
)
ACTS = (
    AuditEntry(
        at=THEN + timedelta(milliseconds=2500),
        guild_id=GUILD,
        user_id=MEMBER,
        panel_id="main",
        server_uuid=SERVER,
        action="server.power",
        outcome=Outcome.UNKNOWN,
        facts={"signal": "restart"},
        id=2,
    ),
    AuditEntry(
        at=THEN,
        guild_id=GUILD,
        user_id=ADMIN,
        panel_id="main",
        server_uuid=None,
        action="access.grant",
        outcome=Outcome.DONE,
        facts={"level": "operator", "role": ROLE},
        interaction_id=523456789012345678,
        id=1,
    ),
)
DEFAULTS = (DefaultServer(GUILD, DefaultScope.CHANNEL, 623456789012345678, "main", SERVER, ADMIN, THEN),)
CHANGE = Change(
    id="20260801T120000000-0a1b2c3d",
    guild_id=GUILD,
    user_id=MEMBER,
    panel_id="main",
    server_uuid=SERVER,
    kind=ChangeKind.EDIT,
    path="/server.properties",
    kept=SavedAs.SNAPSHOT,
    size_bytes=26,
    before="9f",
    after="a0",
    outcome=Outcome.DONE,
)
SETTINGS = GuildSettings(
    guild_id=GUILD,
    panel_id="main",
    updated_by=ADMIN,
    updated_at=THEN,
    alert_channel_id=723456789012345678,
    steps=frozenset({SetupStep.PANEL, SetupStep.ALERT_CHANNEL}),
)


def tables(path: Path) -> list[str]:
    """Keep the schema's statements and nothing of the data."""
    return [line for line in content(path) if not line.startswith("INSERT")]


async def go(path: Path, *, up: str | None = None, down: str | None = None) -> None:
    def step(connection: Connection) -> None:
        if up:
            command.upgrade(alembic_config(connection), up)
        if down:
            command.downgrade(alembic_config(connection), down)

    engine = migration_engine(path)
    async with engine.begin() as conn:
        await conn.run_sync(step)
    await engine.dispose()


async def test_every_version_has_a_dump(path: Path) -> None:
    with create_engine("sqlite://").connect() as connection:
        directory = ScriptDirectory.from_config(alembic_config(connection))
    assert sorted(script.revision for script in directory.walk_revisions()) == VERSIONS


@pytest.mark.parametrize("version", SOME)
async def test_the_data_of_every_version_comes_through(path: Path, version: str) -> None:
    load(path, version)
    store = await Store.open(path, now=NOW)
    async with store.read() as conn:
        assert await grants.of_guild(conn, GUILD) == GRANTS
        assert (await audit.page(conn, AuditFilter(GUILD))).acts == ACTS
        channel = DEFAULTS[0].subject_id
        assert (
            await default_servers.applicable(conn, guild_id=GUILD, channel_ids=[channel], user_id=1)
            == DEFAULTS
        )
        assert await guild_settings.get(conn, guild_id=GUILD, panel_id="main") == SETTINGS
        key = await member_keys.get(conn, VAULT, panel_id="main", user_id=MEMBER)
        kept = await file_changes.of_ids(conn, panel_id="main", server_uuid=SERVER, ids=[CHANGE.id])
    await store.close()
    assert list(kept.values()) == ([CHANGE] if version >= "0003" else [])
    assert (key.get_secret_value() if key else None) == (
        "ptlc_A1b2C3d4E5f6G7h8" if version >= "0002" else None
    )


@pytest.mark.parametrize("version", SOME)
async def test_a_dump_is_what_the_steps_make(path: Path, tmp_path: Path, version: str) -> None:
    await go(path, up=version)
    load(tmp_path / "dump.db", version)
    assert tables(path) == tables(tmp_path / "dump.db")


@pytest.mark.parametrize("version", SOME)
async def test_down_to_every_version_and_up_again_keeps_what_both_know(
    path: Path, tmp_path: Path, version: str
) -> None:
    load(path, VERSIONS[-1])
    load(tmp_path / "earlier.db", version)
    await go(path, down=version)
    # Indexes of a table that was made again stand elsewhere in the file.
    assert sorted(content(path)) == sorted(content(tmp_path / "earlier.db"))
    await (await Store.open(path, now=NOW)).close()


async def test_what_one_guild_did_about_an_alert_stays_with_that_guild(path: Path) -> None:
    """Version 0006 kept it with the incident, for all guilds; the audit says whose it was."""
    load(path, "0006")
    other = GUILD + 1
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"""
            UPDATE incidents SET acked_by = {MEMBER}, acked_at = 1785585600000, note = 'A cable',
                noted_by = 7, snoozed_until = 1785589200000;
            INSERT INTO messages SELECT 2, {other}, panel_id, 8, kind, topic, 'Q-2', '2', created_at, loud,
                reply_to, revision, attempted_revision, first_attempt_at, posted_at, discord_id, delivery
                FROM messages;
            INSERT INTO message_incidents VALUES (2, 1);
            INSERT INTO audit VALUES (3, 1785585600000, {GUILD}, {MEMBER}, 'main', NULL, 'alert.acknowledge',
                '{{"incident":1}}', 'done', NULL);
            INSERT INTO audit VALUES (4, 1785585600000, {other}, 7, 'main', NULL, 'alert.note',
                '{{"incident":1}}', 'done', NULL);
        """)  # noqa: S608 - numbers of this file
    store = await Store.open(path, now=NOW)
    async with store.read() as conn:
        (ours,) = await alerts.get(conn, [1], guild_id=GUILD)
        (theirs,) = await alerts.get(conn, [1], guild_id=other)
    await store.close()
    assert (ours.acknowledged_by, ours.note) == (MEMBER, None)
    assert (theirs.acknowledged_by, theirs.note, theirs.noted_by) == (None, "A cable", 7)
    assert ours.silenced_until == theirs.silenced_until == THEN + timedelta(hours=1)
    await go(path, down="0006")
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT acked_by, acked_at, snoozed_until, note, noted_by FROM incidents")
        assert kept.fetchall() == [(MEMBER, 1785585600000, 1785589200000, "A cable", 7)]


async def test_rows_of_version_0012_are_read_under_the_names_of_the_glossary(path: Path) -> None:
    load(path, "0012")
    requester = 'schedule "asked":'
    with closing(sqlite3.connect(path)) as connection:
        stored = {"asked": True, "asked_by": requester, "asked_at": "2026-08-01T12:00:00Z"}
        connection.execute("UPDATE sights SET memory = ?", (json.dumps(stored, separators=(",", ":")),))
        connection.execute("UPDATE closed_channels SET told_at = 1785585601000")
        connection.execute("UPDATE metric_samples SET looks = 3")
        connection.commit()
    before = content(path)
    store = await Store.open(path, now=NOW)
    async with store.read() as conn:
        state = await server_states.get(conn, ServerKey("main", SERVER))
        (closed,) = await closed_channels.read(conn)
        history = await metrics.read(conn, ServerKey("main", SERVER), THEN - timedelta(hours=1), LATER)
    await store.close()
    assert state == ServerState(stop_requested=True, stop_requested_by=requester, stop_requested_at=THEN)
    assert closed.warned_at == LATER
    assert [point.observations for point in history.points] == [3]
    await go(path, down="0012")
    assert sorted(content(path)) == sorted(before)


async def test_down_to_nothing(path: Path) -> None:
    load(path, VERSIONS[-1])
    await go(path, down="base")
    assert [line.split()[2] for line in tables(path) if line.startswith("CREATE")] == ["alembic_version"]


async def test_the_steps_make_exactly_what_the_code_expects(path: Path, tmp_path: Path) -> None:
    def checks(connection: Connection) -> dict[str, list[ReflectedCheckConstraint]]:
        inspection = inspect(connection)
        return {table: inspection.get_check_constraints(table) for table in metadata.tables}

    await migrate(path, now=NOW)
    made, declared = (
        create_engine(f"sqlite:///{path}"),
        create_engine(f"sqlite:///{tmp_path / 'declared.db'}"),
    )
    metadata.create_all(declared)
    with made.connect() as of_steps, declared.connect() as of_code:
        assert compare_metadata(MigrationContext.configure(of_steps), metadata) == []
        assert checks(of_steps) == checks(of_code)
        assert sum(map(len, checks(of_code).values())) > 0
    made.dispose()
    declared.dispose()
