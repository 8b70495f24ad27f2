"""An examination that can be made again."""

import discord

from bot.ui.kit.client import Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView
from bot.ui.servers.health_embed import examination


async def show_health(context: ServerContext) -> None:
    """Examine a server and show what was found."""
    report = await context.services.health.examine(await context.permit())
    await respond(context.interaction, embed=examination(report), view=HealthView(context))


class HealthView(BaseView):
    """Check again."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self._context = context

    @discord.ui.button(label="Check again", emoji="🔄")
    async def _again(self, interaction: Interaction, _: discord.ui.Button["HealthView"]) -> None:
        await show_health(self._context.continued_by(interaction))
