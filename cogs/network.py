"""/network: a server's addresses and ports."""

from functools import partial

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.public_address import LONGEST
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_hub import HubPage, PageEntry, ServerHub
from bot.ui.kit.server_option import ServerOption
from bot.ui.network.address_view import add as add_address
from bot.ui.network.address_view import make_primary, on_address, remove, set_note
from bot.ui.network.list_view import show_list
from bot.ui.network.option import AddressOption
from bot.ui.network.public_view import choose_public, show_public


class Network(
    commands.GroupCog, group_name="network", group_description="Manage a server's addresses and ports"
):
    """One command each: list, note, primary, add, public, remove."""

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(server="Which server", public="Show the response to everyone in this channel")
    async def list_(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """List a server's addresses with their notes, ready to copy."""
        await show_list(await server_context(interaction, server))

    @app_commands.command(name="note", extras=requires(Level.MANAGER))
    @app_commands.describe(
        address="Which address", note="What it is for; leave out to remove the note", server="Which server"
    )
    async def note(
        self,
        interaction: Interaction,
        address: AddressOption,
        note: str = "",
        server: ServerOption | None = None,
    ) -> None:
        """Write down what an address is for."""
        context = await server_context(interaction, server)
        await on_address(context, address, partial(set_note, note=note, to_list=show_list))

    @app_commands.command(name="primary", extras=requires(Level.MANAGER))
    @app_commands.describe(address="Which address", server="Which server")
    async def primary(
        self, interaction: Interaction, address: AddressOption, server: ServerOption | None = None
    ) -> None:
        """Choose the address that players connect to."""
        await on_address(await server_context(interaction, server), address, make_primary)

    @app_commands.command(name="add", extras=requires(Level.MANAGER))
    @app_commands.describe(server="Which server")
    async def add(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """Have the panel assign one more address; it chooses which."""
        await add_address(await server_context(interaction, server), show_list)

    @app_commands.command(name="public", extras=requires(Level.MANAGER))
    @app_commands.describe(
        address="As players type it; leave out to see the current one",
        server="Which server",
    )
    async def public_(
        self,
        interaction: Interaction,
        address: app_commands.Range[str, 1, LONGEST] | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Choose the address that players are shown on the public board."""
        context = await server_context(interaction, server)
        await (show_public(context) if address is None else choose_public(context, address))

    @app_commands.command(name="remove", extras=requires(Level.MANAGER))
    @app_commands.describe(address="Which address", server="Which server")
    async def remove(
        self, interaction: Interaction, address: AddressOption, server: ServerOption | None = None
    ) -> None:
        """Remove an additional address from a server."""
        await on_address(await server_context(interaction, server), address, remove)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    bot.shared(ServerHub).add(HubPage.ADDRESSES, PageEntry(show_list))
    await bot.add_cog(Network())
