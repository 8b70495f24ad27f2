"""A ground of one's own for each story."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.alerting.harness import Ground, ground


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(tmp_path) as made:
        yield made
