"""How servers are right now."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.access import Permit, Rights
from bot.actions.clock import Clock
from bot.actions.directory import Target
from bot.panel import PanelClient
from bot.panel.errors import PanelError, PanelTimedOut
from bot.panel.models import Resources, Server

_GLANCE_S = 6.0


@dataclass(frozen=True, slots=True)
class ServerNow:
    """A server and what it uses; `trouble` says why that is not known."""

    target: Target
    resources: Resources | None
    trouble: PanelError | None = None

    @property
    def server(self) -> Server:
        """The server's own facts and limits."""
        return self.target.server


class StatusAction:
    """Looks at one server closely, or at a page of them at a glance."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()

    async def look(self, permit: Permit) -> ServerNow:
        """Read facts and use anew. Raises when the panel does not even show the server."""
        panel, target = permit.panel, permit.target
        server, now = await asyncio.gather(panel.servers.view(permit.uuid), _use(panel, target))
        return ServerNow(Target(target.panel_id, server), now.resources, now.trouble)

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
