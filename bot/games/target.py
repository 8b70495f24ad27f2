"""What is queried."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from bot.domain.players import GameProtocol

_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class QueryTarget:
    """One address and port, and how the game there is queried. Raises ValueError for what no server has.

    The address is one, not a name: whoever makes a target has looked the name up and checked the result
    (`PanelClient.peers`), so that a query can't be led elsewhere by a second look-up.
    `secret` is what some games want before they answer (a token or password of their own API). `game_port` is
    the port people connect to, for those that are asked about it on another (TeamSpeak).
    """

    address: IPv4Address | IPv6Address
    port: int
    protocol: GameProtocol
    secret: str | None = field(default=None, repr=False)
    game_port: int | None = None

    def __post_init__(self) -> None:
        if self.address.is_multicast or self.address.is_unspecified:
            raise ValueError(f"{self.address} is no server")
        if self.protocol is GameProtocol.PANEL:
            raise ValueError("the panel's counter is no protocol of a game")
        if not 0 < self.port <= _HIGHEST_PORT:
            raise ValueError(f"{self.port} is no port")

    @property
    def host(self) -> str:
        """The address as text."""
        return str(self.address)
