"""/startup: how a server starts."""

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.startup.option import ValueOption, VariableOption
from bot.ui.startup.startup_view import set_variable, show_startup

_SERVER = locale_str("Which server")


class StartupCommands(
    commands.GroupCog, group_name="startup", group_description="How your game servers start"
):
    """One command each: show, set."""

    @app_commands.command(name="show", extras=requires(Level.VIEWER))
    @app_commands.describe(server=_SERVER)
    async def show(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """See the start command and the variables, with what each may be."""
        await show_startup(await server_context(interaction, server))

    @app_commands.command(name="set", extras=requires(Level.MANAGER))
    @app_commands.describe(
        variable="Which variable", value="Its new value; leave it out to empty it", server=_SERVER
    )
    async def set_(
        self,
        interaction: Interaction,
        variable: VariableOption,
        value: ValueOption = "",
        server: ServerOption | None = None,
    ) -> None:
        """Set a startup variable; it applies from the next start."""
        await set_variable(await server_context(interaction, server), variable, value)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(StartupCommands())
