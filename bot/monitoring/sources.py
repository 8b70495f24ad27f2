"""Sources of observations (sockets, nodes, polling): each server gets the best one that works."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.supervisor import Pulse
from bot.domain.observation import Observation, Source
from bot.domain.process_end import ProcessEnd
from bot.panel.availability import unavailable_reason
from bot.panel.models import Server

log = logging.getLogger(__name__)

NOT_YET = "it has not been observed yet"


class SourceReports(Protocol):
    """Receives the reports of a live source; both methods return at once."""

    def observed(self, server: Server, observation: Observation, end: ProcessEnd | None = None) -> None:
        """Process an observation. `end`: how the previous process ended.

        `Observation.at` is when it was true: for an answer, when it was asked for. A source may repeat
        itself: unchanged observations are reduced to one sample per interval.
        """

    def failed(self, source: Source, uuid: str, why: str) -> None:
        """Note that a source can't observe a server (any more); the next best takes over at once.

        `why` is a short reason for people. The source's next observation ends the failure, so a source must
        retry by itself, with back-off and jitter.
        """


class LiveSource(Protocol):
    """A source that observes servers by what their nodes report."""

    @property
    def kind(self) -> Source:
        """The kind of source."""

    def refusal(self, server: Server) -> str | None:
        """Return in a few words why it can't observe a server at all; None when it can."""

    def observe(self, servers: Sequence[Server]) -> None:
        """Observe exactly these servers from now on, the most important first; called on every change."""

    async def run(self, reports: SourceReports, pulse: Pulse) -> None:
        """Observe forever; cancelling it closes every connection."""


@dataclass(slots=True)
class _Route:
    """The sources of one server. `working`: the live ones that observe it; `why`: why the others can't."""

    server: Server
    working: set[Source] = field(default_factory=set)
    why: dict[Source, str] = field(default_factory=dict)


_PREFERENCE = (Source.SOCKET, Source.NODE)
"""Best first. Polling is the fallback."""


class SourceRouter:
    """Gives each server of one panel the best source that works.

    1. A new server is polled, and given to the live sources that can observe it.
    2. `works`: a live source has observed it, so polling stops. The new source has started before the old
       one stops.
    3. `failed`: that source can't observe it (any more). The next best takes over at once, polling if none is
       left; the source retries by itself.
    4. Its next observation makes it work again.
    """

    def __init__(
        self, panel_id: str, sources: Sequence[LiveSource], is_followed: Callable[[str], bool]
    ) -> None:
        """`is_followed`: whether a person follows a server now, it has an alert, or it just changed."""
        self._panel_id = panel_id
        self._sources = {source.kind: source for source in sources}
        self._is_followed = is_followed
        self._routes: dict[str, _Route] = {}
        self._assigned: dict[Source, Collection[str]] = {}
        self.needs_assignment = False
        """Whether something changed on which the assignment depends."""
        self._on_uncovered: Callable[[str], None] = lambda _: None

    def on_uncovered(self, poll_now: Callable[[str], None]) -> None:
        """Set what to call with each server that no live source observes any more."""
        self._on_uncovered = poll_now

    @property
    def sources(self) -> Collection[LiveSource]:
        """The live sources."""
        return self._sources.values()

    def set_servers(self, servers: Mapping[str, Server]) -> None:
        """Set the servers, most important first."""
        for uuid in self._routes.keys() - servers.keys():
            del self._routes[uuid]
        for uuid, server in servers.items():
            route = self._routes.setdefault(uuid, _Route(server))
            route.server = server
        self.assign()

    def assign(self) -> None:
        """Assign the servers to the sources."""
        self.needs_assignment = False
        for kind in _PREFERENCE:
            source = self._sources.get(kind)
            if source is None:
                continue
            wanted = [route.server for route in self._routes.values() if self._wants(source, route)]
            wanted.sort(key=lambda server: not self._is_followed(server.uuid))
            uuids = {server.uuid for server in wanted}
            before = self._assigned.get(kind, ())
            self._assigned[kind] = uuids
            for uuid in before:
                if uuid not in uuids and (route := self._routes.get(uuid)) is not None:
                    self._lost(route, kind)
            source.observe(wanted)

    def is_covered(self, uuid: str) -> bool:
        """Return whether a live source observes a server, so that it need not be polled."""
        route = self._routes.get(uuid)
        return route is not None and bool(route.working)

    def works(self, source: Source, uuid: str) -> None:
        """Note that a source has just observed a server."""
        route = self._routes.get(uuid)
        if route is None or source in route.working or not source.is_live:
            return
        route.working.add(source)
        self.needs_assignment = True
        if route.why.pop(source, None) is not None:
            log.debug("%s: server %s is observed by %s", self._panel_id, uuid, source.value)

    def failed(self, source: Source, uuid: str, why: str) -> None:
        """Note that a source can't observe a server, and why."""
        route = self._routes.get(uuid)
        if route is None:
            return
        route.why[source] = why
        self._lost(route, source)

    def source_of(self, uuid: str) -> Source:
        """Return which source observes a server."""
        route = self._routes.get(uuid)
        working = route.working if route is not None else ()
        return next((kind for kind in _PREFERENCE if kind in working), Source.POLL)

    def overview(self) -> "SourceOverview":
        """Count the servers by source, and the reasons why servers are polled."""
        counts = dict.fromkeys((*_PREFERENCE, Source.POLL), 0)
        reasons: dict[str, int] = {}
        for uuid, route in self._routes.items():
            kind = self.source_of(uuid)
            counts[kind] += 1
            if kind is Source.POLL:
                why = self._why_polled(route)
                reasons[why] = reasons.get(why, 0) + 1
        return SourceOverview(counts, reasons)

    def _why_polled(self, route: _Route) -> str:
        for kind in _PREFERENCE:
            source = self._sources.get(kind)
            if source is not None:
                return route.why.get(kind) or _refusal(source, route.server) or NOT_YET
        return "live connections are turned off"

    def _wants(self, source: LiveSource, route: _Route) -> bool:
        """Whether a source should observe a server; beside a node source, sockets are for followed ones."""
        if source.kind in route.working:
            if unavailable_reason(route.server) is not None:
                return False
        elif _refusal(source, route.server) is not None:
            return False
        if source.kind is Source.SOCKET and Source.NODE in route.working:
            return self._is_followed(route.server.uuid)
        return True

    def _lost(self, route: _Route, source: Source) -> None:
        if source not in route.working:
            return
        route.working.discard(source)
        self.needs_assignment = True
        if not route.working:
            self._on_uncovered(route.server.uuid)


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """How many servers each source observes; `why_polled` counts the reasons why servers are polled."""

    servers: Mapping[Source, int]
    why_polled: Mapping[str, int]


def _refusal(source: LiveSource, server: Server) -> str | None:
    reason = unavailable_reason(server)
    return f"it is {reason.value}" if reason is not None else source.refusal(server)
