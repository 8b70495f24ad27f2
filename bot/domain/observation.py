"""What one look at a server, its node or its panel gave. No answer is never read as an answer."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.power_progress import CACHED_S
from bot.domain.usage_scale import share
from bot.panel.models import PowerState, Resources, Server

_JAVA_FEATURE = "java_version"
_JAVA_STARTS = re.compile(r"(?:^|[;&|(]|\bexec\s)\s*(?:\w+=\S*\s+)*(?:[^\s;&|()]*/)?java(?:\s|$)|\s-jar\s")
"""The program itself, by whatever path and after whatever variables, or the option that only it has."""
_OTHER_STARTS = re.compile(
    r"(?:\S*/)?(?:node|npm|npx|yarn|pnpm|bun|deno|python[\d.]*|dotnet|mono|php|ruby)(?:\s|$)"
)
_JAVA_IMAGE = re.compile(
    r"(?<![a-z])(?:(?:open)?jdk|jre|java|temurin|adoptopenjdk|graalvm(?:-ce)?|graal|zulu|corretto|amazoncorretto"
    r"|semeru|ibm-semeru-runtimes|openj9|liberica|dragonwell|microsoft-openjdk|sapmachine)(?![a-z])",
    re.IGNORECASE,
)
"""Java by its makers; whole words, for javascript is another language."""
_RATE_GAP_S = 900.0
_OVERLAP = timedelta(minutes=1)


class ServerKey(NamedTuple):
    """Which server of which panel."""

    panel_id: str
    uuid: str


class Source(StrEnum):
    """Who gave an observation: the panel, up to 20 s old, or the node itself, as things are now."""

    POLL = "poll"
    NODE = "node"
    SOCKET = "socket"

    @property
    def is_live(self) -> bool:
        """Whether the node itself said it."""
        return self is not Source.POLL


class Unreached(StrEnum):
    """What did not answer: one fact for all that lies behind it."""

    PANEL = "panel"
    KEY = "key"
    NODE = "node"


class Absence(StrEnum):
    """Why nothing is known of a server."""

    NODE_SILENT = "the node did not answer"
    STATE_MISSING = "the node does not know the server's state"
    DAEMON_STARTED = "the node's daemon has just started"
    NOT_REPORTED = "the panel did not say how the server is"


@dataclass(frozen=True, slots=True)
class Limits:
    """What percentages are counted against; None: no limit, so no percentage. cpu in percent of one core."""

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
class Observation:
    """What a server did and used. cpu_absolute is in percent of one core, rx and tx count from its start.

    `at` is when it was true: the moment in which the node said it, or in which an answer was asked for. Where
    it stands for an interval, memory and cpu_absolute are its means, and `extremes` is set. A change
    that ended an interval early keeps its own values and has the interval's `extremes`.
    """

    server: ServerKey
    at: datetime
    state: PowerState
    memory_bytes: int
    cpu_absolute: float
    disk_bytes: int
    rx_bytes: int
    tx_bytes: int
    uptime_ms: int
    source: Source = Source.POLL
    limits: Limits = Limits()
    extremes: Extremes | None = None

    @property
    def memory_percent(self) -> float | None:
        """Memory in percent of its limit; over 100 is possible (docs/reference/servers.md#usage-figures)."""
        return share(self.memory_bytes, self.limits.memory_bytes)

    @property
    def cpu_percent(self) -> float | None:
        """Processor time of its limit."""
        return share(self.cpu_absolute, self.limits.cpu_percent)

    @property
    def disk_percent(self) -> float | None:
        """Disk of its limit; None for 0 bytes: Wings says so before its first walk.

        Source: docs/reference/servers.md#usage-figures.
        """
        return share(self.disk_bytes, self.limits.disk_bytes) if self.disk_bytes else None


@dataclass(frozen=True, slots=True)
class Missing:
    """The panel answered, but nothing is known of the server."""

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
    """An observation as history keeps it. Rates are bytes a second; None where they cannot be known."""

    observation: Observation
    rx_rate: float | None = None
    tx_rate: float | None = None
    restarts: int = 0


def observe(
    panel_id: str, server: Server, used: Resources, at: datetime, source: Source = Source.POLL
) -> Observation | Missing:
    """Read an answer of `GET resources` (or a socket's stats) beside the limits, which are not in it."""
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
        used.cpu_absolute_percent,
        used.disk_bytes,
        used.network_rx_bytes,
        used.network_tx_bytes,
        used.uptime_ms,
        source,
        Limits(limits.memory_bytes, limits.cpu_limit_percent, limits.disk_bytes),
    )


def runs_java(server: Server) -> bool:
    """Whether memory says nothing, because the heap is never given back.

    What the server is started with says so for certain; only a start through a script leaves it to the egg's
    features and the image's name.
    """
    started = server.invocation.strip()
    if _JAVA_STARTS.search(started):
        return True
    if _OTHER_STARTS.match(started):
        return False
    return _JAVA_FEATURE in (server.egg_features or ()) or bool(_JAVA_IMAGE.search(server.docker_image))


def changing_for(seen: Observation, since: datetime | None) -> timedelta:
    """Tell for how long a server has been starting or stopping; `since` is when it was first seen so.

    The uptime counts from the start, so it says nothing of a stop; it is 0 while an image is pulled.
    """
    watched = seen.at - since if since is not None else timedelta()
    if seen.state is PowerState.STARTING:
        return max(watched, timedelta(milliseconds=seen.uptime_ms))
    return max(watched, timedelta()) if seen.state is PowerState.STOPPING else timedelta()


def restarted_unseen(before: Observation, now: Observation) -> bool:
    """Whether there is a new process although no other state was seen: the uptime went back and is not 0.

    A crash that Wings mends by itself shows in nothing else. A polled answer may be 20 s older than what
    was pushed before it, so it has to go back further. What ran already when the server was last observed is
    no new process: two connections may tell of the same moment in the wrong order.
    """
    stale = before.source.is_live and not now.source.is_live
    slack_ms = CACHED_S * 1000 if stale else 0
    passed_ms = (now.at - before.at) / timedelta(milliseconds=1)
    began_since = passed_ms < 0 or now.uptime_ms <= passed_ms + CACHED_S * 1000  # else the clock was set back
    return began_since and 0 < now.uptime_ms < before.uptime_ms - slack_ms


def is_outdated(now: Observation, known: Observation) -> bool:
    """Whether an observation may be older than what is known: in a hand-over two sources speak at once.

    The panel's answer may be 20 s old, so within that time it cannot contradict the node. A clock that was
    set back makes nothing old.
    """
    passed = now.at - known.at
    if known.source.is_live and not now.source.is_live:
        differs = now.state is not known.state or now.uptime_ms > known.uptime_ms + CACHED_S * 1000
        return differs and abs(passed) < timedelta(seconds=CACHED_S)
    return -_OVERLAP < passed < timedelta()


def sample(before: Observation | None, now: Observation) -> Sample:
    """Make an entry for the history; rates need an observation of the same process, not too long before."""
    if before is None:
        return Sample(now)
    restarts = int(restarted_unseen(before, now) or (before.uptime_ms == 0 and now.uptime_ms > 0))
    passed_s = (now.at - before.at).total_seconds()
    received, sent = now.rx_bytes - before.rx_bytes, now.tx_bytes - before.tx_bytes
    same = now.uptime_ms >= before.uptime_ms > 0 and 0 < passed_s <= _RATE_GAP_S
    if not same or received < 0 or sent < 0:
        return Sample(now, restarts=restarts)
    return Sample(now, received / passed_s, sent / passed_s, restarts)
