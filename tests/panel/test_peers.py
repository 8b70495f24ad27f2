"""A host that the panel names is connected to only when it is public, beside the panel, or listed."""

import pytest
from yarl import URL

from bot.panel.address_guard import AddressGuard
from bot.panel.errors import AddressForbidden


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "0.0.0.0"])  # noqa: S104 - it is refused here
async def test_a_host_inside_is_refused(host: str) -> None:
    with pytest.raises(AddressForbidden):
        await AddressGuard(URL("https://panel.example.com")).peers(host, 3306)


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700:4700::1111"])
async def test_a_public_host_is_allowed_also_beside_a_list_of_nodes(host: str) -> None:
    guard = AddressGuard(URL("https://panel.example.com"), ("node1.example.com",))
    assert await guard.peers(host, 3306) == (host,)


async def test_what_the_operator_listed_is_allowed() -> None:
    guard = AddressGuard(URL("https://panel.example.com"), ("10.0.0.7",))
    assert await guard.peers("10.0.0.7", 3306) == ("10.0.0.7",)
