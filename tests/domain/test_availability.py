"""Whether a server is available, decided once in the order of docs/reference/servers.md#availability."""

import pytest

from bot.domain.availability import unavailable_text
from bot.panel.availability import has_failed_installation, unavailable_reason
from bot.panel.errors import ConflictReason
from bot.panel.models import Server, ServerStatus

LIMITS = {"memory": 0, "swap": 0, "disk": 0, "cpu": 0}
NAMED = {"uuid": "u", "identifier": "i", "internal_id": 1, "name": "S", "node": "N", "limits": LIMITS}


def server(**fields: object) -> Server:
    return Server.model_validate({**NAMED, **fields})


@pytest.mark.parametrize("status", [None, *ServerStatus])
def test_every_reason_has_words(status: ServerStatus | None) -> None:
    flags = ("is_suspended", "is_node_under_maintenance", "is_transferring")
    for flag in (None, *flags):
        barred = server(status=status, **({flag: True} if flag else {}))
        assert (unavailable_text(barred) is None) == (unavailable_reason(barred) is None)


def test_a_server_is_available_after_a_failed_reinstallation() -> None:
    failed = server(status="reinstall_failed")
    assert unavailable_reason(failed) is None
    assert has_failed_installation(failed)


def test_a_failed_first_installation_is_distinguished_from_one_under_way() -> None:
    failed, running = server(status="install_failed"), server(status="installing")
    assert unavailable_text(failed) == "not installed: the installation failed"
    assert unavailable_text(running) == "being installed"
    assert (has_failed_installation(failed), has_failed_installation(running)) == (True, False)


def test_of_several_reasons_it_is_the_one_that_the_panel_names() -> None:
    everything = {
        "is_suspended": True,
        "is_node_under_maintenance": True,
        "status": "restoring_backup",
        "is_transferring": True,
    }
    reasons = []
    for field in tuple(everything):
        reasons.append(unavailable_reason(server(**everything)))
        del everything[field]
    assert reasons == [
        ConflictReason.SUSPENDED,
        ConflictReason.NODE_MAINTENANCE,
        ConflictReason.RESTORING,
        ConflictReason.TRANSFERRING,
    ]
    assert unavailable_reason(server()) is None
