"""One rig a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.file_faults.rig import Rig, rigs


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rigs(tmp_path) as made, made.open_rig() as rig:
        yield rig
