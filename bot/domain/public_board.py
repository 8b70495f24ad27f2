"""What the players of a community may know about its servers: no ids, nodes, usage or alerts. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from types import MappingProxyType

from bot.core.i18n import Worded
from bot.domain.board import BoardRow
from bot.domain.formatting import exact_percent, sparkline, whole_percent
from bot.domain.player_query import PlayersNow
from bot.domain.public_address import PublicAddress
from bot.domain.quoting import shown_address
from bot.panel.models import PowerState, Server

_COLUMN_HOURS = 3
"""So that the line of a day fits on a phone."""
_INNER_NETWORKS = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)


class PublicState(Worded, StrEnum):
    """Whether people can play on a server, in the order that the board lists them."""

    UP = "up"
    STARTING = "starting"
    IDLE = "stopped because empty"
    DOWN = "down"
    UNKNOWN = "state not known"


@dataclass(frozen=True, slots=True)
class PublicHistory:
    """`uptime_percent` of 30 days, and the mean players of each hour of the last day; None: not known."""

    uptime_percent: float | None = None
    day: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class PublicServer:
    """One server. `uuid` is only for the button that starts it, and is None where there is none.

    `has_chosen_address`: the guild gives another address than the panel.
    """

    name: str
    state: PublicState
    players: PlayersNow | None = None
    address: str | None = None
    history: PublicHistory = PublicHistory()
    uuid: str | None = None
    has_chosen_address: bool = False


def public_servers(
    rows: Iterable[BoardRow],
    servers: Mapping[str, Server],
    histories: Mapping[str, PublicHistory],
    chosen: Mapping[str, PublicAddress] = MappingProxyType({}),
) -> dict[str, PublicServer]:
    """Leave of a board what is public, by uuid; `chosen` are the addresses that the guild gives itself."""
    return {
        row.uuid: _with_address(
            _shown(row, histories.get(row.uuid)), servers.get(row.uuid), chosen.get(row.uuid)
        )
        for row in rows
    }


def in_order(servers: Iterable[PublicServer]) -> tuple[PublicServer, ...]:
    """Sort those that can be played on first, then by name."""
    order = list(PublicState)
    return tuple(sorted(servers, key=lambda server: (order.index(server.state), server.name.casefold())))


def public_address(server: Server) -> str | None:
    """Write what players type to join; None where the primary address can't be reached from outside."""
    primary = server.primary_allocation
    if primary is None:
        return None
    host = primary.ip_alias or primary.ip
    return shown_address(host, primary.port) if _is_outer(host) else None


def uptime(value: float) -> str:
    """Write it with one decimal, cut: only what never stopped has 100%."""
    cut = math.floor(value * 10) / 10
    return whole_percent(cut) if cut.is_integer() else exact_percent(cut)


def day_line(day: Sequence[float | None]) -> str:
    """Draw the players of the day, three hours a column; empty when nobody was on."""
    columns = [_mean(day[first : first + _COLUMN_HOURS]) for first in range(0, len(day), _COLUMN_HOURS)]
    most = max((mean for mean in columns if mean is not None), default=0.0)
    return sparkline(columns, most) if most > 0 else ""


def _mean(hours: Sequence[float | None]) -> float | None:
    known = [mean for mean in hours if mean is not None]
    return sum(known) / len(known) if known else None


def _with_address(shown: PublicServer, server: Server | None, chosen: PublicAddress | None) -> PublicServer:
    if chosen is not None:
        return replace(shown, address=chosen.address, has_chosen_address=True)
    return shown if server is None else replace(shown, address=public_address(server))


def _shown(row: BoardRow, history: PublicHistory | None) -> PublicServer:
    state = _state(row)
    return PublicServer(
        row.name,
        state,
        row.players if state is PublicState.UP else None,
        history=history or PublicHistory(),
        uuid=row.uuid if state is PublicState.IDLE else None,
    )


def _state(row: BoardRow) -> PublicState:
    if row.unavailable:
        return PublicState.DOWN
    match row.state:
        case PowerState.RUNNING:
            return PublicState.UP
        case PowerState.STARTING:
            return PublicState.STARTING
        case PowerState.OFFLINE | PowerState.STOPPING:
            return PublicState.DOWN if row.idle_since is None else PublicState.IDLE
        case _:
            return PublicState.UNKNOWN


def _is_outer(host: str) -> bool:
    """Whether a host is a name, or an address that isn't only known inside of a network."""
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return True
    if address.is_unspecified or address.is_loopback or address.is_link_local or address.is_multicast:
        return False
    return not any(address in network for network in _INNER_NETWORKS if network.version == address.version)
