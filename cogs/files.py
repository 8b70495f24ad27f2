"""/files: list, read, tail; the other modules add to this group."""

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.ui.files.browse_view import open_file, show_directory
from bot.ui.files.path_option import DirectoryOption, PathOption, typed_path
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.servers.console_flow import follow_file


class Files(
    commands.GroupCog,
    group_name="files",
    group_description="Browse, search, edit and restore files on a server",
):
    """One command each: list, read, tail."""

    @app_commands.command(name="list", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        path="Which folder, for example plugins",
        server="Which server",
        public="Show the response to everyone in this channel",
    )
    async def list_(
        self,
        interaction: Interaction,
        path: DirectoryOption = "/",
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """List a folder with sizes and dates."""
        context = await server_context(interaction, server)
        await show_directory(context, await typed_path(context, path))

    @app_commands.command(name="read", extras=requires(Level.OPERATOR))
    @app_commands.describe(path="Which file, for example server.properties", server="Which server")
    async def read(
        self, interaction: Interaction, path: PathOption, server: ServerOption | None = None
    ) -> None:
        """Show a text file; logs open at the end."""
        context = await server_context(interaction, server)
        await open_file(context, await typed_path(context, path))

    @app_commands.command(name="tail", extras=requires(Level.OPERATOR))
    @app_commands.describe(path="Which log file, for example logs/latest.log", server="Which server")
    async def tail(
        self, interaction: Interaction, path: PathOption, server: ServerOption | None = None
    ) -> None:
        """Follow the end of a log file in a private thread."""
        context = await server_context(interaction, server)
        await follow_file(context, await typed_path(context, path))


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(Files())
