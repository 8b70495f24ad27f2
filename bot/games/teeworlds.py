"""Teeworlds 0.7, and 0.6 as DDNet speaks it: the server info of their browsers.

Written from the packets as `src/engine/shared/network.h` of both describes them.
"""

import secrets
from collections.abc import Iterator

from bot.domain.players import (
    GameProtocol,
    Player,
    PlayerCount,
    checked_online,
    clean_text,
    named_player,
    named_players,
    plausible_maximum,
)
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from bot.games.sockets import UdpConnection
from bot.games.target import QueryTarget

_ASK = b"\xff\xff\xff\xffgie3"
_INFO, _EXTENDED_INFO = b"\xff\xff\xff\xffinf3", b"\xff\xff\xff\xffiext"
_OLD_HEADER, _NEW_HEADER = 6, 9
_CONNECTIONLESS = 0x21
_CONTROL, _TOKEN_MESSAGE = 0x04, 5
_NO_TOKEN = b"\xff\xff\xff\xff"
_TOKEN_REQUEST_LENGTH = 512
"""A server answers no shorter request for a token, so that it can't be used to flood others."""


async def query_teeworlds(target: QueryTarget) -> PlayerCount:
    """Query a server of either version: both are asked at once, and who answers first is heard."""
    mine = secrets.token_bytes(4)
    ask_for_token = bytes((_CONTROL, 0, 0)) + _NO_TOKEN + bytes((_TOKEN_MESSAGE,))
    async with await UdpConnection.open(target.address, target.port) as connection:
        connection.send(
            ask_for_token + mine.ljust(_TOKEN_REQUEST_LENGTH, b"\0"), b"xe" + bytes(4) + _ASK + mine[:1]
        )
        answer = await connection.receive()
        if answer[:1] != bytes((_CONTROL,)):
            return _old_info(answer)
        theirs = answer[8:12]
        connection.send(bytes((_CONNECTIONLESS,)) + theirs + mine + _ASK + bytes((mine[0] & 0x3F,)))
        while True:
            answer = await connection.receive()
            if answer[:1] == bytes((_CONNECTIONLESS,)):
                return _new_info(answer)


def _old_info(answer: bytes) -> PlayerCount:
    packet = Packet(answer)
    packet.take(_OLD_HEADER)
    kind = packet.take(len(_INFO))
    if kind not in {_INFO, _EXTENDED_INFO}:
        raise BadAnswer("not the server info")
    is_extended = kind == _EXTENDED_INFO
    packet.string()  # the token
    version, name, level = packet.string(), packet.string(), packet.string()
    for _ in range(4 if is_extended else 2):  # checksum and size of the map, kind of game, flags
        packet.string()
    _, _, online, maximum = (packet.string() for _ in range(4))
    if is_extended:
        packet.string()
    return PlayerCount(
        online=checked_online(online),
        maximum=plausible_maximum(maximum),
        players=named_players(_old_clients(packet, is_extended=is_extended)),
        version=clean_text(version),
        map=clean_text(level),
        name=clean_text(name),
        protocol=GameProtocol.TEEWORLDS,
    )


def _old_clients(packet: Packet, *, is_extended: bool) -> Iterator[Player]:
    while not packet.is_read:
        name, _, _, score, _ = (packet.string() for _ in range(5))
        if is_extended:
            packet.string()
        yield named_player(name, score=score)


def _new_info(answer: bytes) -> PlayerCount:
    packet = Packet(answer)
    packet.take(_NEW_HEADER)
    if packet.take(len(_INFO)) != _INFO:
        raise BadAnswer("not the server info")
    packet.variable_number()  # the token
    version, name, _, level, _ = (packet.string() for _ in range(5))
    _, _, _, _, online, maximum = (packet.variable_number() for _ in range(6))
    return PlayerCount(
        online=checked_online(online),
        maximum=plausible_maximum(maximum),
        players=named_players(_new_clients(packet)),
        version=clean_text(version),
        map=clean_text(level),
        name=clean_text(name),
        protocol=GameProtocol.TEEWORLDS,
    )


def _new_clients(packet: Packet) -> Iterator[Player]:
    while not packet.is_read:
        name, _ = packet.string(), packet.string()
        _, score, _ = (packet.variable_number() for _ in range(3))
        yield named_player(name, score=score)
