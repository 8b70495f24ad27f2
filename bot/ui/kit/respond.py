"""Answer an interaction, whatever phase it is in."""

import logging
from typing import Any

import discord
from discord.utils import MISSING

from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import (
    Acknowledgement,
    acknowledge,
    acknowledgement_of,
    edit_original,
    send_beside,
)
from bot.ui.kit.shown_views import ShownView, Views

log = logging.getLogger(__name__)

CONFIRMED_BY = "yes"
"""In the extras of an interaction that was confirmed: the one that said yes. Its message says "working…"."""
_PROGRESS, _RESULT, _DELIVERED = "progress", "result", "delivered"
_EMBEDS_LIMIT = 9
"""Discord shows ten in a message: these and a note below them."""


async def respond(
    interaction: Interaction,
    *,
    content: str | None = None,
    embed: discord.Embed | None = None,
    view: ShownView | None = None,
    file: discord.File | None = None,
) -> None:
    """Show this as the result, in place of whatever the original response says; no error replaces it.

    It is repeated until Discord has it. Nothing is raised when the person's side is gone (message dismissed,
    token older than 15 minutes).
    """
    interaction.extras[_RESULT] = True
    interaction.client.shared(Views).unfinished.pop(interaction.id, None)
    await _show(interaction, content=content, embed=embed, view=view, file=file)


async def ask(
    interaction: Interaction,
    *,
    embed: discord.Embed,
    view: ShownView,
    file: discord.File | None = None,
) -> None:
    """Show a question, whose place the result takes later."""
    interaction.client.shared(Views).unfinished.pop(interaction.id, None)
    interaction.client.shared(Views).asks(view)
    await _show(interaction, embed=embed, view=view, file=file)


async def show_progress(
    interaction: Interaction, *, embed: discord.Embed, view: ShownView | None = None
) -> None:
    """Show how far it is, if that is possible now: the work does not wait for it."""
    interaction.extras[_PROGRESS] = True
    interaction.client.shared(Views).unfinished[interaction.id] = interaction
    await _show(interaction, embed=embed, view=view, progress=True)


async def respond_privately(
    interaction: Interaction,
    text: str | None = None,
    *,
    embed: discord.Embed | None = None,
    file: discord.File | None = None,
) -> None:
    """Tell the person something, beside whatever the interaction's message shows."""
    how = acknowledgement_of(interaction)
    if how is None:
        await acknowledge(interaction, Acknowledgement.PRIVATE)
        interaction.client.shared(Views).unfinished.pop(interaction.id, None)
        await edit_original(interaction, content=text, embed=embed, file=file)
    elif how is Acknowledgement.IN_PLACE and interaction.message and not (file or has_result(interaction)):
        # An edit can be repeated, a message of its own could arrive twice.
        shown, view = interaction.message.embeds, interaction.client.shared(Views).of(interaction.message.id)
        if view is not None and view.has_note:
            shown = shown[:-1]
        below = embed or discord.Embed(description=text)
        await edit_original(interaction, embeds=[*shown[:_EMBEDS_LIMIT], below])
        if view is not None:
            view.has_note = True
    else:
        await send_beside(interaction, content=text or MISSING, embed=embed or MISSING, file=file)


def has_progress(interaction: Interaction) -> bool:
    """Whether the original response says that work is under way, whose end takes its place."""
    return CONFIRMED_BY in interaction.extras or _PROGRESS in interaction.extras


def has_result(interaction: Interaction) -> bool:
    """Whether the original response shows a result, or may show it."""
    return _RESULT in interaction.extras


def was_delivered(interaction: Interaction) -> bool:
    """Whether Discord has what was shown last, other than progress."""
    return interaction.extras.get(_DELIVERED) is True


async def _show(interaction: Interaction, *, progress: bool = False, **payload: Any) -> None:
    await acknowledge(interaction, Acknowledgement.PRIVATE)
    view: ShownView | None = payload["view"]
    file: discord.File | None = payload.pop("file", None)
    if file is None:
        payload["attachments"] = []
    try:
        message_id = await edit_original(
            interaction, progress=progress, **{"content": None, **payload}, file=file
        )
    except discord.HTTPException:
        if view is not None:
            view.stop()
        raise
    if message_id is not None:
        interaction.extras[_DELIVERED] = not progress
        interaction.client.shared(Views).shown(message_id, view, interaction)
    elif view is not None and not progress:
        view.stop()
