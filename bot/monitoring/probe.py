"""One poll of the panel, and what its result says about a server, its node and the panel."""

import logging

from bot.core.clock import Clock
from bot.domain.observation import Absence, Missing, ServerKey, observe
from bot.monitoring.batch import ServerCheck
from bot.monitoring.stream import ObservationStream
from bot.panel import Lane, PanelClient
from bot.panel.errors import (
    BrokenAnswer,
    CertificateRefused,
    FirewallRefused,
    KeyRefused,
    NodeError,
    NodeRefused,
    NotFound,
    PanelDown,
    PanelError,
    PanelFault,
    PanelMaintenance,
    PanelNotReached,
    PanelUnreachable,
    RateLimited,
    ServerStateConflict,
)
from bot.panel.models import PowerState, Resources, Server

log = logging.getLogger(__name__)

_OF_PANEL = (PanelNotReached, PanelMaintenance, PanelDown, CertificateRefused, KeyRefused)
"""Faults of the panel or of our key, whatever was requested."""
_OF_EITHER = (PanelFault, BrokenAnswer, FirewallRefused, PanelUnreachable)
"""Faults of the panel only when the request was about the panel itself, not about a server."""


class Prober:
    """Polls one panel in the background lane, and records which node and panel are reachable."""

    def __init__(self, panel: PanelClient, stream: ObservationStream, clock: Clock) -> None:
        self._panel = panel.on(Lane.BACKGROUND)
        self._panel_id = panel.config.id
        self._stream = stream
        self._reachability = stream.reachability
        self._clock = clock

    async def probe(self, server: Server) -> bool:
        """Poll a server. Return whether to poll it again soon, since the result leaves questions open."""
        try:
            used = await self._panel.servers.resources(server.uuid)
        except PanelError as error:
            self._refused(server, error)
            return False
        return await self._answered(server, used)

    async def probe_panel(self) -> None:
        """Check whether the panel itself answers."""
        try:
            await self._panel.servers.touch()
        except (*_OF_PANEL, *_OF_EITHER) as error:
            self._reachability.record_panel_miss(error, self._clock.monotonic(), self._clock.now())
        except PanelError as error:
            log.debug("panel %s refuses its server list: %s", self._panel_id, error)
        else:
            self._reachability.record_panel_answer(self._clock.monotonic(), self._clock.now())

    async def _answered(self, server: Server, used: Resources) -> bool:
        seen = observe(self._panel_id, server, used, self._clock.now())
        if used.state is PowerState.MISSING:  # Pelican's word for a node that does not answer
            self._node_missed(server, Absence.STATE_MISSING)
            return False
        self._reachability.record_answer(server.uuid, server.node, self._clock.monotonic(), self._clock.now())
        if isinstance(seen, Missing):
            self._stream.missing(server, seen)
            return False
        check = await self._stream.polled(server, seen)
        return check is None or _is_unsettled(check)

    def _refused(self, server: Server, error: PanelError) -> None:
        now_s = self._clock.monotonic()
        match error:
            case NodeRefused():  # the node answered: it does not know the server
                self._reachability.record_answer(server.uuid, server.node, now_s, self._clock.now())
                self._stream.missing(server, self._missing(server, Absence.STATE_MISSING))
                return
            case NodeError():
                self._node_missed(server, Absence.NODE_SILENT)
                return
            case ServerStateConflict():
                self._reachability.record_panel_answer(now_s, self._clock.now())
                self._stream.unavailable(server, error.reason)
                return
            case _ if isinstance(error, _OF_PANEL):
                self._reachability.record_panel_miss(error, now_s, self._clock.now())
                return
            case RateLimited() | NotFound():  # a list that is older than the server's end
                log.debug("no observation of %s: %s", server.uuid, error)
                return
            case PanelUnreachable():
                self._reachability.node_may_have_missed(server.uuid, server.node, now_s, self._clock.now())
            case _ if isinstance(error, _OF_EITHER):
                self._reachability.doubt(now_s)
            case _:
                self._reachability.record_panel_answer(now_s, self._clock.now())
        log.debug("the panel does not report the state of %s: %s", server.uuid, error)
        self._stream.missing(server, self._missing(server, Absence.NOT_REPORTED))

    def _node_missed(self, server: Server, why: Absence) -> None:
        self._reachability.record_node_miss(
            server.uuid, server.node, self._clock.monotonic(), self._clock.now()
        )
        self._stream.missing(server, self._missing(server, why))

    def _missing(self, server: Server, why: Absence) -> Missing:
        return Missing(ServerKey(self._panel_id, server.uuid), self._clock.now(), why)


def _is_unsettled(seen: ServerCheck) -> bool:
    """Whether a server stopped unexpectedly, or who requested it is not known yet."""
    if seen.sample is None:
        return False
    return seen.rule_input.check is None or seen.rule_input.is_unexpectedly_offline
