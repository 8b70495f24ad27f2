"""Players' addresses are hidden; what only looks like one stays."""

import pytest

from bot.domain.address_masking import mask_addresses


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("Ada[/10.1.2.3:52814] logged in", "Ada[/[address]:52814] logged in"),
        ("from 2001:db8::7 and fe80::1:", "from [address] and [address]:"),
        ("peer ::ffff:203.0.113.9 left", "peer [address] left"),
        (
            "[12:34:56] [Server thread/INFO]: Done (4.071s)!",
            "[12:34:56] [Server thread/INFO]: Done (4.071s)!",
        ),
        ("version 1.20.4, build 1.2.3.4.5", "version 1.20.4, build 1.2.3.4.5"),
        ("std::vector and 300.1.2.3", "std::vector and 300.1.2.3"),
        ("face: cafe, bad:beef", "face: cafe, bad:beef"),
    ],
)
def test_addresses_are_hidden(line: str, masked: str) -> None:
    assert mask_addresses(line) == masked
