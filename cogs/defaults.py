"""/server default: which server is meant where none is named."""

from typing import Literal

from discord import app_commands

from bot.client import QuetzalBot
from bot.domain.default_server import DefaultScope
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.access import cards
from bot.ui.access.defaults_view import show_defaults
from bot.ui.kit.authorize import actor, require, requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption, spot

_SCOPES = {
    "me": DefaultScope.SELF,
    "this channel": DefaultScope.CHANNEL,
    "this Discord server": DefaultScope.GUILD,
}


@app_commands.command(name="default", extras=requires(Level.VIEWER))
@app_commands.describe(
    server="Which server; leave out to see the current ones",
    scope="For whom; for a channel or the Discord server you need admin access",
)
async def default(
    interaction: Interaction,
    server: ServerOption | None = None,
    scope: Literal["me", "this channel", "this Discord server"] = "me",
) -> None:
    """Choose the server to use when you name none, or clear it."""
    if server is None:
        await show_defaults(interaction, await require(interaction, Scope.ANY_SERVER))
        return
    target = (await server_context(interaction, server)).target
    await interaction.client.services.defaults.choose(
        actor(interaction), spot(interaction), _SCOPES[scope], target
    )
    await respond(interaction, card=cards.default_chosen(target.server, _SCOPES[scope]))


async def setup(bot: QuetzalBot) -> None:
    """Add the command to /server."""
    group(bot, "server").add_command(default)
