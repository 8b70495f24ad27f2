"""A command for what no real command does yet."""

from collections.abc import Awaitable, Callable

import discord
from discord import app_commands

from bot.ui.kit.client import Interaction
from tests.support.world import World

Callback = Callable[[Interaction], Awaitable[None]]


async def add_command(world: World, callback: Callback) -> None:
    """Give the bot one more command, `/trial`."""
    tree, guild = world.bot.tree, discord.Object(world.guild.id)

    async def run(interaction: Interaction) -> None:
        await callback(interaction)

    tree.add_command(app_commands.Command(name="trial", description="A trial", callback=run), guild=guild)
    await tree.sync(guild=guild)
