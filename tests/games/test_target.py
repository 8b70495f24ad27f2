"""What may be queried, and what is loaded for it."""

import subprocess
import sys
from ipaddress import ip_address

import pytest

from bot.domain.players import GameProtocol
from bot.games import PROTOCOLS, QueryTarget


def test_every_protocol_but_the_panels_can_be_queried() -> None:
    assert set(PROTOCOLS) == set(GameProtocol) - {GameProtocol.PANEL}


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("0.0.0.0", 25565),  # noqa: S104 - refused
        ("::", 25565),
        ("224.0.0.1", 25565),
        ("ff02::1", 25565),
        ("198.51.100.7", 0),
        ("198.51.100.7", 65536),
    ],
)
def test_what_is_no_server_is_no_target(address: str, port: int) -> None:
    with pytest.raises(ValueError, match="is no"):
        QueryTarget(ip_address(address), port, GameProtocol.SOURCE)


def test_the_libraries_are_not_loaded_before_a_game_is_queried() -> None:
    code = "import sys, bot.games; print({'opengsq', 'mcstatus'} & {*sys.modules})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - our own
    assert result.stdout.strip() == "set()"
