"""Stores of every version of the schema, as SQL (`versions`)."""

import sqlite3
from contextlib import closing
from pathlib import Path

DUMPS = Path(__file__).with_name("versions")
VERSIONS = sorted(dump.stem for dump in DUMPS.glob("*.sql"))


def load(path: Path, version: str) -> None:
    """Make a store of this version."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DUMPS / f"{version}.sql").read_text())


def content(path: Path) -> list[str]:
    """Return everything in a store, as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
