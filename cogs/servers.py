"""/server: see and steer game servers."""

from functools import partial
from typing import Literal

from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.performance import Period
from bot.panel.models import PowerSignal
from bot.services.access import Scope
from bot.ui.alerts.list_view import show_active
from bot.ui.backups.create_flow import back_up_now
from bot.ui.backups.list_view import show_list as show_backups
from bot.ui.files.browse_view import show_directory
from bot.ui.kit.authorize import require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext, server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, PagesView, ServerHub
from bot.ui.kit.server_option import ServerOption
from bot.ui.players.query_view import ProtocolOption, show_query
from bot.ui.schedules.list_view import show_list as show_schedules
from bot.ui.servers import cards
from bot.ui.servers.console_buttons import BUTTONS
from bot.ui.servers.console_flow import open_console, send_line
from bot.ui.servers.health_view import show_health
from bot.ui.servers.image_option import ImageOption
from bot.ui.servers.list_view import show_list
from bot.ui.servers.open_consoles import Consoles
from bot.ui.servers.performance_view import show_performance
from bot.ui.servers.power_flow import change_power
from bot.ui.servers.reinstall_flow import reinstall
from bot.ui.servers.settings_flow import choose_image, describe
from bot.ui.servers.status_view import show_status
from bot.ui.startup.startup_view import show_startup


async def _open_console(context: ServerContext) -> None:
    await open_console(context, hides_addresses=False)


async def _show_files(context: ServerContext) -> None:
    await show_directory(context, "/")


async def _show_performance(context: ServerContext) -> None:
    await show_performance(context, Period.DAY)


async def _show_alerts(context: ServerContext) -> None:
    await show_active(context.interaction, context.access, context.target)


async def _show_query(context: ServerContext) -> None:
    await show_query(context, None, None)


_PAGES = {
    HubPage.STATUS: PageEntry(show_status),
    HubPage.CONSOLE: PageEntry(_open_console, Level.OPERATOR, Acknowledgement.PRIVATE),
    HubPage.FILES: PageEntry(_show_files, Level.OPERATOR),
    HubPage.BACKUPS: PageEntry(show_backups),
    HubPage.PERFORMANCE: PageEntry(_show_performance),
    HubPage.HEALTH: PageEntry(show_health),
    HubPage.ALERTS: PageEntry(_show_alerts),
    HubPage.SCHEDULES: PageEntry(show_schedules),
    HubPage.STARTUP: PageEntry(show_startup),
    HubPage.PLAYER_QUERY: PageEntry(_show_query, Level.MANAGER),
    HubPage.BACK_UP: PageEntry(back_up_now, Level.OPERATOR, Acknowledgement.PRIVATE),
}


class Servers(commands.GroupCog, group_name="server", group_description="See and control your game servers"):
    """One command each: list, status, health, performance, power, command, console, query, settings."""

    def __init__(self, bot: QuetzalBot) -> None:
        self.bot = bot

    @override
    async def cog_unload(self) -> None:
        """Stop the consoles before what they read and write is closed."""
        await self.bot.shared(Consoles).close()

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(
        search="Part of a name, or a short id", public="Show the response to everyone in this channel"
    )
    async def list_(self, interaction: Interaction, search: str = "", public: bool = False) -> None:
        """List all servers with state, memory and disk."""
        access = await require(interaction, Scope.ANY_SERVER)
        await show_list(interaction, access, search)

    @app_commands.command(name="status", extras=requires(Level.VIEWER))
    @app_commands.describe(server="Which server", public="Show the response to everyone in this channel")
    async def status(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """See how a server is doing, with buttons to control it."""
        await show_status(await server_context(interaction, server))

    @app_commands.command(name="health", extras=requires(Level.VIEWER))
    @app_commands.describe(server="Which server", public="Show the response to everyone in this channel")
    async def health(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """Run a full health check, with what to do about each problem."""
        await show_health(await server_context(interaction, server))

    @app_commands.command(name="performance", extras=requires(Level.VIEWER))
    @app_commands.describe(
        server="Which server",
        period="How far back (default: 24 hours)",
        public="Show the response to everyone in this channel",
    )
    async def performance(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        period: Literal["1h", "6h", "24h", "7d", "30d"] = "24h",
        public: bool = False,
    ) -> None:
        """See charts of memory, CPU and disk, trends, uptime and a disk forecast."""
        await show_performance(await server_context(interaction, server), Period(period))

    @app_commands.command(name="power", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        action="What to do",
        server="Which server",
        public="Show the response to everyone in this channel",
    )
    async def power(
        self,
        interaction: Interaction,
        action: Literal["start", "stop", "restart", "kill"],
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """Start, stop, restart or kill a server, and watch until it is done."""
        await change_power(await server_context(interaction, server), PowerSignal(action))

    @app_commands.command(name="command", extras=requires(Level.OPERATOR))
    @app_commands.describe(text="Console command, without a leading slash", server="Which server")
    async def command(self, interaction: Interaction, text: str, server: ServerOption | None = None) -> None:
        """Run a console command and see its output."""
        context = await server_context(interaction, server)
        await with_retry_if_unchanged(context, partial(send_line, text=text))

    @app_commands.command(name="console", extras=requires(Level.OPERATOR))
    @app_commands.describe(server="Which server", hide_addresses="Hide players' IP addresses")
    async def console(
        self, interaction: Interaction, server: ServerOption | None = None, hide_addresses: bool = False
    ) -> None:
        """Open the live console in a private thread, and type into it."""
        context = await server_context(interaction, server)
        await open_console(context, hides_addresses=hide_addresses)

    @app_commands.command(name="query", extras=requires(Level.MANAGER))
    @app_commands.describe(
        server="Which server",
        protocol="How players are counted; auto detects it",
        port="One of the server's own ports (default: the one players connect to)",
    )
    async def query(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        protocol: ProtocolOption | None = None,
        port: app_commands.Range[int, 1, 65535] | None = None,
    ) -> None:
        """See and choose how players are counted on a server."""
        await show_query(await server_context(interaction, server), protocol, port)

    @app_commands.command(name="rename", extras=requires(Level.MANAGER))
    @app_commands.describe(
        name="The new name, at most 191 characters",
        server="Which server",
        public="Show the response to everyone in this channel",
    )
    async def rename(
        self, interaction: Interaction, name: str, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """Rename a server."""
        context = await server_context(interaction, server)
        result = await self.bot.services.rename_server.rename(await context.permit(), name)
        await respond(interaction, card=cards.renamed(result), view=PagesView(context, HubPage.STATUS))

    @app_commands.command(name="describe", extras=requires(Level.MANAGER))
    @app_commands.describe(
        description="The new description; leave out to see the current one and edit it",
        server="Which server",
        public="Show the response to everyone in this channel",
    )
    async def describe(
        self,
        interaction: Interaction,
        description: str | None = None,
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """See and change a server's description."""
        await describe(await server_context(interaction, server), description)

    @app_commands.command(name="image", extras=requires(Level.MANAGER))
    @app_commands.describe(image="Which one; leave out to choose", server="Which server")
    async def image(
        self, interaction: Interaction, image: ImageOption | None = None, server: ServerOption | None = None
    ) -> None:
        """Choose the Docker image, for example the version of Java."""
        await choose_image(await server_context(interaction, server), image)

    @app_commands.command(name="reinstall", extras=requires(Level.ADMIN))
    @app_commands.describe(server="Which server")
    async def reinstall(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """Run a server's installation again; you type its name to confirm."""
        await reinstall(await server_context(interaction, server), back_up_first=back_up_now)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    bot.add_dynamic_items(*BUTTONS)
    hub = bot.shared(ServerHub)
    for page, entry in _PAGES.items():
        hub.add(page, entry)
    await bot.add_cog(Servers(bot))
