"""An upgrade of the store is made whole or not at all, with a copy beforehand."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import Store
from bot.storage.errors import MigrationFailed
from bot.storage.migrate import migrate
from tests.storage.dumps import VERSIONS, content, load

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
SCRIPTS = Path(__file__).parents[2] / "bot" / "storage" / "migrations"


def scripts_with(tmp_path: Path, *bodies: str) -> str:
    """Make the real steps and some more."""
    directory = tmp_path / "scripts"
    shutil.copytree(SCRIPTS, directory, ignore=shutil.ignore_patterns("__pycache__"))
    last = VERSIONS[-1]
    for number, body in enumerate(bodies, start=9001):
        (directory / "versions" / f"v{number}.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision, down_revision = '{number}', '{last}'\n"
            f"def upgrade():\n    {body}\n"
        )
        last = str(number)
    return str(directory)


MAKE = "op.create_table('extra', sa.Column('x', sa.Integer)); op.execute('DELETE FROM grants')"


FAILING = {
    "bad-sql": MAKE + "; op.drop_table('nowhere')",
    "bug": MAKE + "; raise ValueError('a bug in the step')",
    "orphans": "op.execute('CREATE TABLE parent (x PRIMARY KEY)'); "
    "op.execute('CREATE TABLE child (x REFERENCES parent (x))'); "
    "op.execute('INSERT INTO child VALUES (1)')",
}


@pytest.fixture(scope="module")
def failing_scripts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Make the real steps with a good and a failing one behind them, for each way to fail."""
    directory = tmp_path_factory.mktemp("failing")
    return {kind: scripts_with(directory / kind, MAKE, step) for kind, step in FAILING.items()}


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        # Here every fourth version once and each way several times; all of them in `make sweep`.
        pytest.param(version, kind, marks=() if number % 12 == 4 * turn else pytest.mark.sweep)
        for number, version in enumerate(reversed(VERSIONS))
        for turn, kind in enumerate(FAILING)
    ],
)
async def test_a_step_that_fails_takes_all_steps_back(
    path: Path, failing_scripts: dict[str, str], version: str, kind: str
) -> None:
    load(path, version)
    before = content(path)
    with pytest.raises(MigrationFailed, match="couldn't be upgraded") as caught:
        await migrate(path, now=NOW, scripts=failing_scripts[kind])
    assert "all its data" in caught.value.sentence
    assert content(path) == before
    await (await Store.open(path, now=NOW)).close()


async def test_altering_a_table_leaves_alone_what_refers_to_it(path: Path, tmp_path: Path) -> None:
    family = (
        "op.execute('CREATE TABLE parent (x INTEGER PRIMARY KEY, y)'); "
        "op.execute('CREATE TABLE child (x REFERENCES parent (x) ON DELETE CASCADE)'); "
        "op.execute('INSERT INTO parent VALUES (1, 2)'); op.execute('INSERT INTO child VALUES (1)')"
    )
    alter = "\n    with op.batch_alter_table('parent', recreate='always') as batch: batch.drop_column('y')"
    await migrate(path, now=NOW, scripts=scripts_with(tmp_path, family, alter))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM parent, child").fetchall() == [(1, 1)]


async def test_before_the_steps_a_copy_is_made_that_opens(path: Path) -> None:
    load(path, "0001")
    with closing(sqlite3.connect(path)) as live:
        # Rows that are in the write-ahead log only are part of the copy.
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA wal_autocheckpoint=0")
        live.execute("DELETE FROM grants WHERE subject_kind = 'role'")
        live.commit()
        before = content(path)
        await migrate(path, now=NOW)
    copies = list((path.parent / "backups").iterdir())
    assert [copy.name for copy in copies] == ["quetzal-0001-20260801T120000Z.db"]
    assert content(copies[0]) == before
    assert copies[0].stat().st_mode & 0o077 == 0


async def test_a_new_or_current_store_needs_no_copy(path: Path) -> None:
    for _ in range(2):
        await (await Store.open(path, now=NOW)).close()
    assert not (path.parent / "backups").exists()


@pytest.mark.sweep
async def test_starts_that_fail_again_and_again_do_not_push_good_copies_out(
    path: Path, tmp_path: Path
) -> None:
    directory = path.parent / "backups"
    directory.mkdir()
    for version in range(7):
        (directory / f"quetzal-old{version}-2026070{version + 1}T000000Z.db").touch()
    (directory / "of-the-operator.db").touch()
    load(path, "0001")
    scripts = scripts_with(tmp_path, "raise ValueError('a bug in the step')")
    for hour in range(6):  # more than copies are kept
        with pytest.raises(MigrationFailed):
            await migrate(path, now=NOW + timedelta(hours=hour), scripts=scripts)
    assert sorted(copy.name for copy in directory.iterdir()) == [
        "of-the-operator.db",
        "quetzal-0001-20260801T170000Z.db",
        *(f"quetzal-old{version}-2026070{version + 1}T000000Z.db" for version in range(3, 7)),
    ]
