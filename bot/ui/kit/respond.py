"""Responds to an interaction, whatever was sent to it already."""

import logging
from dataclasses import replace

import discord

from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.command_mentions import CommandMentions
from bot.ui.kit.delivery import (
    Acknowledgement,
    acknowledge,
    acknowledgement_of,
    edit_original,
    send_beside,
)
from bot.ui.kit.discord_errors import is_refused_form
from bot.ui.kit.shown_views import ShownView, Views, lasting
from bot.ui.kit.way_back import way_back

log = logging.getLogger(__name__)

CONFIRMED_BY = "yes"
"""In the extras of an interaction that was confirmed: the one that did it. Its message says "working…"."""
_PROGRESS, _RESULT, _DELIVERED = "progress", "result", "delivered"


async def respond(
    interaction: Interaction,
    *,
    card: Card,
    view: ShownView | None = None,
    file: discord.File | None = None,
) -> None:
    """Show this as the result, in place of whatever the original response says; no error replaces it.

    It is repeated until Discord has it. Nothing is raised when the person's side is gone (message dismissed,
    token older than 15 minutes).
    """
    interaction.extras[_RESULT] = True
    if view is None and (back := way_back(interaction)) is not None:
        view = back.view(interaction)
    interaction.client.shared(Views).unfinished.pop(interaction.id, None)
    await _show(interaction, card.with_file(file), view)


async def ask(
    interaction: Interaction, *, card: Card, view: ShownView, file: discord.File | None = None
) -> None:
    """Show a question, whose place the result takes later."""
    interaction.client.shared(Views).unfinished.pop(interaction.id, None)
    interaction.client.shared(Views).asks(view)
    await _show(interaction, card.with_file(file), view)


async def show_progress(
    interaction: Interaction, *, card: Card, view: ShownView | None = None, is_cut_off: bool = True
) -> None:
    """Show how far it is, if that is possible now: the work does not wait for it.

    Without `is_cut_off` the work goes on after a restart of the bot, so people need not hear of its stop.
    """
    interaction.extras[_PROGRESS] = True
    unfinished = interaction.client.shared(Views).unfinished
    if is_cut_off:
        unfinished[interaction.id] = interaction
    else:
        unfinished.pop(interaction.id, None)
    await _show(interaction, card, view, progress=True)


async def respond_privately(
    interaction: Interaction,
    text: str = "",
    *,
    card: Card | None = None,
    file: discord.File | None = None,
) -> None:
    """Show the person something, beside whatever the interaction's message shows."""
    how = acknowledgement_of(interaction)
    said = (card or theme.card("", text, colour=theme.QUIET)).with_file(file)
    shown = interaction.client.shared(Views).of(interaction.message.id) if interaction.message else None
    if how is None:
        await acknowledge(interaction, Acknowledgement.PRIVATE)
        interaction.client.shared(Views).unfinished.pop(interaction.id, None)
        await redraw(interaction, lasting(), said)
    elif how is Acknowledgement.IN_PLACE and shown is not None and not (file or has_result(interaction)):
        # An edit can be repeated, a message of its own could arrive twice.
        await redraw(interaction, shown, shown.card, said)
    else:
        view = lasting()
        files = view.draw(_with_mentions(interaction, said))
        await send_beside(interaction, view, files)


async def redraw(
    interaction: Interaction,
    view: ShownView,
    card: Card,
    below: Card | None = None,
    *,
    progress: bool = False,
) -> int | None:
    """Draw a view with its card, and a note `below`, into the original response; returns as `edit_original`.

    A picture that Discord does not take there is sent in a message of its own.
    """
    card, below = _with_mentions(interaction, card), below and _with_mentions(interaction, below)
    files = view.draw(card, below)
    try:
        return await edit_original(interaction, view, files, progress=progress)
    except discord.HTTPException as error:
        # https://github.com/discord/discord-api-docs/issues/7529: it refuses some uploads with an edit.
        if not (card.pictures and is_refused_form(error)):
            raise
        log.warning("Discord refused an edit with a picture, which is sent beside: %s", error)
    message_id = await edit_original(interaction, view, view.draw(replace(card, pictures=()), below))
    beside = lasting()
    pictures = beside.draw(Card(pictures=card.pictures, colour=card.colour))
    await send_beside(interaction, beside, pictures)
    return message_id


def has_progress(interaction: Interaction) -> bool:
    """Whether the original response says that work is under way, whose end takes its place."""
    return CONFIRMED_BY in interaction.extras or _PROGRESS in interaction.extras


def has_result(interaction: Interaction) -> bool:
    """Whether the original response shows a result, or may show it."""
    return _RESULT in interaction.extras


def was_delivered(interaction: Interaction) -> bool:
    """Whether Discord has what was shown last, other than progress."""
    return interaction.extras.get(_DELIVERED) is True


async def _show(
    interaction: Interaction, card: Card, view: ShownView | None, *, progress: bool = False
) -> None:
    await acknowledge(interaction, Acknowledgement.PRIVATE)
    try:
        message_id = await redraw(interaction, view or lasting(), card, progress=progress)
    except discord.HTTPException:
        if view is not None:
            view.stop()
        raise
    if message_id is not None:
        interaction.extras[_DELIVERED] = not progress
        interaction.client.shared(Views).shown(message_id, view, interaction)
    elif view is not None and not progress:
        view.stop()


def _with_mentions(interaction: Interaction, card: Card) -> Card:
    return interaction.client.shared(CommandMentions).in_card(card, interaction.guild_id)
