"""/players: who is on, and who was."""

from typing import Literal

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.moderation import LONGEST_TEXT, PlayerAction
from bot.domain.performance import Period
from bot.services.access import Scope
from bot.ui.kit.authorize import require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.server_option import ServerOption, seen_by
from bot.ui.players.history_view import show_history
from bot.ui.players.list_view import show_everywhere
from bot.ui.players.moderation_flow import PlayerOption, moderate
from bot.ui.players.whitelist_buttons import BUTTONS
from bot.ui.players.whitelist_view import show_requests
from bot.ui.players.who_view import show_players

_SERVER = locale_str("Which server")
_PLAYER = locale_str("Which player, as the game names them")
_REASON = locale_str("The reason, which the player sees")
Reason = app_commands.Range[str, 0, LONGEST_TEXT]


class Whitelist(app_commands.Group, name="whitelist", description="Who may join a server"):
    """One command each: add, remove, list, requests."""

    @app_commands.command(name="add", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, server=_SERVER)
    async def add(
        self, interaction: Interaction, player: PlayerOption, server: ServerOption | None = None
    ) -> None:
        """Put a player on the whitelist."""
        await moderate(await server_context(interaction, server), PlayerAction.ALLOW, player)

    @app_commands.command(name="remove", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, server=_SERVER)
    async def remove(
        self, interaction: Interaction, player: PlayerOption, server: ServerOption | None = None
    ) -> None:
        """Take a player off the whitelist."""
        await moderate(await server_context(interaction, server), PlayerAction.DISALLOW, player)

    @app_commands.command(name="list", extras=requires(Level.OPERATOR))
    @app_commands.describe(server=_SERVER)
    async def list_(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """List who is on the whitelist, as the game prints it."""
        await moderate(await server_context(interaction, server), PlayerAction.LIST)

    @app_commands.command(name="requests", extras=requires(Level.OPERATOR))
    @app_commands.describe(server=_SERVER)
    async def requests(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """Let people ask to be on the whitelist, and choose where staff decide."""
        await show_requests(await server_context(interaction, server))


class Players(commands.GroupCog, group_name="players", group_description="See who plays, and who may"):
    """One command each: list, history, kick, ban, unban, message; and the whitelist."""

    whitelist = Whitelist()

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

    @app_commands.command(name="kick", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, reason=_REASON, server=_SERVER)
    async def kick(
        self,
        interaction: Interaction,
        player: PlayerOption,
        reason: Reason = "",
        server: ServerOption | None = None,
    ) -> None:
        """Kick a player; they can rejoin."""
        await moderate(await server_context(interaction, server), PlayerAction.KICK, player, reason)

    @app_commands.command(name="ban", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, reason=_REASON, server=_SERVER)
    async def ban(
        self,
        interaction: Interaction,
        player: PlayerOption,
        reason: Reason = "",
        server: ServerOption | None = None,
    ) -> None:
        """Ban a player until somebody unbans them, after a confirmation."""
        await moderate(await server_context(interaction, server), PlayerAction.BAN, player, reason)

    @app_commands.command(name="unban", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, server=_SERVER)
    async def unban(
        self, interaction: Interaction, player: PlayerOption, server: ServerOption | None = None
    ) -> None:
        """Let a banned player join again."""
        await moderate(await server_context(interaction, server), PlayerAction.UNBAN, player)

    @app_commands.command(name="message", extras=requires(Level.OPERATOR))
    @app_commands.describe(player=_PLAYER, text="The message", server=_SERVER)
    async def message(
        self,
        interaction: Interaction,
        player: PlayerOption,
        text: app_commands.Range[str, 1, LONGEST_TEXT],
        server: ServerOption | None = None,
    ) -> None:
        """Send a private message to a player in the game."""
        await moderate(await server_context(interaction, server), PlayerAction.MESSAGE, player, text)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog, and let the buttons of whitelist requests be known."""
    bot.shared(ServerHub).add(HubPage.PLAYERS, PageEntry(show_players))
    await bot.add_cog(Players(bot))
    bot.add_dynamic_items(*BUTTONS)
