"""An evaluator and a dispatcher for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.alerting.harness import Harness, open_harness


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with open_harness(tmp_path) as made:
        yield made
