"""A panel for the monitor."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.monitoring.rig import Rig, new_rig
from tests.support.stores import stores_without_threads


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    with stores_without_threads():
        async with new_rig(tmp_path) as rig:
            yield rig
