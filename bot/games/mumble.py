"""Mumble: the ping of its server browser (wiki.mumble.info/wiki/Protocol, "UDP ping packet")."""

import secrets

from bot.domain.players import GameProtocol, PlayerCount, checked_online, plausible_maximum
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from bot.games.sockets import UdpConnection
from bot.games.target import QueryTarget


async def query_mumble(target: QueryTarget) -> PlayerCount:
    """Query a Mumble server, which gives no names."""
    token = secrets.token_bytes(8)
    async with await UdpConnection.open(target.address, target.port) as connection:
        connection.send(bytes(4) + token)
        packet = Packet(await connection.receive())
    _, major, minor, patch = packet.take(4)
    if packet.take(8) != token:
        raise BadAnswer("the answer to another ping")
    return PlayerCount(
        online=checked_online(packet.number(">I")),
        maximum=plausible_maximum(packet.number(">I")),
        version=f"{major}.{minor}.{patch}",
        protocol=GameProtocol.MUMBLE,
    )
