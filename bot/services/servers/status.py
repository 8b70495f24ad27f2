"""The present status of servers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.domain.health import Health, health
from bot.domain.observation import observe, runs_java
from bot.domain.target import Target
from bot.domain.trends import Point
from bot.panel import PanelClient
from bot.panel.errors import PanelError, PanelTimedOut
from bot.panel.models import Resources, Server
from bot.services.access import Permit, Rights
from bot.services.servers.stored_state import StoredState, key_of, stored_state
from bot.storage import Store
from bot.storage.repositories import metrics

STATUS_HISTORY = timedelta(hours=1)
_GLANCE_S = 6.0


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A server and its usage; `trouble` says why that is unknown.

    Only `fetch` sets health, its time, and the history of the hour before.
    """

    target: Target
    resources: Resources | None
    trouble: PanelError | None = None
    health: Health | None = None
    at: datetime | None = None
    hour: tuple[Point, ...] = ()

    @property
    def server(self) -> Server:
        """The server's own facts and limits."""
        return self.target.server


class StatusService:
    """Reads the status of one server in full, or of a page of servers in brief."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def fetch(self, permit: Permit) -> ServerStatus:
        """Fetch the server and its usage, and read the store. Raises if the panel doesn't show the server."""
        panel, target, at = permit.panel, permit.target, self._clock.now()
        server, now, (past, hour) = await asyncio.gather(
            panel.servers.view(permit.uuid), _use(panel, target), self._past(permit, at)
        )
        judged = None
        if now.resources is not None:
            check = observe(target.panel_id, server, now.resources, at)
            judged = health(
                check,
                java=runs_java(server),
                stop_requested=past.stop_requested,
                changing_since=past.changing_since.get(now.resources.state),
                alerts=past.alerts,
            )
        return ServerStatus(Target(target.panel_id, server), now.resources, now.trouble, judged, at, hour)

    async def glance(self, rights: Rights, targets: Sequence[Target]) -> list[ServerStatus]:
        """Fetch the usage of each, concurrently and within seconds; a slow one is shown as not responding.

        Servers that the person may not see are left out.
        """
        return await asyncio.gather(
            *(
                self._in_time(rights.panels[target.panel_id], target)
                for target in targets
                if rights.sees(target)
            )
        )

    async def _past(self, permit: Permit, at: datetime) -> tuple[StoredState, tuple[Point, ...]]:
        async with self._store.read() as conn:
            history = await metrics.read(conn, key_of(permit), at - STATUS_HISTORY, at)
            return await stored_state(conn, permit, at), history.points

    async def _in_time(self, panel: PanelClient, target: Target) -> ServerStatus:
        try:
            return await self._clock.timeout(_GLANCE_S, _use(panel, target))
        except TimeoutError:
            return ServerStatus(target, None, PanelTimedOut())


async def _use(panel: PanelClient, target: Target) -> ServerStatus:
    try:
        resources = await panel.servers.resources(target.server.uuid)
    except PanelError as error:
        return ServerStatus(target, None, error)
    return ServerStatus(target, resources)
