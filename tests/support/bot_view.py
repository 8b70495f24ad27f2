"""What the bot knows of its Discord server. discord.py looks up channels of any kind, or None."""

import discord

from tests.support.world import World


def bot_guild(world: World) -> discord.Guild:
    """Return the Discord server of the settings."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    return guild


def bot_channel(world: World, channel_id: int | None = None) -> discord.TextChannel:
    """Return a text channel; without an id, the one where people run commands."""
    channel = world.bot.get_channel(channel_id or world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


def bot_thread(world: World, thread_id: int) -> discord.Thread:
    """Return a thread."""
    thread = bot_guild(world).get_thread(thread_id)
    assert thread is not None
    return thread


def bot_role(world: World, role_id: int) -> discord.Role:
    """Return a role."""
    role = bot_guild(world).get_role(role_id)
    assert role is not None
    return role
