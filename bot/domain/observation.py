"""Observations of servers, nodes and panels, and their absence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.core.i18n import Worded
from bot.domain.power_progress import CACHED_S
from bot.domain.usage_scale import share
from bot.panel.models import PowerState, Resources, Server

_RATE_GAP_S = 900.0
_OVERLAP = timedelta(minutes=1)
_STATS_S = 1.0
"""How often a node measures."""
_LATE_S = 10.0
"""How old a node's figures may be when they are read, from a slow list or on a busy machine."""
_ANSWER_S = 3.0
"""How long an answer of the panel may take to arrive."""


class ServerKey(NamedTuple):
    """The key of a server: panel and uuid."""

    panel_id: str
    uuid: str


class Source(StrEnum):
    """The source of an observation: the panel (up to 20 s old), or the node itself."""

    POLL = "poll"
    NODE = "node"
    SOCKET = "socket"

    @property
    def is_live(self) -> bool:
        """Whether the node itself reported it."""
        return self is not Source.POLL


class Unreached(StrEnum):
    """What did not respond."""

    PANEL = "panel"
    KEY = "key"
    NODE = "node"


class Absence(Worded, StrEnum):
    """Why a server could not be observed."""

    NODE_SILENT = "the node can't be reached"
    STATE_MISSING = "the node doesn't know the server's state"
    DAEMON_STARTED = "the node's daemon has just started"
    NOT_REPORTED = "the panel didn't report the server's state"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that percentages refer to; None: no limit, so no percentage. cpu in percent of one core."""

    memory_bytes: int | None = None
    cpu_percent: int | None = None
    disk_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Extremes:
    """The lowest and highest usage of an interval."""

    memory_low: int
    memory_high: int
    cpu_low: float
    cpu_high: float


@dataclass(frozen=True, slots=True)
class PlayerTotal:
    """How many players were on, and how many the game has room for; None: it doesn't say."""

    online: int
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a server did and used. cpu_absolute is in percent of one core, rx and tx count from its start.

    `at` is when it was true: when the node reported it, or when the request was sent. Where it stands for an
    interval, memory and cpu_absolute are its means, and `extremes` is set. A change that ended an interval
    early keeps its own values and has the interval's `extremes`. `players` is what the game itself answered
    last; None where it was not asked or did not answer. cpu_absolute is None where the node has no figure.
    """

    server: ServerKey
    at: datetime
    state: PowerState
    memory_bytes: int
    cpu_absolute: float | None
    disk_bytes: int
    rx_bytes: int
    tx_bytes: int
    uptime_ms: int
    source: Source = Source.POLL
    limits: Limits = Limits()
    extremes: Extremes | None = None
    players: PlayerTotal | None = None

    @property
    def memory_percent(self) -> float | None:
        """Memory of its limit; None for a process with 0 bytes, which is no measurement.

        Over 100 is possible (docs/reference/servers.md#usage-figures).
        """
        is_measured = self.memory_bytes or self.state is PowerState.OFFLINE
        return share(self.memory_bytes, self.limits.memory_bytes) if is_measured else None

    @property
    def cpu_percent(self) -> float | None:
        """CPU time of its limit; None without a figure."""
        return None if self.cpu_absolute is None else share(self.cpu_absolute, self.limits.cpu_percent)

    @property
    def disk_percent(self) -> float | None:
        """Disk of its limit; None for 0 bytes: Wings says so before its first walk.

        Source: docs/reference/servers.md#usage-figures.
        """
        return share(self.disk_bytes, self.limits.disk_bytes) if self.disk_bytes else None


@dataclass(frozen=True, slots=True)
class Missing:
    """The panel responded, but the server could not be observed."""

    server: ServerKey
    at: datetime
    why: Absence


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A panel or node did not answer, or the panel refused the key."""

    layer: Unreached
    since: datetime


CheckResult = Observation | Missing | Unreachable


@dataclass(frozen=True, slots=True)
class Sample:
    """An observation as stored in the history. Rates are bytes a second; None where unknown."""

    observation: Observation
    rx_rate: float | None = None
    tx_rate: float | None = None
    restarts: int = 0


def observe(
    panel_id: str, server: Server, used: Resources, at: datetime, source: Source = Source.POLL
) -> Observation | Missing:
    """Make an observation from `GET resources` (or a socket's stats) and the server's limits."""
    key = ServerKey(panel_id, server.uuid)
    if used.state is PowerState.MISSING:
        return Missing(key, at, Absence.STATE_MISSING)
    if used.state is PowerState.RUNNING and used.memory_bytes == 0 and used.uptime_ms == 0:
        return Missing(key, at, Absence.DAEMON_STARTED)
    limits = server.limits
    return Observation(
        key,
        at,
        used.state,
        used.memory_bytes,
        known_cpu(used.state, used.cpu_absolute_percent),
        used.disk_bytes,
        used.network_rx_bytes,
        used.network_tx_bytes,
        used.uptime_ms,
        source,
        Limits(limits.memory_bytes, limits.cpu_limit_percent, limits.disk_bytes),
    )


def known_cpu(state: PowerState, percent: float | None) -> float | None:
    """Return the CPU usage that a node reports, or that follows from the state: without a process, none."""
    return 0.0 if percent is None and state is PowerState.OFFLINE else percent


def changing_for(seen: Observation, since: datetime | None) -> timedelta:
    """Return how long a server has been starting or stopping; `since` is when it was first seen so.

    The uptime counts from the start, so it says nothing of a stop; it is 0 while an image is pulled.
    """
    watched = seen.at - since if since is not None else timedelta()
    if seen.state is PowerState.STARTING:
        return max(watched, timedelta(milliseconds=seen.uptime_ms))
    return max(watched, timedelta()) if seen.state is PowerState.STOPPING else timedelta()


def uptime_went_back(before: Observation, now: Observation) -> bool:
    """Return whether the uptime is less than before.

    A polled answer may be 20 s older than what was pushed before it, so it has to go back further.
    """
    stale = before.source.is_live and not now.source.is_live
    return now.uptime_ms < before.uptime_ms - (CACHED_S * 1000 if stale else 0)


def restarted_unseen(before: Observation, now: Observation) -> bool:
    """Return whether there is a new process although no other state was observed: the uptime went back.

    A crash after which Wings restarts the server shows in nothing else. What ran already when the server was
    last observed is no new process: two connections may report the same moment in the wrong order, and the
    uptime in a node's list is as of its answer.
    """
    if now.uptime_ms == 0 or not uptime_went_back(before, now):
        return False
    passed_s = (now.at - before.at).total_seconds()
    late_ms: float = CACHED_S * 1000
    if before.source.is_live and now.source.is_live:
        late_ms = min(late_ms, before.uptime_ms / 2)
    return passed_s < 0 or now.uptime_ms <= 1000 * passed_s + late_ms  # else the clock was set back


def began_later(before: Observation, now: Observation, passed_s: float) -> bool:
    """Return whether this is a later process than the one observed before, by when each began.

    A process began its uptime before it was observed, or earlier by as much as its figures are old. So it is
    another one if it began later than the one before can have, and since that was last observed. `passed_s`
    is the time between both by a monotonic clock. Equal uptimes are the same figures read twice.
    """
    passed_s = min(passed_s, (now.at - before.at).total_seconds())
    if now.uptime_ms - before.uptime_ms >= 1000 * (passed_s - _oldest_s(now)):
        return False
    if not (before.uptime_ms and now.uptime_ms) or now.uptime_ms == before.uptime_ms:
        return False
    return now.uptime_ms <= 1000 * (passed_s + _oldest_s(before))


def _oldest_s(seen: Observation) -> float:
    """Return how old the figures of an observation may be."""
    return _LATE_S if seen.source.is_live else _ANSWER_S + CACHED_S


def is_outdated(now: Observation, known: Observation) -> bool:
    """Return whether an observation may be older than the last one, as when sources change.

    The panel's answer may be 20 s old, so within that time it cannot contradict the node: neither its state
    nor, by an uptime that is too large, its process, in whichever order both arrive. A clock that was set
    back makes nothing old.
    """
    passed = now.at - known.at
    if known.source.is_live and not now.source.is_live:
        differs = now.state is not known.state or _is_of_earlier_process(now, known)
        return differs and abs(passed) < timedelta(seconds=CACHED_S)
    after_poll = now.source.is_live and now.uptime_ms > 0 and not known.source.is_live
    if after_poll and _is_of_earlier_process(known, now):
        return False
    return -_OVERLAP < passed < timedelta()


def _is_of_earlier_process(polled: Observation, live: Observation) -> bool:
    passed = polled.at - live.at
    return polled.uptime_ms > live.uptime_ms + passed / timedelta(milliseconds=1) + 1000 * _STATS_S


def lacks_figures(now: Observation, known: Observation) -> bool:
    """Return whether a console connection has reported only that a known running server is running.

    The uptime and usage follow; without the uptime, a restart in between would go unnoticed.
    """
    is_running = now.state is known.state is PowerState.RUNNING
    return is_running and now.source is Source.SOCKET and now.uptime_ms == 0 and known.uptime_ms > 0


def newer(known: Observation, other: Observation) -> Observation:
    """Return which of two observations of a server is the later one, by when they were true."""
    return other if other.at > known.at or is_outdated(known, other) else known


def sample(before: Observation | None, now: Observation, *, is_new: bool = False) -> Sample:
    """Make a sample for the history; rates need a recent observation of the same process.

    `is_new`: it is another process, although its uptime did not go back.
    """
    if before is None:
        return Sample(now)
    restarts = int(is_new or restarted_unseen(before, now) or (before.uptime_ms == 0 and now.uptime_ms > 0))
    passed_s = (now.at - before.at).total_seconds()
    received, sent = now.rx_bytes - before.rx_bytes, now.tx_bytes - before.tx_bytes
    same = not restarts and now.uptime_ms >= before.uptime_ms > 0 and 0 < passed_s <= _RATE_GAP_S
    if not same or received < 0 or sent < 0:
        return Sample(now, restarts=restarts)
    return Sample(now, received / passed_s, sent / passed_s, restarts)
