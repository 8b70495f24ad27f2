"""A ground of one's own for each story."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.alerting.harness import Harness, open_harness


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with open_harness(tmp_path) as made:
        yield made
