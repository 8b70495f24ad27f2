"""A store in a directory of its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import Store
from tests.support.stores import place_store

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quetzal.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    await place_store(path.parent)
    store = await Store.open(path, now=NOW)
    yield store
    await store.close()
