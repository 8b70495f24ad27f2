"""The bot's status line in Discord: how many players are on."""

import logging

import discord

from bot.container import Services
from bot.core.i18n import _
from bot.core.supervisor import Pulse
from bot.domain.levels import in_scope
from bot.domain.target import Target
from bot.ui.kit.client import QuetzalClient
from bot.ui.players.words import players_everywhere

log = logging.getLogger(__name__)

EVERY_S = 60.0


async def keep_presence(bot: QuetzalClient, pulse: Pulse) -> None:
    """Keep it up to date; start it under the supervisor.

    It is sent each minute, since a new session of the gateway begins without it.
    """
    await bot.came_up.wait()
    while True:
        try:
            if not any(shard.is_closed() for shard in bot.shards.values()):
                await bot.change_presence(activity=discord.CustomActivity(presence_text(bot.services)))
        except (discord.ConnectionClosed, ConnectionError) as error:  # the next minute has another connection
            log.debug("the presence could not be sent: %r", error)
        pulse.beat()
        await bot.services.clock.sleep(EVERY_S)


def presence_text(services: Services) -> str:
    """Say how many players are on, of the servers that any Discord server may see."""
    answers = (services.players.latest(target.key) for target in _shown(services))
    counts = (answer.online for answer in answers if answer is not None)
    return players_everywhere(counts) or _("Nobody is playing")


def _shown(services: Services) -> list[Target]:
    return [
        target
        for panel_id, panel in services.settings.panels.items()
        for target in services.directory.cached(panel_id)
        if any(
            in_scope(scope, target.server.identifier, target.server.uuid) for scope in panel.guilds.values()
        )
    ]
