"""What is known without a request to keep alerts from arriving: of a channel, and of a role."""

import discord

from bot.core.discord_permissions import ALERTING, ALERTING_IN_THREADS, missing
from bot.core.i18n import N_, _
from bot.domain.formatting import joined

ROLE_DELETED = N_("the role was deleted.")
ROLE_NOT_MENTIONABLE = N_("Quetzal isn't allowed to mention the role.")


def channel_problem(guild: discord.Guild | None, channel_id: int, *, reads: bool = True) -> str | None:
    """Say why nothing can be written into a channel; None when nothing is known against it.

    `reads`: its history has to be read, too.
    """
    if guild is None or guild.unavailable:
        return None
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return _("the channel was deleted, or Quetzal can't see it.")
    if isinstance(channel, discord.Thread):
        if channel.locked and not channel.permissions_for(guild.me).manage_threads:
            return _("the thread is locked.")
        needed = ALERTING_IN_THREADS
    else:
        needed = ALERTING
    given = channel.permissions_for(guild.me)
    lacking = [name for name in missing(given, needed) if reads or name != "Read Message History"]
    return _("Quetzal is missing {lacking} there.", lacking=joined(lacking)) if lacking else None


def role_problem(guild: discord.Guild | None, role_id: int | None, channel_id: int) -> str | None:
    """Say why mentioning a role would notify nobody; None when nothing is known against it."""
    if guild is None or guild.unavailable or role_id is None:
        return None
    role = guild.get_role(role_id)
    if role is None:
        return _(ROLE_DELETED)
    channel = guild.get_channel_or_thread(channel_id)
    if role.mentionable or channel is None or channel.permissions_for(guild.me).mention_everyone:
        return None
    return _(ROLE_NOT_MENTIONABLE)
