"""Commands of one group may live in several cogs."""

from discord import app_commands

from bot.ui.kit.client import QuetzalClient


def group(bot: QuetzalClient, name: str) -> app_commands.Group:
    """Find a group that an extension before this one has added."""
    command = bot.tree.get_command(name)
    if not isinstance(command, app_commands.Group):
        raise TypeError(f"/{name} is no group: is its extension loaded first?")
    return command
