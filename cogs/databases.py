"""/database: see, make, use, rotate and delete a server's databases."""

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.ui.databases import views as database_views
from bot.ui.databases.list_view import show_list
from bot.ui.databases.option import DatabaseOption
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.server_option import ServerOption


class Databases(commands.GroupCog, group_name="database", group_description="Manage a server's databases"):
    """One command each: list, create, connection, rotate, delete, usage."""

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(server="Which server", public="Show the response to everyone in this channel")
    async def list_(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """List databases with host, user and limits, without passwords."""
        await show_list(await server_context(interaction, server))

    @app_commands.command(name="create", extras=requires(Level.MANAGER))
    @app_commands.describe(
        name="3 to 48 letters, digits and underscores",
        server="Which server",
        remote="Allowed addresses: an address, a mask, or % for anywhere",
    )
    async def create(
        self, interaction: Interaction, name: str, server: ServerOption | None = None, remote: str = "%"
    ) -> None:
        """Create a database and show its login once."""
        await database_views.create(await server_context(interaction, server), name, remote)

    @app_commands.command(name="connection", extras=requires(Level.MANAGER))
    @app_commands.describe(database="Which database", server="Which server")
    async def connection(
        self, interaction: Interaction, database: DatabaseOption, server: ServerOption | None = None
    ) -> None:
        """See how to connect to a database, and show its password."""
        context = await server_context(interaction, server)
        await database_views.on_database(context, database, database_views.show_connection)

    @app_commands.command(name="rotate", extras=requires(Level.MANAGER))
    @app_commands.describe(database="Which database", server="Which server")
    async def rotate(
        self, interaction: Interaction, database: DatabaseOption, server: ServerOption | None = None
    ) -> None:
        """Change a database's password, and see where the old one is used."""
        context = await server_context(interaction, server)
        await database_views.on_database(context, database, database_views.rotate)

    @app_commands.command(name="delete", extras=requires(Level.MANAGER))
    @app_commands.describe(database="Which database", server="Which server")
    async def delete(
        self, interaction: Interaction, database: DatabaseOption, server: ServerOption | None = None
    ) -> None:
        """Delete a database and all its data; you type its name to confirm."""
        context = await server_context(interaction, server)
        await database_views.on_database(context, database, database_views.delete)

    @app_commands.command(name="usage", extras=requires(Level.VIEWER))
    @app_commands.describe(server="Which server", public="Show the response to everyone in this channel")
    async def usage(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """See database usage against the limit, with advice."""
        await database_views.show_usage(await server_context(interaction, server))


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    bot.shared(ServerHub).add(HubPage.DATABASES, PageEntry(show_list))
    await bot.add_cog(Databases())
