"""Where Quetzal connects to when a panel hands an address out."""

import socket
from ipaddress import ip_address

import pytest
from pydantic import SecretStr
from yarl import URL

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.address_guard import AddressGuard, unwrapped
from bot.panel.node import NodeLink
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import Origin, Seen, http


def guard(panel: str, *addresses: str, node_hosts: tuple[str, ...] = ()) -> AddressGuard:
    """Make a guard whose panel was found at these addresses."""
    made = AddressGuard(URL(panel), node_hosts)
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        made.panel_socket((family, socket.SOCK_STREAM, 0, "", (address, 443))).close()
    return made


PUBLIC, PRIVATE, LOOPBACK = "93.184.216.34", "192.168.7.20", "127.0.0.1"

# the panel's address, the address handed out, whether it is allowed
TABLE = [
    (PUBLIC, "1.1.1.1", True),
    (PUBLIC, "2606:4700:4700::1111", True),
    (PUBLIC, "127.0.0.1", False),
    (PUBLIC, "10.0.0.1", False),
    (PUBLIC, "172.16.5.5", False),
    (PUBLIC, "192.168.1.1", False),
    (PUBLIC, "169.254.169.254", False),
    (PUBLIC, "100.64.0.1", False),
    (PUBLIC, "0.0.0.0", False),  # noqa: S104 - it is refused here
    (PUBLIC, "255.255.255.255", False),
    (PUBLIC, "224.0.0.1", False),
    (PUBLIC, "::", False),
    (PUBLIC, "::1", False),
    (PUBLIC, "fe80::1%1", False),
    (PUBLIC, "fc00::1", False),
    (PUBLIC, "ff02::1", False),
    (PUBLIC, "::ffff:127.0.0.1", False),
    (PUBLIC, "::ffff:169.254.169.254", False),
    (PUBLIC, "::ffff:1.1.1.1", True),
    (PUBLIC, "::127.0.0.1", False),
    (PUBLIC, "2002:7f00:1::", False),
    (PUBLIC, "2002:c0a8:101::1", False),
    (PUBLIC, "64:ff9b::7f00:1", False),
    (PUBLIC, "64:ff9b::a9fe:a9fe", False),
    (PUBLIC, "64:ff9b:1::1", False),
    (PUBLIC, "2001:0:53aa:64c::1", False),
    (PRIVATE, "192.168.7.20", True),
    (PRIVATE, "192.168.7.99", True),
    (PRIVATE, "::ffff:192.168.7.99", True),
    (PRIVATE, "192.168.8.1", False),
    (PRIVATE, "127.0.0.1", False),
    (PRIVATE, "169.254.169.254", False),
    (LOOPBACK, "127.0.0.1", True),
    (LOOPBACK, "127.8.9.10", True),
    (LOOPBACK, "::1", True),
    (LOOPBACK, "192.168.7.20", False),
    (LOOPBACK, "169.254.169.254", False),
    ("fd00::10", "fd00::99", True),
    ("fd00::10", "fd00:1::99", False),
    ("fd00::10", "::1", False),
]


@pytest.mark.parametrize(("panel", "address", "allowed"), TABLE)
def test_public_addresses_and_the_panels_own_network(panel: str, address: str, allowed: bool) -> None:
    assert guard("https://panel.example", panel).allows(ip_address(address)) is allowed


def test_ipv4_inside_ipv6_is_seen_for_what_it_is() -> None:
    for text in ("::ffff:10.1.2.3", "2002:a01:203::", "64:ff9b::a01:203", "::10.1.2.3"):
        assert str(unwrapped(ip_address(text))) == "10.1.2.3"
    assert str(unwrapped(ip_address("::1"))) == "::1"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://node.example/x",
        "https:///no-host",
        "javascript:alert(1)",
        "https://user:pass@node.example/",
        "http://node.example/",
        "ws://node.example/",
    ],
)
def test_schemes_and_shapes_that_are_refused_below_a_panel_with_https(url: str) -> None:
    with pytest.raises(errors.AddressForbidden):
        guard("https://panel.example").check_url(url)


@pytest.mark.parametrize("url", ["https://[::1", "https://node.example:99999/"])
def test_what_is_no_url_at_all(url: str) -> None:
    with pytest.raises(errors.BrokenAnswer):
        guard("https://panel.example").check_url(url)


def test_the_operators_hosts_are_the_only_ones_when_given() -> None:
    listed = guard("https://panel.example", node_hosts=("Node.lan", "10.0.0.5:8443"))
    assert listed.check_url("http://node.lan:8080/download/file?token=a.b-c_d").query["token"] == "a.b-c_d"
    assert listed.check_url("wss://10.0.0.5:8443/ws").port == 8443
    for url in ("https://10.0.0.5:22/", "https://other.lan/", "https://node.lan.evil.example/"):
        with pytest.raises(errors.AddressForbidden):
            listed.check_url(url)


@pytest.mark.parametrize(
    ("host", "refusal"),
    [
        ("127.0.0.1", errors.AddressForbidden),
        ("localhost", errors.AddressForbidden),
        ("[::ffff:127.0.0.1]", errors.AddressForbidden),
        ("2130706433", errors.NodeDown),  # no name that resolves
        ("127.1", errors.NodeDown),
    ],
)
async def test_names_and_literals_are_judged_when_the_connection_is_made(
    host: str, refusal: type[errors.PanelError], origin: Origin
) -> None:
    """A public panel hands out this machine's own address, however it is written."""
    config = PanelConfig("http://panel.example", SecretStr(KEY))
    link = NodeLink(config, guard("http://panel.example", PUBLIC))
    await link.open()
    try:
        for attempt in (
            link.download(f"http://{host}:{origin.port}/x").__aenter__(),
            link.websocket(f"ws://{host}:{origin.port}/x"),
        ):
            with pytest.raises(errors.PanelError) as caught:
                await attempt
            assert type(caught.value) is refusal
    finally:
        await link.close()
    assert origin.connections == 0


async def test_a_redirect_of_the_nodes_is_not_followed(client: PanelClient, origin: Origin) -> None:
    def script(seen: Seen) -> bytes:
        if seen.target.startswith("/api/"):
            return http(200, {"object": "signed_url", "attributes": {"url": f"{origin.url}/download/file"}})
        return http(302, b"", {"Location": f"{origin.url}/secret"})

    origin.script = script
    with pytest.raises(errors.AddressForbidden):
        async with client.files.download(UUID, "/a"):
            pass
    assert [seen.target for seen in origin.requests][-1] == "/download/file"


async def test_an_address_that_leads_nowhere(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, {"object": "signed_url", "attributes": {"url": "http://127.0.0.1:9/x"}}))
    with pytest.raises(errors.NodeDown):
        async with client.files.download(UUID, "/a"):
            pass


async def test_an_operators_host_may_be_private(origin: Origin, clock: Clock) -> None:
    origin.answers(
        http(200, {"object": "signed_url", "attributes": {"url": f"http://localhost:{origin.port}/x"}}),
        http(200, b"text", {"Content-Type": "application/octet-stream"}),
    )
    config = PanelConfig(origin.url, SecretStr(KEY), node_hosts=("localhost",))
    async with (
        PanelClient(config, clock, sleep=clock.sleep) as client,
        client.files.download(UUID, "/a") as file,
    ):
        assert [chunk async for chunk in file] == [b"text"]
