"""A sandbox with one server, for tests that need nothing special in it."""

from collections.abc import AsyncIterator

import pytest

from tests.support.node_rig import Rig
from tests.support.node_rig import rig as make_rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with make_rig() as made:
        yield made
