"""How servers are right now."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.access import Permit, Rights
from bot.actions.clock import Clock
from bot.actions.directory import Target
from bot.actions.known import Known, key_of, known
from bot.domain.health import Health, health
from bot.domain.observation import observe, runs_java
from bot.domain.trends import Point
from bot.panel import PanelClient
from bot.panel.errors import PanelError, PanelTimedOut
from bot.panel.models import Resources, Server
from bot.store import Store, metrics

HOUR = timedelta(hours=1)
_GLANCE_S = 6.0


@dataclass(frozen=True, slots=True)
class ServerNow:
    """A server and what it uses; `trouble` says why that is not known.

    Only a close look brings how well it is, when that was, and the history of the hour before.
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


class StatusAction:
    """Looks at one server closely, or at a page of them at a glance."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def look(self, permit: Permit) -> ServerNow:
        """Read facts and use anew, and the store. Raises when the panel does not show the server."""
        panel, target, at = permit.panel, permit.target, self._clock.now()
        server, now, (past, hour) = await asyncio.gather(
            panel.servers.view(permit.uuid), _use(panel, target), self._past(permit, at)
        )
        judged = None
        if now.resources is not None:
            sight = observe(target.panel_id, server, now.resources, at)
            judged = health(
                sight,
                java=runs_java(server),
                asked=past.asked,
                changing_since=past.changing_since.get(now.resources.state),
                alerts=past.alerts,
            )
        return ServerNow(Target(target.panel_id, server), now.resources, now.trouble, judged, at, hour)

    async def glance(self, rights: Rights, targets: Sequence[Target]) -> list[ServerNow]:
        """Read what each uses, at once and within seconds; a slow one is shown as not answering.

        What the person may not see is left out.
        """
        return await asyncio.gather(
            *(
                self._in_time(rights.panels[target.panel_id], target)
                for target in targets
                if rights.sees(target)
            )
        )

    async def _past(self, permit: Permit, at: datetime) -> tuple[Known, tuple[Point, ...]]:
        async with self._store.read() as conn:
            history = await metrics.read(conn, key_of(permit), at - HOUR, at)
            return await known(conn, permit, at), history.points

    async def _in_time(self, panel: PanelClient, target: Target) -> ServerNow:
        try:
            return await self._clock.within(_GLANCE_S, _use(panel, target))
        except TimeoutError:
            return ServerNow(target, None, PanelTimedOut())


async def _use(panel: PanelClient, target: Target) -> ServerNow:
    try:
        resources = await panel.servers.resources(target.server.uuid)
    except PanelError as error:
        return ServerNow(target, None, error)
    return ServerNow(target, resources)
