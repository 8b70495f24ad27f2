"""Decides when to check a backup or restore: when the node reports an end, else every few seconds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.core.clock import Clock
from bot.core.detached_task import cancel_all
from bot.panel import PanelClient
from bot.panel.errors import PanelError
from bot.panel.events import Event

log = logging.getLogger(__name__)

POLL_S = 5.0
_LONGEST_S = 30.0
_GROWS = 1.05
"""Long operations are polled ever more rarely, since the rate budget is shared."""


class CompletionTicks:
    """Ticks on websocket events and on a slow timer; the websocket may be silent or refused."""

    def __init__(self, panel: PanelClient, uuid: str, clock: Clock, ends: Callable[[Event], bool]) -> None:
        self._panel = panel
        self._uuid = uuid
        self._clock = clock
        self._ends = ends
        self._due = asyncio.Event()

    async def next(self) -> None:
        """Wait until the next check is due."""
        await self._clock.wait_external(self._due.wait())
        self._due.clear()

    async def listen(self) -> None:
        """Tick when the node reports an end."""
        try:
            async with self._panel.sockets.follow(self._uuid) as socket:
                async for event in socket:
                    if self._ends(event):
                        self._due.set()
        except PanelError as error:
            log.debug("no live events of %s: %s", self._uuid, error)

    async def beat(self) -> None:
        """Tick every few seconds, later every half minute."""
        wait_s = POLL_S
        while True:
            await self._clock.sleep(wait_s)
            wait_s = min(wait_s * _GROWS, _LONGEST_S)
            self._due.set()


@asynccontextmanager
async def completion_ticks(
    panel: PanelClient, uuid: str, clock: Clock, ends: Callable[[Event], bool]
) -> AsyncIterator[CompletionTicks]:
    """Yield ticks for checking on a server's backup or restore."""
    ticks = CompletionTicks(panel, uuid, clock, ends)
    tasks = {
        clock.spawn_detached(ticks.listen(), name=f"events of {uuid}"),
        clock.spawn_detached(ticks.beat(), name=f"polls of {uuid}"),
    }
    try:
        yield ticks
    finally:
        await cancel_all(tasks)
