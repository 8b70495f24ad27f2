"""OpenTTD: its game info, over TCP since version 12 and over UDP before.

Written from the packet's description in OpenTTD's sources (`src/network/core/network_game_info.h`).
"""

from bot.domain.players import GameProtocol, PlayerCount, checked_online, clean_text, plausible_maximum
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from bot.games.sockets import TcpConnection, UdpConnection
from bot.games.target import QueryTarget

_ASK_BY_TCP, _INFO_BY_TCP = 7, 6
_ASK_BY_UDP, _INFO_BY_UDP = 0, 1
_NEWEST = 7
_BYTES_OF_A_GRF = 20
_GRF_WITH_NAME, _GRF_BY_LOOKUP = 1, 2


async def query_openttd(target: QueryTarget) -> PlayerCount:
    """Query an OpenTTD server, which gives no names."""
    try:
        return await _query_by_tcp(target)
    except (BadAnswer, OSError, EOFError):
        return await _query_by_udp(target)


async def _query_by_tcp(target: QueryTarget) -> PlayerCount:
    async with await TcpConnection.open(target.address, target.port) as connection:
        connection.send(bytes((3, 0, _ASK_BY_TCP)))
        length = Packet(await connection.read_exactly(2)).number("<H")
        return _game_info(Packet(await connection.read_exactly(max(length - 2, 1))), _INFO_BY_TCP)


async def _query_by_udp(target: QueryTarget) -> PlayerCount:
    async with await UdpConnection.open(target.address, target.port) as connection:
        connection.send(bytes((3, 0, _ASK_BY_UDP)))
        packet = Packet(await connection.receive())
    packet.take(2)
    return _game_info(packet, _INFO_BY_UDP)


def _game_info(packet: Packet, kind: int) -> PlayerCount:
    if packet.number("B") != kind:
        raise BadAnswer("not the game info")
    version = packet.number("B")
    if not 1 <= version <= _NEWEST:
        raise BadAnswer(f"game info of version {version}")
    _skip_what_stands_before(packet, version)
    name, revision = packet.string(), packet.string()
    packet.take(1 if version >= 6 else 2)  # the password's flag; before, the language, too
    maximum, online = packet.number("B"), packet.number("B")
    return PlayerCount(
        online=checked_online(online),
        maximum=plausible_maximum(maximum),
        version=clean_text(revision),
        name=clean_text(name),
        protocol=GameProtocol.OPENTTD,
    )


def _skip_what_stands_before(packet: Packet, version: int) -> None:
    """Skip what newer versions put in front: ticks, scripts, graphics, dates and companies."""
    packet.take(8 if version >= 7 else 0)
    grf = packet.number("B") if version >= 6 else 0
    if version >= 5:
        packet.take(4)
        packet.string()
    if version >= 4:
        for _ in range(packet.number("B")):
            packet.take(4 if grf == _GRF_BY_LOOKUP else _BYTES_OF_A_GRF)
            if grf == _GRF_WITH_NAME:
                packet.string()
    packet.take(8 if version >= 3 else 0)
    packet.take(3 if version >= 2 else 0)
