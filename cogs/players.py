"""/players: who is on, and who was."""

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.performance import Period
from bot.services.access import Scope
from bot.ui.kit.authorize import require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.server_option import ServerOption, seen_by
from bot.ui.players.history_view import show_history
from bot.ui.players.list_view import show_everywhere
from bot.ui.players.who_view import show_players


class Players(commands.GroupCog, group_name="players", group_description="See who plays on your servers"):
    """One command each: list, history."""

    def __init__(self, bot: QuetzalBot) -> None:
        self.bot = bot

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(
        server="Which server (default: all of them)",
        hide_names="Show how many are on, but not who",
        public="Show the response to everyone in this channel",
    )
    async def list_(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        hide_names: bool = False,
        public: bool = False,
    ) -> None:
        """See who is on now, on one server or on all of them."""
        if server is not None:
            await show_players(await server_context(interaction, server), hides_names=hide_names)
            return
        access = await require(interaction, Scope.ANY_SERVER)
        targets = await self.bot.services.directory.iter_all(await seen_by(interaction))
        await show_everywhere(interaction, access, targets, hides_names=hide_names)

    @app_commands.command(name="history", extras=requires(Level.VIEWER))
    @app_commands.describe(
        server="Which server",
        period="How far back (default: 7 days)",
        public="Show the response to everyone in this channel",
    )
    async def history(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        period: Literal["1h", "6h", "24h", "7d", "30d"] = "7d",
        public: bool = False,
    ) -> None:
        """See a chart of players, the peak, and the busiest hours."""
        await show_history(await server_context(interaction, server), Period(period))


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    bot.shared(ServerHub).add(HubPage.PLAYERS, PageEntry(show_players))
    await bot.add_cog(Players(bot))
