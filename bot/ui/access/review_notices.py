"""Notifies guilds of standing work that has stopped."""

import logging
from contextlib import suppress

import discord

from bot.core.supervisor import Pulse
from bot.domain.standing_work import StandingWork
from bot.ui.access import review_cards as cards
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.languages import language_of
from bot.ui.kit.server_names import server_names

log = logging.getLogger(__name__)

_AGAIN_S = 300.0
_NONCE_LENGTH = 25


async def keep_notified(bot: QuetzalClient, pulse: Pulse) -> None:
    """Notify guilds of stopped work forever, for the supervisor; failed notices are retried."""
    await bot.came_up.wait()
    standing, clock = bot.services.standing_work, bot.services.clock
    while True:
        standing.stopped.clear()
        for work in await standing.pending_notices():
            if await _notify(bot, work):
                await standing.notified(work)
        pulse.beat()
        with suppress(TimeoutError):
            await clock.timeout(_AGAIN_S, standing.stopped.wait())


async def _notify(bot: QuetzalClient, work: StandingWork) -> bool:
    """Write into the alert channel or, where there is none, to the owner; False to try again."""
    services = bot.services
    guild = bot.get_guild(work.guild_id)
    if guild is None:
        return False
    names = await server_names(services.directory, [(work.panel_id, work.server_uuid)])
    at = int(work.stop.at.timestamp() * 1000) if work.stop is not None else 0
    reference = f"W-{at:x}"
    with language_of(guild):
        embed = cards.notice(work, names, reference)
    settings = await services.guild_settings.get(work.guild_id, work.panel_id)
    # The same nonce again makes no second message, for as long as Discord remembers it.
    nonce = f"{reference}-{work.kind}"[:_NONCE_LENGTH]
    try:
        if settings.alert_channel_id is not None:
            try:
                channel = bot.get_partial_messageable(settings.alert_channel_id, guild_id=work.guild_id)
                await channel.send(embed=embed, nonce=nonce)
            except (discord.Forbidden, discord.NotFound):
                log.info("the alert channel of guild %d is closed: its owner gets a message", work.guild_id)
            else:
                return True
        if guild.owner_id is None:
            return False
        owner = await bot.create_dm(discord.Object(guild.owner_id))
        await owner.send(embed=embed, nonce=nonce)
    except (discord.Forbidden, discord.NotFound):
        log.warning("no one in guild %d can get the message that %s stopped", work.guild_id, work.kind)
        return True
    except discord.HTTPException as error:
        log.info("a notice for guild %d is tried again: %s", work.guild_id, error)
        return False
    return True
