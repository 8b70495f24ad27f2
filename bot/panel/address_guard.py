"""Which addresses Quetzal connects to when the panel hands one out (downloads, uploads, sockets).

The check is made when a socket is made, on the address itself: this covers names, literals, and a name whose
address changes between two look-ups.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.connector import AddrInfoType
from yarl import URL

from bot.panel.errors import AddressForbidden, BrokenAnswer

Address = IPv4Address | IPv6Address

_MAPPED = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
"""NAT64 and the old IPv4-compatible form carry an IPv4 address in their last 32 bits."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""Private by RFC 8215, which Pythons before 3.11.10 do not know; it may lead to any IPv4 address."""


class ForbiddenPeer(OSError):
    """Raised when aiohttp makes a socket; it becomes the cause of a connector error."""


class AddressGuard:
    """Knows the operator's hosts and the panel's own network."""

    def __init__(self, panel: URL, node_hosts: tuple[str, ...] = ()) -> None:
        self._panel = panel
        self._node_hosts = frozenset(host.lower() for host in node_hosts)
        self._panel_addresses: set[Address] = set()

    def panel_socket(self, info: AddrInfoType) -> socket.socket:
        """Make a socket to the panel, and remember where the panel is."""
        self._panel_addresses.add(_address(info))
        return _socket(info)

    def node_socket(self, info: AddrInfoType) -> socket.socket:
        """Make a socket to a node; raises ForbiddenPeer."""
        if not self._node_hosts and not self.allows(_address(info)):
            raise ForbiddenPeer(f"{_address(info)} is not allowed")
        return _socket(info)

    async def peers(self, host: str, port: int) -> tuple[str, ...]:
        """Look up a host that is no node (a database server); connect to the result, not to the name.

        The operator's list names nodes, so a host outside it may still be public. AddressForbidden, OSError.
        """
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listed = not self._node_hosts.isdisjoint({host.lower(), f"{host}:{port}".lower()})
        allowed = [str(info[4][0]) for info in infos if listed or self.allows(_address(info))]
        if not allowed:
            raise AddressForbidden(detail=f"host {host!r} is neither public nor beside the panel")
        return tuple(dict.fromkeys(allowed))

    def check_url(self, text: str) -> URL:
        """Check scheme and host of a URL from the panel; raises AddressForbidden or BrokenAnswer."""
        try:
            url = URL(text, encoded=True)
            host, port = (url.host or "").lower(), url.port
        except ValueError as error:
            raise BrokenAnswer(detail="the panel handed out something that is no URL") from error
        if url.scheme not in {"http", "https", "ws", "wss"} or not host or url.user is not None:
            raise AddressForbidden(detail=f"scheme {url.scheme!r}, host {host!r}")
        listed = host in self._node_hosts or f"{host}:{port}" in self._node_hosts
        if self._node_hosts and not listed:
            raise AddressForbidden(detail=f"host {host!r} is not among the configured node hosts")
        if url.scheme in {"http", "ws"} and self._panel.scheme == "https" and not listed:
            raise AddressForbidden(detail=f"{url.scheme}://{host} below a panel with https")
        return url

    def allows(self, address: Address) -> bool:
        """Return whether an address is public, or in the network of the panel itself."""
        address = unwrapped(address)
        if address.is_multicast or address.is_unspecified or address in _LOCAL_NAT64:
            return False
        return address.is_global or any(_neighbours(address, unwrapped(own)) for own in self._panel_addresses)


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return inner
    if any(address in network for network in _MAPPED) and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _neighbours(address: Address, panel: Address) -> bool:
    if panel.is_loopback:
        return address.is_loopback
    if address == panel:
        return True
    if panel.is_global or panel.version != address.version or address.is_loopback:
        return False
    return address in ip_network((int(panel), 24 if panel.version == 4 else 64), strict=False)


def _address(info: AddrInfoType) -> Address:
    return ip_address(str(info[4][0]))


def _socket(info: AddrInfoType) -> socket.socket:
    family, kind, protocol, *_ = info
    return socket.socket(family=family, type=kind, proto=protocol)
