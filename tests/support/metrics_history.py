"""A history for the server of the world: samples in the store, as the monitor stores them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.domain.observation import ServerKey
from bot.domain.usage_history import Point
from bot.storage.repositories import metrics
from sandbox.model import GameServer
from tests.support.past_periods import GIB, band_around
from tests.support.world import World

_STEPS = ((60, timedelta(hours=7)), (300, timedelta(days=4)), (3600, timedelta(days=30)))


def key_of(server: GameServer) -> ServerKey:
    return ServerKey("main", server.uuid)


def point(
    at: int, observations: int, *, memory: float = 0.5, cpu: float = 30, disk: float = 1.0, up: bool = True
) -> Point:
    """Make a point; memory and disk in GiB, cpu in percent of a core."""
    running, offline = (observations, 0) if up else (0, observations)
    used = (band_around(memory * GIB), band_around(cpu), band_around(disk * GIB))
    return Point(at, *used, 1000, 4000, observations, running, offline, 0)


async def remember(
    world: World,
    *,
    ago: timedelta = timedelta(days=30),
    step: Callable[[float, int, int], Point | None] = lambda _, at, observations: point(at, observations),
    server: GameServer | None = None,
) -> None:
    """Fill the history back to some time ago. `step` gets hours before now, second and observations."""
    now = world.services.clock.now()
    key = key_of(server or world.survival)
    for step_s, kept in _STEPS:
        until = int(now.timestamp()) // step_s * step_s
        span = int(min(ago, kept).total_seconds())
        made = (
            step((now.timestamp() - at) / 3600, at, step_s // 60) for at in range(until - span, until, step_s)
        )
        points = [point for point in made if point is not None]
        await world.services.store.write(partial(metrics.put_past, server=key, step_s=step_s, points=points))
