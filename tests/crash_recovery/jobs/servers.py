"""The servers of a round: on two nodes, with players who come and go, and a panel that keeps a log."""

import random
import re
from bisect import bisect
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from sandbox import Sandbox, heartbeat
from sandbox.games import Game, Status
from sandbox.model import GameServer
from tests.crash_recovery.pace import Pace
from tests.crash_recovery.panel import PacedSandboxClock

PLAYED = ("Alder", "Birch", "Cedar", "Elm", "Fir")
"""Servers that people restart."""
FLEET = ("Fleet-1", "Fleet-2", "Fleet-3", "Fleet-4")
"""Servers of bulk actions."""
QUIET = ("Quiet-1", "Quiet-2", "Quiet-3")
"""Servers that stop when nobody is on."""
_LATENCY_S = 0.04
_BEAT_S = 10.0
_VISIT_S, _PAUSE_S, _QUIET_PAUSE_S = (20.0, 240.0), (20.0, 240.0), (400.0, 1500.0)
_WARNING = re.compile(r"say This server (?:restarts|stops) in ")
_NOTICE = re.compile(r"say (?:The restart was cancelled|This server stays online)")


@dataclass(slots=True)
class VisitedGame(Game):
    """A game that answers queries; its crowd changes at each of `turns`, in seconds of the round."""

    protocol: str = "minecraft"
    turns: tuple[float, ...] = ()

    @override
    def status(self, at: float) -> Status | None:
        players = ("Alex", "Nora") if bisect(self.turns, at) % 2 else ()
        return Status(players, 20, "Paper 1.21.4", "A Minecraft Server")


@dataclass(slots=True)
class Log:
    """What the panel did to one server, and when."""

    signals: dict[str, list[datetime]] = field(default_factory=dict)
    warnings: list[datetime] = field(default_factory=list)
    notices: list[datetime] = field(default_factory=list)
    commands: list[datetime] = field(default_factory=list)

    def between(self, signal: str, begin: datetime, end: datetime) -> int:
        """Count the signals of a kind in a time."""
        return sum(begin <= at <= end for at in self.signals.get(signal, ()))


def new_panel(pace: Pace, seed: int, length_s: float) -> tuple[Sandbox, dict[str, GameServer]]:
    """Make the panel of a round, and its servers by name."""
    dice = random.Random(seed)
    heartbeat.BEAT_SECONDS = _BEAT_S
    sandbox = Sandbox(PacedSandboxClock(pace), seed=seed, latency_s=_LATENCY_S)
    sandbox.world.settings.backup_throttle = (1000, 600)
    nodes = (sandbox.world.node, sandbox.world.add_node("node-2"))
    servers = {}
    for number, name in enumerate((*PLAYED, *FLEET, *QUIET)):
        game = VisitedGame(
            boot_seconds=dice.uniform(2.0, 25.0),
            stop_seconds=dice.uniform(0.5, 15.0),
            turns=_turns(dice, length_s, _QUIET_PAUSE_S if name in QUIET else _PAUSE_S),
        )
        server = sandbox.world.add_server(name, state="running", node=nodes[number % 2], game=game)
        server.feature_limits.backups = 200
        server.backup_seconds = dice.uniform(5.0, 60.0)
        server.disk.write("/world/level.dat", b"level" * 100)
        servers[name] = server
    return sandbox, servers


def log_of(server: GameServer) -> Log:
    """Read the panel's own log of a server."""
    log = Log()
    for row in server.activity:
        kind, _, signal = row.event.partition("server:power.")
        if signal and not kind:
            log.signals.setdefault(signal, []).append(row.at)
        elif row.event == "server:console.command":
            command = str(row.properties["command"])
            lists = ((_WARNING, log.warnings), (_NOTICE, log.notices))
            chosen = next((times for pattern, times in lists if pattern.match(command)), log.commands)
            chosen.append(row.at)
    return log


def _turns(dice: random.Random, length_s: float, pause_s: tuple[float, float]) -> tuple[float, ...]:
    turns, at = [], dice.uniform(0.0, pause_s[0])
    while at < length_s:
        turns.append(at)
        at += dice.uniform(*(_VISIT_S if len(turns) % 2 else pause_s))
    return tuple(turns)
