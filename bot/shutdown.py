"""The steps in which the bot stops: commands, monitoring and deliveries, the client."""

import asyncio
import contextlib
import logging
from typing import Any

from bot.client import QuetzalBot
from bot.container import Services
from bot.ui.kit.command_tree import end_unfinished
from bot.ui.kit.shown_views import Views

log = logging.getLogger(__name__)

# How long each step of a stop may take: 8 s in all, since `docker run` kills after 10.
_HANG_UP_S = 1.0
_DRAIN_S = 4.0
_CUT_S = 1.0
# How long alerts under way may take to be sent, beside the commands.
_FLUSH_S = 4.0
# What discord.py calls the tasks in which callbacks of commands, buttons and modals run.
_CALLBACK_TASKS = (
    "CommandTree-invoker",
    "discord-ui-view-dispatch",
    "discord-ui-modal-dispatch",
    "discord-ui-dynamic-item",
)


async def stop_taking_commands(bot: QuetzalBot) -> None:
    """Disconnect, end views, and let commands finish; the rest is cancelled with a message to people."""
    began = bot.services.clock.monotonic()
    disconnecting = {
        asyncio.create_task(shard.disconnect(), name=f"disconnect shard {shard.id}")
        for shard in bot.shards.values()
    }
    await asyncio.gather(_wait(disconnecting, _HANG_UP_S), bot.shared(Views).close(_HANG_UP_S))
    under_way = {task for task in asyncio.all_tasks() if task.get_name().startswith(_CALLBACK_TASKS)}
    if under_way:
        log.info("waiting for %d commands under way", len(under_way))
        await _wait(under_way, _DRAIN_S - (bot.services.clock.monotonic() - began))
    await end_unfinished(bot, _CUT_S)


async def stop_monitoring(services: Services, *, flush: bool) -> None:
    """Stop the monitors, and deliver what waits; what cannot be delivered now is sent after the next start.

    `flush`: whether to deliver. A bot that never connected to Discord has nothing to wait for.
    """
    for name in (name for monitor in services.monitors for name in reversed(monitor.tasks)):
        await services.supervisor.stop(name)
    if not flush:
        return
    with contextlib.suppress(TimeoutError):
        await services.clock.timeout(_FLUSH_S, services.dispatcher.idle())


async def close_client(bot: QuetzalBot) -> None:
    """Close the client, even if Discord never confirms it."""
    closing = asyncio.create_task(bot.close(), name="close Discord")
    if await _wait({closing}, _CUT_S):
        await bot.http.close()


async def _wait(tasks: set[asyncio.Task[None]] | set[asyncio.Task[Any]], seconds: float) -> int:
    """Wait so long for tasks, cancel the rest, and return how many those were."""
    if not tasks:
        return 0
    _, slow = await asyncio.wait(tasks, timeout=max(seconds, 0.0))
    for task in slow:
        log.warning("%s did not end in time and is cut", task.get_name())
        task.cancel()
    if slow:
        await asyncio.wait(slow, timeout=_CUT_S)
    return len(slow)
