"""/startup: how a server starts."""

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.jobs.bulk_flow import FilterOption
from bot.ui.kit.authorize import require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.startup import template_flow
from bot.ui.startup.option import ValueOption, VariableOption
from bot.ui.startup.startup_view import set_variable, show_startup
from bot.ui.startup.template_flow import TemplateOption

_SERVER = locale_str("Which server")


class StartupCommands(
    commands.GroupCog, group_name="startup", group_description="How your game servers start"
):
    """One command each: show, set; save, apply and templates."""

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

    @app_commands.command(name="save", extras=requires(Level.MANAGER))
    @app_commands.describe(name="What to call the template", server=_SERVER)
    async def save(self, interaction: Interaction, name: str, server: ServerOption | None = None) -> None:
        """Save a server's startup variables as a template, without secrets."""
        await template_flow.save(await server_context(interaction, server), name)

    @app_commands.command(name="apply", extras=requires(Level.MANAGER))
    @app_commands.describe(
        name="Which template", servers="Part of a name, node:…, tag:… or all; you see the changes first"
    )
    async def apply(self, interaction: Interaction, name: TemplateOption, servers: FilterOption) -> None:
        """Set a template's variables on many servers; you can undo it."""
        await template_flow.apply(interaction, name, servers)

    @app_commands.command(name="templates", extras=requires(Level.MANAGER))
    async def templates(self, interaction: Interaction) -> None:
        """List the startup templates of this Discord server."""
        access = await require(interaction, Scope.ANY_SERVER)
        await template_flow.show_templates(interaction, access)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(StartupCommands())
