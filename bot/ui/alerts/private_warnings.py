"""Private messages to those who can help when Quetzal can't write to a channel, or mention a role."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

import discord

from bot.alerting.delivery_attempt import HISTORY_SEARCH_MARGIN
from bot.alerting.receiver import ChannelClosed, MessageDeleted
from bot.core.i18n import _
from bot.domain.notifications import ClosedChannel
from bot.ui.kit import theme
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import faults
from bot.ui.kit.text import neutralise
from bot.ui.kit.written import small_print

log = logging.getLogger(__name__)


async def warn_of_channel(bot: QuetzalClient, channel: ClosedChannel, configured_by: int | None) -> None:
    """Warn whoever chose the channel of the alerts, and the guild's owner; each once."""
    await _warn(bot, channel, configured_by, _closed_channel)


async def warn_of_role(bot: QuetzalClient, role: ClosedChannel, configured_by: int | None) -> None:
    """Warn whoever chose the role that critical alerts mention, and the guild's owner; each once."""
    await _warn(bot, role, configured_by, _unmentionable_role)


async def warn_of_board(bot: QuetzalClient, channel: ClosedChannel, configured_by: int) -> None:
    """Warn whoever set up the board, and the guild's owner; each once."""
    await _warn(bot, channel, configured_by, _closed_board)


async def warn_of_audit(bot: QuetzalClient, channel: ClosedChannel) -> None:
    """Warn the guild's owner of the audit channel, once."""
    await _warn(bot, channel, None, _closed_audit)


async def find_reference(
    bot: QuetzalClient, channel: discord.abc.Messageable, reference: str, since: datetime
) -> int | None:
    """Find the message of the bot that has this reference in its footer."""
    async for message in channel.history(after=since, oldest_first=True, limit=None):
        ours = bot.user is not None and message.author.id == bot.user.id
        if ours and any(reference in line for line in small_print(message)):
            return message.id
    return None


async def _warn(
    bot: QuetzalClient,
    channel: ClosedChannel,
    configured_by: int | None,
    draw: Callable[[ClosedChannel, str], discord.Embed],
) -> None:
    """Write to both; one who takes no messages from the bot is left to the other."""
    guild = bot.get_guild(channel.guild_id)
    name = guild.name if guild is not None else _("the Discord server {guild_id}", guild_id=channel.guild_id)
    # The same whenever it is tried again, also by the bot's next start.
    reference = f"C-{_digest(channel.channel_id, int(channel.since.timestamp())):016x}"
    embed = draw(channel, neutralise(name, 100)).set_footer(text=reference)
    owner_id = guild.owner_id if guild is not None else None
    notified = 0
    for user_id in sorted({user_id for user_id in (configured_by, owner_id) if user_id is not None}):
        try:
            with faults():
                direct = await bot.create_dm(discord.Object(user_id))
                since = channel.since - HISTORY_SEARCH_MARGIN
                if await find_reference(bot, direct, reference, since) is None:
                    await direct.send(embed=embed, nonce=_digest(reference, user_id))
        except (ChannelClosed, MessageDeleted):
            log.info("user %d takes no private messages", user_id)
        else:
            notified += 1
    if not notified:
        log.warning("no one could get the message that channel %d is closed to Quetzal", channel.channel_id)


def _closed_channel(channel: ClosedChannel, guild: str) -> discord.Embed:
    """Say that alerts cannot be delivered."""
    return theme.embed(
        _("Quetzal can't deliver alerts"),
        _(
            "Alerts of **{guild}** can't be posted in <#{channel_id}>: {why}\nNone are lost: they are sent "
            "as soon as Quetzal can post there.\n\n➡️ Let Quetzal view the channel, send messages, embed "
            "links and read message history there, or choose another channel with `/alerts channel`.",
            guild=guild,
            channel_id=channel.channel_id,
            why=_(channel.why),
        ),
        colour=theme.BAD,
    )


def _closed_board(channel: ClosedChannel, guild: str) -> discord.Embed:
    """Say that a board cannot be updated."""
    return theme.embed(
        _("Quetzal can't update the board"),
        _(
            "The board of **{guild}** in <#{channel_id}> can't be updated: {why}\nIt updates again as soon "
            "as Quetzal can post there.\n\n➡️ Let Quetzal view the channel, send messages, embed links and "
            "read message history there, or choose another channel with `/alerts board`.",
            guild=guild,
            channel_id=channel.channel_id,
            why=_(channel.why),
        ),
        colour=theme.BAD,
    )


def _closed_audit(channel: ClosedChannel, guild: str) -> discord.Embed:
    """Say that changes cannot be posted."""
    return theme.embed(
        _("Quetzal can't post in the audit channel"),
        _(
            "Changes in **{guild}** can't be posted in <#{channel_id}>: {why}\nNothing is lost: `/quetzal "
            "audit` shows every change. Those made meanwhile aren't posted later.\n\n➡️ Let Quetzal view "
            "the channel, send messages and embed links there, or choose another one with `/quetzal setup`.",
            guild=guild,
            channel_id=channel.channel_id,
            why=_(channel.why),
        ),
        colour=theme.BAD,
    )


def _unmentionable_role(role: ClosedChannel, guild: str) -> discord.Embed:
    """Say that critical alerts mention nobody."""
    return theme.embed(
        _("Critical alerts mention nobody"),
        _(
            "Critical alerts of **{guild}** can't mention the chosen role: {why}\nThey still arrive, "
            "without a mention.\n\n➡️ Choose another role with `/alerts channel role:@…`, or let everyone "
            "mention it.",
            guild=guild,
            why=_(role.why),
        ),
        colour=theme.BAD,
    )


def _digest(*parts: object) -> int:
    """Make a number of 64 bits, always the same for the same parts."""
    text = ":".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
