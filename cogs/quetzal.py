"""/quetzal: the bot itself. Also answers presses on expired components."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.kit.authorize import require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.expired import OpenPageButton, answer_unclaimed
from bot.ui.setup.help_view import show_help
from bot.ui.setup.overview import show_about
from bot.ui.setup.welcome import SetUpButton, post_welcome


class Quetzal(
    commands.GroupCog, group_name="quetzal", group_description="Set up Quetzal and see how it is doing"
):
    """One command each: about, help."""

    def __init__(self, bot: QuetzalBot) -> None:
        self.bot = bot

    @app_commands.command(name="about", extras=requires(Level.VIEWER))
    @app_commands.describe(public="Show the response to everyone in this channel")
    async def about(self, interaction: Interaction, public: bool = False) -> None:
        """See version, panels, rate limits, background work and recent errors."""
        await show_about(interaction, await require(interaction, Scope.ANY_SERVER))

    @app_commands.command(name="help", extras=requires(Level.VIEWER))
    @app_commands.describe(public="Show the response to everyone in this channel")
    async def help(self, interaction: Interaction, public: bool = False) -> None:
        """See what you can do here."""
        await show_help(interaction, await require(interaction, Scope.ANY_SERVER))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Offer the set-up where the settings name the guild; once, since nobody joins twice."""
        if self.bot.services.access.serves(guild.id):
            await post_welcome(self.bot, guild)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer what no view or form took."""
        await answer_unclaimed(interaction)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog, and let its lasting buttons be known."""
    await bot.add_cog(Quetzal(bot))
    bot.add_dynamic_items(SetUpButton, OpenPageButton)
