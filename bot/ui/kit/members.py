"""Fetches the members of a guild from Discord: without the members intent the bot doesn't know them."""

import discord

from bot.domain.levels import Actor
from bot.services.standing_work import MemberUnknown
from bot.ui.kit.client import QuetzalClient


class DiscordMembers:
    """The standing work's `Members` on Discord."""

    def __init__(self, bot: QuetzalClient) -> None:
        self._bot = bot

    async def find(self, guild_id: int, user_id: int) -> Actor | None:
        """Give the member with their roles, None when they are none; raises MemberUnknown."""
        guild = self._bot.get_guild(guild_id)
        if guild is None or not self._bot.came_up.is_set():
            raise MemberUnknown(detail=f"guild {guild_id} is not known")
        try:
            member = await guild.fetch_member(user_id)
        except discord.NotFound:
            return None
        except discord.HTTPException as error:
            raise MemberUnknown(detail=str(error)) from error
        return Actor(
            user_id,
            member.display_name,
            guild_id,
            frozenset(role.id for role in member.roles),
            is_administrator=member.guild_permissions.administrator,
        )
