"""The servers of a world, and who hears what happens to them."""

from sandbox.clock import Clock
from sandbox.model import GameServer
from sandbox.timeline import Timeline


class EventBus(Timeline):
    """A timeline with servers on it; what runs on them needs no more of the world than this."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.servers: dict[str, GameServer] = {}

    def publish(self, server: GameServer, event: str, *args: str) -> None:
        """Pass an event on to everybody who listens to a server."""
        for listener in tuple(server.listeners):
            listener(event, args)
