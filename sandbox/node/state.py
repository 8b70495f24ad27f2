"""What the node's origin keeps in memory while it runs: burnt tokens and open sockets."""

from collections import Counter
from typing import Protocol

from aiohttp import web

from sandbox.model import GameServer
from sandbox.node.tokens import BurntTokens
from sandbox.world import World


class Socket(Protocol):
    """An open websocket, as the node sees it."""

    server: GameServer

    @property
    def hears(self) -> bool:
        """Whether events of the server are sent on it now."""

    def cut(self) -> None:
        """Drop the connection without a word (the client sees 1006)."""

    def forget(self) -> None:
        """Say nothing more on it, and keep it open."""

    def expire(self) -> None:
        """Let its token be too old from now on."""


class NodeState:
    """The memory of the node origin of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.burnt = BurntTokens()
        self.sockets: set[Socket] = set()
        self.frames_sent = 0
        self.sent: Counter[str] = Counter()
        """How many events of each name were sent, and how many `renewals` of a token were taken."""

    def server(self, uuid: object) -> GameServer | None:
        """Return a server that this node knows.

        Raises ConnectionAbortedError when the server's machine is down.
        """
        server = self.world.servers.get(str(uuid))
        if server is None or not server.on_node:
            return None
        if not server.node.up:
            raise ConnectionAbortedError
        return server

    def sockets_of(self, server: GameServer) -> int:
        """Return how many websockets a server has."""
        return sum(1 for socket in self.sockets if socket.server is server)


STATE: web.AppKey[NodeState] = web.AppKey("STATE", NodeState)
