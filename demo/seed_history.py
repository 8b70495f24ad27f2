"""What the bot would have seen of the demo's servers in the last 30 days, had it been there."""

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.observation import ServerKey
from bot.domain.usage_history import Band, Point
from bot.storage import Store
from bot.storage.repositories import metrics
from sandbox import Sandbox
from sandbox.demo_world_games import noise
from sandbox.games import Load
from sandbox.model import GameServer
from sandbox.node.volumes import disk_of

MINUTE, HOUR, DAY = 60, 3600, 86_400
# A step, how far back, and at how many moments of a step a server is looked at.
_RESOLUTIONS = ((MINUTE, 7 * HOUR, 1), (5 * MINUTE, 50 * HOUR, 2), (HOUR, 30 * DAY, 3))
_LIFE = 76.0 * HOUR  # of a server that does not crash, between two restarts
_REST = {"Creative": 2.2 * HOUR}  # somebody stopped it for a while
_RESTART = 40.0
_GROWTH_A_DAY, _UNEVEN = 0.0045, 0.006  # of the disk
# When the bot itself was away: a night four days ago, and an update today. Seconds before now.
_AWAY = ((4.4 * DAY, 4.4 * DAY - 9 * HOUR), (13.4 * HOUR, 12.7 * HOUR))
_NOTHING = Load(0, 0.0, 0, 0)


async def write_past(store: Store, sandbox: Sandbox, panel_id: str, now: datetime) -> None:
    """Write it straight into the history, without a tick for every minute."""
    for server in sandbox.world.servers.values():
        if server.status is not None:
            continue  # the panel measures no suspended server
        key, past = ServerKey(panel_id, server.uuid), _past(server, sandbox.world.seconds(), now)
        for step_s, span_s, moments in _RESOLUTIONS:
            points = [*past.points(step_s, span_s, moments)]
            await store.write(partial(_put, key=key, step_s=step_s, points=points))
        await asyncio.sleep(0)


async def _put(conn: AsyncConnection, *, key: ServerKey, step_s: int, points: Sequence[Point]) -> None:
    await metrics.put_past(conn, key, step_s, points)


@dataclass(frozen=True, slots=True)
class _State:
    load: Load
    disk: int
    running: bool
    offline: bool
    players: int | None = None
    slots: int | None = None


@dataclass(frozen=True, slots=True)
class _Past:
    """One server that lived, ended and began again, always alike. `clock_s` is now on the sandbox's clock."""

    server: GameServer
    clock_s: float
    now_s: float
    life_s: float
    rest_s: float
    files: int
    ballast: int

    def points(self, step_s: int, span_s: int, moments: int) -> Iterator[Point]:
        """Yield the steps of a while before now, but for those in which the bot was away."""
        until = int(self.now_s) // step_s * step_s
        for at in range(until - span_s, until, step_s):
            ago_s = self.now_s - at
            if not any(first >= ago_s > last for first, last in _AWAY):
                yield self._point(at, step_s, moments)

    def _point(self, at: int, step_s: int, moments: int) -> Point:
        first, each = self.clock_s - (self.now_s - at), step_s / moments
        states = [self._state_at(first + number * each) for number in range(moments)]
        count = step_s // MINUTE
        earlier = states[0] if moments > 1 else self._state_at(first - each)
        sent = max(0, states[-1].load.tx_bytes - earlier.load.tx_bytes) / (each * max(1, moments - 1))
        return Point(
            at,
            _band([state.load.memory_bytes for state in states]),
            _band([state.load.cpu_absolute for state in states]),
            _band([state.disk for state in states]),
            sent / 4,
            sent,
            count,
            round(count * sum(state.running for state in states) / moments),
            round(count * sum(state.offline for state in states) / moments),
            self._starts(first + step_s) - self._starts(first),
            _players([state.players for state in states if state.players is not None]),
            states[-1].slots,
        )

    def _state_at(self, at_s: float) -> _State:
        disk, began = self._disk(at_s), self.server.power.container_started
        if began is None:
            return _State(_NOTHING, disk, running=False, offline=True)
        passed = (at_s - began) % self.life_s if at_s < began else at_s - began
        if passed > self.life_s - self.rest_s and at_s < began:
            return _State(_NOTHING, disk, running=False, offline=True)
        load, status = self.server.game.load(passed, at_s), self.server.game.status(at_s)
        is_running = passed >= self.server.game.boot_seconds
        if status is None or not is_running:
            return _State(load, disk, running=is_running, offline=False)
        return _State(
            load, disk, running=True, offline=False, players=len(status.players), slots=status.slots
        )

    def _starts(self, at_s: float) -> int:
        """Count the starts until a moment, from some start on."""
        began = self.server.power.container_started
        return 0 if began is None else min(0, math.floor((at_s - began) / self.life_s))

    def _disk(self, at_s: float) -> int:
        piled = self.server.game.ballast(at_s)
        if piled is not None:
            return self.files + piled
        ago_days = (self.clock_s - at_s) / DAY
        uneven = _UNEVEN * (noise(self.server.id, at_s / HOUR) - 0.5) * min(1.0, ago_days)
        return self.files + int(self.ballast * (1 - _GROWTH_A_DAY * ago_days + uneven))


def _past(server: GameServer, clock_s: float, now: datetime) -> _Past:
    crash_s, rest_s, disk = server.game.crash_after, _REST.get(server.name, _RESTART), disk_of(server)
    life_s = _LIFE + HOUR * (server.id % 7) if crash_s is None else crash_s + rest_s
    files = disk.used_bytes() - disk.ballast_bytes
    return _Past(server, clock_s, now.timestamp(), life_s, rest_s, files, disk.ballast_bytes)


def _players(counts: Sequence[int]) -> Band | None:
    return _band(counts) if counts else None


def _band(values: Sequence[float]) -> Band:
    return Band(min(values), sum(values) / len(values), max(values))
