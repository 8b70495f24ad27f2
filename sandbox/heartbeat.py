"""Once a second, while a server's websocket is open: chatter, stats, and the check of the disk."""

from sandbox.console import catch_up, publish_stats
from sandbox.event_bus import EventBus
from sandbox.model import GameServer
from sandbox.power import enforce_disk

BEAT_SECONDS = 1.0


def start_beating(world: EventBus, server: GameServer) -> None:
    """Begin to beat unless it does already; it ends by itself when nobody listens any more."""
    if not server.beating:
        server.beating = True
        world.later(BEAT_SECONDS, lambda: _beat(world, server))


def _beat(world: EventBus, server: GameServer) -> None:
    if not server.listeners:
        server.beating = False
        return
    if server.power.container_started is not None:
        catch_up(world, server)
        enforce_disk(world, server)
        publish_stats(world, server)
    world.later(BEAT_SECONDS, lambda: _beat(world, server))
