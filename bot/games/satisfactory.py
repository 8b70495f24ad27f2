"""Satisfactory: its state by UDP, its players by HTTPS (satisfactory.wiki.gg/wiki/Dedicated_servers).

opengsq has this protocol, but only for those who have a token of the server.
"""

import secrets
from typing import Any

from bot.domain.players import GameProtocol, PlayerCount, checked_online, clean_text, plausible_maximum
from bot.games.errors import BadAnswer
from bot.games.packet import Packet
from bot.games.sockets import UdpConnection
from bot.games.target import QueryTarget
from bot.games.web import fetch_json

_MAGIC, _ASK_STATE, _STATE, _VERSION = 0xF6D5, 0, 1, 1
_END = b"\x01"
_IDLE, _LOADING, _PLAYING = 1, 2, 3
_API = "/api/v1"


async def query_satisfactory(target: QueryTarget) -> PlayerCount:
    """Query a server, which must let players in without a password."""
    cookie = secrets.token_bytes(8)
    async with await UdpConnection.open(target.address, target.port) as connection:
        connection.send(_MAGIC.to_bytes(2, "little") + bytes((_ASK_STATE, _VERSION)) + cookie + _END)
        packet = Packet(await connection.receive())
    if (packet.number("<H"), packet.number("B")) != (_MAGIC, _STATE):
        raise BadAnswer("not the state")
    packet.take(1)
    if packet.take(8) != cookie:
        raise BadAnswer("the answer to another question")
    state, build = packet.number("B"), packet.number("<I")
    packet.take(8)
    for _ in range(packet.number("B")):
        packet.take(3)
    name = packet.take(packet.number("<H")).decode(errors="replace")
    if state not in {_IDLE, _LOADING, _PLAYING}:
        raise BadAnswer(f"state {state}")
    game = await _game_state(target) if state == _PLAYING else {"numConnectedPlayers": 0, "playerLimit": None}
    return PlayerCount(
        online=checked_online(game["numConnectedPlayers"]),
        maximum=plausible_maximum(game.get("playerLimit")),
        version=str(build),
        name=clean_text(name),
        protocol=GameProtocol.SATISFACTORY,
    )


async def _game_state(target: QueryTarget) -> dict[str, Any]:
    login = await _call(target, "PasswordlessLogin", {"MinimumPrivilegeLevel": "Client"})
    answer = await _call(target, "QueryServerState", {}, login["authenticationToken"])
    return dict(answer["serverGameState"])


async def _call(
    target: QueryTarget, function: str, data: dict[str, str], token: str | None = None
) -> dict[str, Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = await fetch_json(
        target, _API, scheme="https", body={"function": function, "data": data}, headers=headers
    )
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        raise BadAnswer("no data")
    return dict(answer["data"])
