"""Long work with an answer that shows how long it has been going on."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import discord

from bot.ui.kit.delivery import is_late
from bot.ui.kit.respond import Interaction, show_progress

T = TypeVar("T")

_TOLD_EVERY_S = 5.0


async def working(
    interaction: Interaction, draw: Callable[[float], discord.Embed], work: Coroutine[Any, Any, T]
) -> T:
    """Await the work; every five seconds the answer is drawn anew with the seconds that have passed."""
    clock = interaction.client.services.clock
    began = clock.monotonic()
    task = asyncio.create_task(work, name=f"long work for interaction {interaction.id}")
    try:
        while not task.done():
            if not is_late(interaction):
                await show_progress(interaction, embed=draw(clock.monotonic() - began))
            with suppress(TimeoutError):
                await clock.outside(asyncio.wait({task}), limit_s=_TOLD_EVERY_S)
    finally:
        task.cancel()
        await asyncio.wait({task})
    return task.result()
