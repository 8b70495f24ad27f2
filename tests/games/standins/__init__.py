"""Stand-ins for games that have no free server, written from the protocols' public descriptions."""

from tests.games.standins.sockets import UdpStandIn

__all__ = ["UdpStandIn"]
