"""/users: who has access to a server in the panel."""

from functools import partial
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.panel_permissions import Preset
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.server_option import ServerOption
from bot.ui.subusers import subuser_view
from bot.ui.subusers.list_view import show_list
from bot.ui.subusers.option import SubuserOption

PresetOption = Literal["viewer", "operator", "manager"]


class Users(
    commands.GroupCog, group_name="users", group_description="Manage who has access to a server in the panel"
):
    """One command each: list, invite, edit, remove."""

    @app_commands.command(name="list", extras=requires(Level.ADMIN))
    @app_commands.describe(server="Which server")
    async def list_(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """See who has access in the panel, and who has it in Discord."""
        await show_list(await server_context(interaction, server))

    @app_commands.command(name="invite", extras=requires(Level.ADMIN))
    @app_commands.describe(
        email="The address of their panel account, or of a new one",
        preset="What they can do in the panel; leave out to choose",
        server="Which server",
    )
    async def invite(
        self,
        interaction: Interaction,
        email: str,
        preset: PresetOption | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Give somebody access to a server in the panel."""
        chosen = Preset(preset) if preset else None
        await subuser_view.invite(await server_context(interaction, server), email, chosen, show_list)

    @app_commands.command(name="edit", extras=requires(Level.ADMIN))
    @app_commands.describe(
        user="Whose permissions",
        preset="Start from these; leave out to start from what they have",
        server="Which server",
    )
    async def edit(
        self,
        interaction: Interaction,
        user: SubuserOption,
        preset: PresetOption | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Change what somebody can do in the panel."""
        context = await server_context(interaction, server)
        work = partial(subuser_view.edit, preset=Preset(preset) if preset else None)
        await subuser_view.on_subuser(context, user, work)

    @app_commands.command(name="remove", extras=requires(Level.ADMIN))
    @app_commands.describe(user="Whose access", server="Which server")
    async def remove(
        self, interaction: Interaction, user: SubuserOption, server: ServerOption | None = None
    ) -> None:
        """Remove somebody's access to a server in the panel."""
        context = await server_context(interaction, server)
        await subuser_view.on_subuser(context, user, subuser_view.remove)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    bot.shared(ServerHub).add(HubPage.PANEL_USERS, PageEntry(show_list, Level.ADMIN))
    await bot.add_cog(Users())
