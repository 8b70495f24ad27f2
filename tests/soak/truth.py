"""The sandbox's own log: every change of state, who was notified of it, and why a process ended."""

import time
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from sandbox import Sandbox
from sandbox.model import GameServer
from sandbox.node.state import Socket

ARRIVES_S = 1.0
"""What was said on a connection that was dropped within this time may not have arrived. The time in which the
machine lets nobody run comes on top."""
_SOON_S = 30.0


@dataclass(frozen=True, slots=True)
class End:
    """Why a process ended. `asked_by` names who requested it; None: it crashed."""

    exit_code: int | None = None
    gave_up: bool = False
    asked_by: str | None = None


@dataclass(slots=True)
class Change:
    """A state that a server went into.

    `sockets`: the live connections on which this was said, `dropped`: when each was dropped soon after.
    """

    at: float
    state: str
    end: End | None = None
    sockets: set[Socket] = field(default_factory=set)
    dropped: dict[Socket, float] = field(default_factory=dict)
    listed_at: float | None = None
    """When the node first answered with this state whoever has its token."""


@dataclass(slots=True)
class Truth:
    """All changes by server, and when each node was down. Times are seconds of the day on the wall.

    `listed`: when the node answered with its list. `pauses`: until when, and for how many seconds, the
    machine did not let the watcher or the sandbox run.
    """

    changes: dict[str, list[Change]] = field(default_factory=dict)
    node_of: dict[str, str] = field(default_factory=dict)
    down: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    listed: list[float] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)
    _spans: list[tuple[float, float]] | None = None

    def down_between(self, server: str, since: float, until: float) -> float:
        """Return for how many seconds a server's node was down in a time."""
        spans = self.down.get(self.node_of[server], ())
        return sum(max(0.0, min(until, ended) - max(since, began)) for began, ended in spans)

    def leave_out_lost(self) -> None:
        """Leave out the connections on which what was said may not have arrived."""
        for changes in self.changes.values():
            for change in changes:
                arrives_s = ARRIVES_S + self.paused_between(change.at, change.at + ARRIVES_S)
                change.sockets -= {
                    socket for socket, at in change.dropped.items() if at <= change.at + arrives_s
                }

    def answered_after(self, asked_at: float) -> float:
        """Return when the node answered with its list to whoever asked for it at a time."""
        place = bisect_left(self.listed, asked_at)
        return self.listed[place] if place < len(self.listed) else asked_at

    def paused_between(self, since: float, until: float) -> float:
        """Return for how many seconds the machine let one of both wait in a time, which grows by that."""
        if self._spans is None:
            self._spans = merged((at - seconds, at) for at, seconds in self.pauses)
        total_s = 0.0
        for place in range(bisect_left(self._spans, since, key=itemgetter(1)), len(self._spans)):
            began, ended = self._spans[place]
            if began > until + total_s:
                break
            total_s += min(ended, until + total_s + ended - began) - max(began, since)
        return total_s


def merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the same times in order, each moment once."""
    apart: list[tuple[float, float]] = []
    for began, ended in sorted(spans):
        if apart and began <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], ended))
        else:
            apart.append((began, ended))
    return apart


class TruthLog:
    """Writes down what happens in a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.truth = Truth()
        self._sandbox = sandbox
        self._ends: dict[str, End] = {}
        self._down_since: dict[str, float] = {}
        for server in sandbox.world.servers.values():
            self._follow(server)

    def expect(self, server: GameServer, end: End) -> None:
        """Note why the process of a server is about to end."""
        self._ends[server.uuid] = end

    def dropped(self, sockets: Sequence[Socket]) -> None:
        """Note that connections are dropped: what was said on them a moment ago may not arrive."""
        now = time.time()
        for socket in sockets:
            for change in reversed(self.truth.changes[socket.server.uuid]):
                if change.at < now - _SOON_S:
                    break
                if socket in change.sockets:
                    change.dropped.setdefault(socket, now)

    def node_went(self, name: str, *, down: bool) -> None:
        """Note that a node went down, or came back."""
        if down:
            self._down_since[name] = time.time()
        else:
            spans = self.truth.down.setdefault(name, [])
            spans.append((self._down_since.pop(name), time.time()))

    def read_requests(self, node: str) -> None:
        """Note which states a node answered with since the last call."""
        listed = []
        while self._sandbox.requests:
            logged = self._sandbox.requests.popleft()
            if (logged.origin, logged.path, logged.status) == ("node", "/api/servers", 200):
                listed.append(logged.at.timestamp())
        self.truth.listed += listed
        for uuid, changes in self.truth.changes.items():
            if self.truth.node_of[uuid] != node:
                continue
            for at in listed:
                place = bisect_left(changes, at, key=lambda change: change.at) - 1
                if place >= 0 and changes[place].listed_at is None:
                    changes[place].listed_at = at

    def _follow(self, server: GameServer) -> None:
        self.truth.node_of[server.uuid] = server.node.name
        changes = self.truth.changes[server.uuid] = [Change(time.time(), server.state)]

        def hear(event: str, args: Sequence[str]) -> None:
            if event != "status":
                return
            hearing = {
                socket for socket in self._sandbox.open_sockets if socket.server is server and socket.hears
            }
            end = self._ends.pop(server.uuid, None) if args[0] == "offline" else None
            changes.append(Change(time.time(), args[0], end, hearing))

        server.listeners.insert(0, hear)
