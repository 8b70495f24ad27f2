"""Long work whose response shows how far it is, for as long as it can be edited."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.core.detached_task import cancel_all
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import is_late
from bot.ui.kit.respond import show_progress
from bot.ui.kit.shown_views import ShownView

T = TypeVar("T")

_REPORT_EVERY_S = 15.0
_REDRAW_EVERY_S = 5.0


class Progress:
    """Shows what the work reports, but not more often than every 15 seconds."""

    def __init__(self, interaction: Interaction, *, is_cut_off: bool = True) -> None:
        """`is_cut_off`: whether the work ends with the bot (see `show_progress`)."""
        self._interaction = interaction
        self._is_cut_off = is_cut_off
        self._clock = interaction.client.services.clock
        self._shown_at = self._clock.monotonic()

    async def show(self, card: Card, *, is_news: bool = False, view: ShownView | None = None) -> None:
        """Show how far it is; news are shown at once."""
        now = self._clock.monotonic()
        if (is_news or now - self._shown_at >= _REPORT_EVERY_S) and not is_late(self._interaction):
            self._shown_at = now
            await show_progress(self._interaction, card=card, view=view, is_cut_off=self._is_cut_off)


async def working(interaction: Interaction, draw: Callable[[float], Card], work: Coroutine[Any, Any, T]) -> T:
    """Await work that reports nothing: every 5 seconds, show how many seconds have passed."""
    progress, clock = Progress(interaction), interaction.client.services.clock
    began = clock.monotonic()
    task = asyncio.create_task(work, name=f"long work for interaction {interaction.id}")
    try:
        while not task.done():
            await progress.show(draw(clock.monotonic() - began), is_news=True)
            with suppress(TimeoutError):
                await clock.wait_external(asyncio.wait({task}), limit_s=_REDRAW_EVERY_S)
    finally:
        await cancel_all([task])
    return task.result()
