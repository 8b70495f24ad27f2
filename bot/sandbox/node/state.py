"""What one run of Wings keeps in memory: burnt tokens, revoked people, open sockets."""

from typing import Protocol

from aiohttp import web

from bot.sandbox.model import GameServer, User
from bot.sandbox.node.tokens import BurntTokens, Claims, identity
from bot.sandbox.world import World


class Socket(Protocol):
    """An open websocket, as the node sees it."""

    server: GameServer

    def cut(self) -> None:
        """Drop the connection without a word (the client sees 1006)."""


class NodeState:
    """The memory of the node origin of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.burnt = BurntTokens()
        self.sockets: set[Socket] = set()
        self._revoked: dict[str, int] = {}

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

    def revoke(self, user: User, server: GameServer) -> None:
        """Take back all tokens of a person, as the panel asks when a subuser is changed or removed."""
        self._revoked[identity(user, server)] = int(self.world.now().timestamp())

    def is_revoked(self, claims: Claims, server: GameServer) -> bool:
        """Whether a token is older than a revocation or than the start of Wings."""
        started = server.node.started_at
        since = max(
            self._revoked.get(str(claims.get("jti")), 0),
            int(started.timestamp()) if started is not None else 0,
        )
        return bool(claims.get("iat", 0) < since)

    def cut(self) -> None:
        """Drop every websocket of a machine that is down. Call it after setting `Node.up` to False."""
        for socket in tuple(self.sockets):
            if not socket.server.node.up:
                socket.cut()


STATE: web.AppKey[NodeState] = web.AppKey("STATE", NodeState)
