"""Answers to what may take longer than Discord lets an interaction live."""

import logging

import discord

from bot.ui.answer import Interaction, ShownView, respond
from bot.ui.embeds.backup_plans import ended_elsewhere
from bot.ui.posting import CannotPost, post

log = logging.getLogger(__name__)

TOKEN_S = 14 * 60.0
"""A little less than an interaction's token lives."""
EVERY_S = 15.0


class LongAnswer:
    """One answer, kept up to date while its token lives; after that the channel is told that it is over."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._clock = interaction.client.services.clock
        self._began = self._clock.monotonic()
        self._told = self._began

    async def progress(self, embed: discord.Embed) -> None:
        """Show how far it is, not more often than is worth an edit."""
        now = self._clock.monotonic()
        if now - self._told >= EVERY_S and now - self._began < TOKEN_S:
            self._told = now
            await respond(self._interaction, embed=embed)

    async def end(self, what: str, embed: discord.Embed, view: ShownView | None = None) -> None:
        """Show how it ended; too late for that, tell the channel that it did, without any content."""
        if self._clock.monotonic() - self._began < TOKEN_S:
            await respond(self._interaction, embed=embed, view=view)
            return
        channel_id = self._interaction.channel_id
        if channel_id is None:
            return
        try:
            await post(self._interaction.client, channel_id, ended_elsewhere(what, self._interaction.user.id))
        except CannotPost as error:
            log.info("nobody was told that %s ended: %s", what, error)
