"""When to look again: as soon as the node says that something ended, else every few seconds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.core.clock import Clock
from bot.panel import PanelClient
from bot.panel.errors import PanelError
from bot.panel.events import Event

log = logging.getLogger(__name__)

POLL_S = 5.0
_LONGEST_S = 30.0
_GROWS = 1.05
"""What takes hours is asked for ever more rarely: the requests are everybody's."""


class CompletionTicks:
    """Told by the websocket and by a slow beat; the websocket may stay silent or be refused."""

    def __init__(self, panel: PanelClient, uuid: str, clock: Clock, ends: Callable[[Event], bool]) -> None:
        self._panel = panel
        self._uuid = uuid
        self._clock = clock
        self._ends = ends
        self._due = asyncio.Event()

    async def next(self) -> None:
        """Wait until it is worth looking."""
        await self._clock.wait_external(self._due.wait())
        self._due.clear()

    async def listen(self) -> None:
        """Hear from the node that it ended."""
        try:
            async with self._panel.sockets.follow(self._uuid) as socket:
                async for event in socket:
                    if self._ends(event):
                        self._due.set()
        except PanelError as error:
            log.debug("no live word of %s: %s", self._uuid, error)

    async def beat(self) -> None:
        """Be due every few seconds, and every half minute in the end."""
        wait_s = POLL_S
        while True:
            await self._clock.sleep(wait_s)
            wait_s = min(wait_s * _GROWS, _LONGEST_S)
            self._due.set()


@asynccontextmanager
async def completion_ticks(
    panel: PanelClient, uuid: str, clock: Clock, ends: Callable[[Event], bool]
) -> AsyncIterator[CompletionTicks]:
    """Listen to a server's node until something ended."""
    ticks = CompletionTicks(panel, uuid, clock, ends)
    tasks = {
        clock.spawn_detached(ticks.listen(), name=f"word of {uuid}"),
        clock.spawn_detached(ticks.beat(), name=f"beat of {uuid}"),
    }
    try:
        yield ticks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
