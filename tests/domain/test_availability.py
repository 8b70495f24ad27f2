"""What bars a server is one fact for those who show it and those who would ask it."""

import pytest

from bot.domain.availability import Barrier, barrier, unavailable_text
from bot.monitoring.availability import unavailable_reason
from bot.panel.models import Server, ServerStatus

LIMITS = {"memory": 0, "swap": 0, "disk": 0, "cpu": 0}
NAMED = {"uuid": "u", "identifier": "i", "internal_id": 1, "name": "S", "node": "N", "limits": LIMITS}


@pytest.mark.parametrize("status", [None, *ServerStatus])
def test_whoever_asks_is_told_the_same(status: ServerStatus | None) -> None:
    server = Server.model_validate({**NAMED, "status": status})
    assert (unavailable_text(server) is None) == (unavailable_reason(server) is None)


def test_a_failed_reinstallation_bars_nobody() -> None:
    assert barrier(Server.model_validate({**NAMED, "status": "reinstall_failed"})) is None
    assert barrier(Server.model_validate({**NAMED, "status": "install_failed"})) is Barrier.INSTALL_FAILED
