"""Games on the allocations of sandbox servers, and what they answered."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.player_query import PlayerQuery, PlayersNow
from bot.domain.players import GameProtocol, Player, PlayerCount
from sandbox.model import GameServer
from tests.games.standins import UdpStandIn, bedrock
from tests.support.metrics_history import key_of
from tests.support.world import World


class BedrockGame:
    """A Bedrock server on the first allocation of a sandbox server.

    `is_hung`: its answers are broken, which ends a query at once; `is_mute`: it says nothing at all.
    """

    def __init__(self, server: GameServer) -> None:
        self.key = key_of(server)
        self.online = 3
        self.is_hung = self.is_mute = False
        self.server = server
        server.egg = replace(server.egg, name="Vanilla Bedrock", startup="./bedrock_server", features=[])
        self.socket = UdpStandIn(self._answers)

    @property
    def port(self) -> int:
        return self.socket.target(GameProtocol.BEDROCK).port

    @property
    def asked(self) -> int:
        return len(self.socket.questions)

    def _answers(self, question: bytes) -> Iterable[bytes]:
        if self.is_hung:
            yield bedrock.pong(b"")
        elif bedrock.MAGIC in question and not self.is_mute:
            yield bedrock.pong(bedrock.fields(online=self.online, maximum=20))


def answer(
    world: World,
    online: int,
    maximum: int | None = 40,
    *,
    players: tuple[Player, ...] | None = None,
    server: GameServer | None = None,
) -> None:
    """Let a server's game have answered just now, as monitoring notes it."""
    server, now = server or world.survival, world.services.clock.now()
    query = PlayerQuery(GameProtocol.MINECRAFT, server.allocations[0].port, "")
    count = PlayerCount(
        online=online,
        maximum=maximum,
        players=players,
        version="1.21.4",
        name="A Minecraft Server",
        protocol=GameProtocol.MINECRAFT,
    )
    world.services.players.answers.answered(key_of(server), query, PlayersNow(count, now))
