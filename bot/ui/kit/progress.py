"""How far something is, in the answer to whoever waits for it."""

import discord

from bot.ui.kit.delivery import is_late
from bot.ui.kit.respond import Interaction, show_progress

EVERY_S = 15.0


class Progress:
    """Edits the answer, not more often than is worth it, and only while it can be edited."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._clock = interaction.client.services.clock
        self._told = self._clock.monotonic()

    async def tell(self, embed: discord.Embed, *, is_news: bool = False) -> None:
        """Show how far it is; news are shown at once."""
        now = self._clock.monotonic()
        if (is_news or now - self._told >= EVERY_S) and not is_late(self._interaction):
            self._told = now
            await show_progress(self._interaction, embed=embed)
