"""An examination that can be made again."""

import discord

from bot.ui.kit.authorize import Gate
from bot.ui.kit.respond import Interaction, respond
from bot.ui.kit.view import BaseView
from bot.ui.servers.health_embed import examination


async def show_health(interaction: Interaction, gate: Gate) -> None:
    """Examine a server and show what was found."""
    found = await interaction.client.services.health.examine(await gate.permit(interaction))
    await respond(interaction, embed=examination(found), view=HealthView(interaction, gate))


class HealthView(BaseView):
    """Check again."""

    @discord.ui.button(label="Check again", emoji="🔄")
    async def _again(self, interaction: Interaction, _: discord.ui.Button["HealthView"]) -> None:
        await show_health(interaction, self.gate)
