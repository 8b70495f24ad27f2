"""Messages into channels that respond to no interaction."""

from typing import Any

import discord
from discord.utils import MISSING

from bot.core.discord_permissions import ALERTING, POSTING, displayed
from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain.formatting import joined


class CannotPost(QuetzalError):
    """The channel was deleted, or Quetzal may not write there."""

    title = N_("Missing permissions")
    is_fault = False
    happened = N_("Quetzal can't post in that channel.")
    next_step = N_(
        "Give it {permissions} there, or choose another channel.", permissions=joined(displayed(POSTING))
    )


async def post(  # noqa: PLR0913 - what a message is made of
    client: discord.Client,
    channel_id: int,
    embed: discord.Embed,
    *,
    view: discord.ui.View | None = None,
    mentioned: discord.abc.Snowflake | None = None,
    nonce: str | None = None,
) -> None:
    """Post into a channel; raises CannotPost. The person in `mentioned` is notified.

    The same nonce again within minutes makes no second message.
    """
    extra: dict[str, Any] = {} if nonce is None else {"nonce": nonce}
    try:
        await client.get_partial_messageable(channel_id).send(
            f"<@{mentioned.id}>" if mentioned else None,
            embed=embed,
            view=view or MISSING,
            **extra,
            allowed_mentions=discord.AllowedMentions(users=[mentioned]) if mentioned else MISSING,
        )
    except (discord.Forbidden, discord.NotFound) as error:
        raise CannotPost(detail=f"channel {channel_id}: {error.code}") from error


def check_can_post(guild: discord.Guild | None, channel_id: int, *, history: bool = False) -> None:
    """Raise CannotPost when it is already known that it would fail.

    `history`: the bot also has to read what it wrote there, to know after a fault whether it arrived.
    """
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if channel is None or guild is None:
        raise CannotPost(_("Quetzal can't see that channel."), detail=f"channel {channel_id}")
    given = channel.permissions_for(guild.me)
    if not given.is_superset(POSTING):
        raise CannotPost(detail=f"channel {channel_id}")
    if history and not given.is_superset(ALERTING):
        raise CannotPost(
            _("Quetzal can't read that channel's history, so it couldn't tell whether an alert arrived."),
            next_step=_("Give it Read Message History there, or choose another channel."),
            detail=f"channel {channel_id}",
        )
