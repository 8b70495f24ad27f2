"""Tell about an error, once: a sentence for the person, the whole of it in the log, one reference in both."""

import logging
import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime

import discord
from discord import app_commands

from bot.errors import QuetzalError, Refused
from bot.ui import theme
from bot.ui.answer import YES, Interaction, respond

log = logging.getLogger(__name__)

_KEPT = 20
_OWN_MESSAGE = (
    discord.InteractionResponseType.channel_message,
    discord.InteractionResponseType.deferred_channel_message,
)


@dataclass(frozen=True, slots=True)
class ErrorNote:
    """An error that somebody was told of: enough for `/quetzal about`, the rest is in the log."""

    reference: str
    guild_id: int | None
    at: datetime
    happened: str


class RecentErrors(deque[ErrorNote]):
    """The last few of all guilds, the newest first."""

    def __init__(self) -> None:
        super().__init__(maxlen=_KEPT)


async def report(interaction: Interaction, error: BaseException, *, in_place: bool = False) -> None:
    """Tell the person and the log; never raises, since nobody would catch it.

    `in_place`: the message whose button was pressed says "working…", so the error takes its place; after a
    `confirm` that is so by itself.
    """
    told = told_as(error)
    reference = secrets.token_hex(4)
    _log(interaction, told, error, reference)
    if not isinstance(told, Refused):
        at = interaction.client.services.clock.now()
        found = ErrorNote(reference, interaction.guild_id, at, told.happened)
        interaction.client.tree.recent_errors.appendleft(found)
    embed = error_card(told, reference)
    try:
        fresh = not interaction.response.is_done() or interaction.response.type in _OWN_MESSAGE
        if fresh or in_place or YES in interaction.extras:
            await respond(interaction.extras.get(YES, interaction), embed=embed)
        else:  # a button: leave its message as it is
            await interaction.followup.send(embed=embed, ephemeral=True)
    except discord.HTTPException:
        log.exception("could not tell about error %s", reference)


def told_as(error: BaseException) -> QuetzalError:
    """Find what to tell: our own errors speak for themselves, anything else is a defect."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, QuetzalError):
        return error
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return QuetzalError(
            "This command has changed since your Discord learnt it.",
            next_step="Reload Discord (on a computer: Ctrl+R) and run it again.",
        )
    return QuetzalError(state="It is not certain what state things are in now: look before you try again.")


def error_card(error: QuetzalError, reference: str) -> discord.Embed:
    """Show what happened, what state things are in, what to do next."""
    return theme.card(
        "Not done" if isinstance(error, Refused) else "That did not work",
        f"**{error.happened}**\n{error.state}\n\n➡️ {error.next_step}",
        colour=theme.CAREFUL if isinstance(error, Refused) else theme.BAD,
        footer=f"Reference {reference}",
    )


def _log(interaction: Interaction, told: QuetzalError, error: BaseException, reference: str) -> None:
    where = interaction.command.qualified_name if interaction.command else interaction.type.name
    if told is not error and not isinstance(error, QuetzalError) and told.happened == QuetzalError.happened:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        log.error("%s: a defect in %s", reference, where, exc_info=cause)
        return
    level = logging.INFO if isinstance(told, Refused) else logging.WARNING
    log.log(
        level, "%s: %s: %s (%s) %s", reference, where, type(told).__name__, told.happened, told.detail or ""
    )
