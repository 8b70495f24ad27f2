"""A panel for `quetzal doctor` to check."""

from collections.abc import AsyncIterator

import pytest

from sandbox import RealClock, Sandbox


@pytest.fixture
async def panel() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=RealClock()) as sandbox:
        sandbox.world.add_server(name="Survival", owner="owner", state="running")
        yield sandbox
