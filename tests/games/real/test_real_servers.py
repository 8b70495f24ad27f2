"""Servers that others wrote report who is on; one that isn't installed is skipped."""

from pathlib import Path

import pytest

from tests.games.real.servers import SERVERS, RealServer

pytestmark = pytest.mark.sweep


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.title)
async def test_a_real_server_reports_who_is_on(server: RealServer, tmp_path: Path) -> None:
    if not server.is_installed:
        pytest.skip(f"{server.title} is not installed: tests/games/real/install.sh")
    async with server.run(tmp_path) as target:
        count = await server.answer(target)
    assert (count.online, count.maximum, count.name) == (server.online, server.maximum, server.name)
