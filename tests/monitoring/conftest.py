"""A panel to watch."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.monitoring.rig import Rig, new_rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with new_rig(tmp_path) as rig:
        yield rig
