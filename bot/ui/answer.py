"""Answer an interaction, whatever phase it is in."""

import logging
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

import discord
from discord.utils import MISSING

if TYPE_CHECKING:
    from bot.client import QuetzalBot

    Interaction: TypeAlias = discord.Interaction[QuetzalBot]
else:  # the bot imports this module
    Interaction = discord.Interaction
# For overrides: discord.py promises them any client.
AnyInteraction: TypeAlias = discord.Interaction[Any]

log = logging.getLogger(__name__)

YES = "yes"
"""In the extras of an interaction that was confirmed: the one that said yes. Its message says "working…"."""

# Unknown interaction, unknown webhook, invalid webhook token, unknown message: the person's side is gone.
_GONE = (10062, 10015, 50027, 10008)


class ShownView(discord.ui.View):
    """A view that knows by which interaction it was last shown, which is the one that can still edit it."""

    shown_by: Interaction | None = None


class Views:
    """Which view each message shows now: one that is replaced must not wake up and edit its successor."""

    def __init__(self) -> None:
        self._by_message: WeakValueDictionary[int, discord.ui.View] = WeakValueDictionary()

    def shown(self, message_id: int, view: ShownView | None, interaction: Interaction) -> None:
        """Note what a message shows, and end what it showed before."""
        before = self._by_message.pop(message_id, None)
        if before is not None and before is not view:
            before.stop()
        if view is not None:
            view.shown_by = interaction
            self._by_message[message_id] = view


async def defer(interaction: Interaction, *, public: bool = False) -> None:
    """Win time: Discord wants a first answer within three seconds."""
    await interaction.response.defer(ephemeral=not public, thinking=True)


async def respond(  # noqa: PLR0913 - takes what a Discord message is made of
    interaction: Interaction,
    *,
    content: str | None = None,
    embed: discord.Embed | None = None,
    view: ShownView | None = None,
    file: discord.File | None = None,
    ephemeral: bool = True,
) -> None:
    """Show this as the one answer: a fresh interaction is answered, any other one's answer is replaced.

    Nothing is raised when the person's side is gone (message dismissed, token older than 15 minutes).
    """
    try:
        if interaction.response.is_done():
            edited = await interaction.edit_original_response(
                content=content, embed=embed, view=view, attachments=[file] if file else []
            )
            message_id: int | None = edited.id
        else:
            sent = await interaction.response.send_message(
                content,
                embed=embed or MISSING,
                view=view or MISSING,
                file=file or MISSING,
                ephemeral=ephemeral,
            )
            message_id = sent.message_id
    except discord.HTTPException as error:
        _forgive(interaction, error, view)
        return
    if message_id is not None:
        interaction.client.tree.views.shown(message_id, view, interaction)


async def redraw(interaction: Interaction, *, embed: discord.Embed, view: ShownView | None = None) -> None:
    """Show this in the message whose button was pressed."""
    message = interaction.message
    if interaction.response.is_done() or message is None:
        await respond(interaction, embed=embed, view=view)
        return
    try:
        await interaction.response.edit_message(content=None, embed=embed, view=view, attachments=[])
    except discord.HTTPException as error:
        _forgive(interaction, error, view)
        return
    interaction.client.tree.views.shown(message.id, view, interaction)


async def note(
    interaction: Interaction,
    text: str | None = None,
    *,
    embed: discord.Embed | None = None,
    file: discord.File | None = None,
) -> None:
    """Tell the person something privately, beside whatever the interaction's message shows."""
    send = interaction.followup.send if interaction.response.is_done() else interaction.response.send_message
    try:
        await send(text or MISSING, embed=embed or MISSING, file=file or MISSING, ephemeral=True)
    except discord.HTTPException as error:
        _forgive(interaction, error, None)


def _forgive(interaction: Interaction, error: discord.HTTPException, view: ShownView | None) -> None:
    """Let pass that the person's side is gone; anything else is an error of ours."""
    if view is not None:
        view.stop()
    if error.code not in _GONE:
        raise error
    log.warning("an answer to interaction %d came too late (%d)", interaction.id, error.code)
