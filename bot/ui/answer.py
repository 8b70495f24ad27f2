"""Answer an interaction, whatever phase it is in."""

from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

import discord
from discord.utils import MISSING

from bot.ui.delivery import (
    Acknowledgement,
    acknowledge,
    acknowledgement_of,
    edit_original,
    send_beside,
)

if TYPE_CHECKING:
    from bot.client import QuetzalBot

    Interaction: TypeAlias = discord.Interaction[QuetzalBot]
else:  # the bot imports this module
    Interaction = discord.Interaction
# For overrides: discord.py promises them any client.
AnyInteraction: TypeAlias = discord.Interaction[Any]

YES = "yes"
"""In the extras of an interaction that was confirmed: the one that said yes. Its message says "working…"."""
_PROGRESS, _RESULT = "progress", "result"
_EMBEDS_LIMIT = 9
"""Discord shows ten in a message: these and a note below them."""


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
    await _show(interaction, content=content, embed=embed, view=view, file=file)


async def ask(
    interaction: Interaction,
    *,
    embed: discord.Embed,
    view: ShownView,
    file: discord.File | None = None,
) -> None:
    """Show a question, whose place the result takes later."""
    await _show(interaction, embed=embed, view=view, file=file)


async def show_progress(
    interaction: Interaction, *, embed: discord.Embed, view: ShownView | None = None
) -> None:
    """Show how far it is, if that is possible now: the work does not wait for it."""
    interaction.extras[_PROGRESS] = True
    await _show(interaction, embed=embed, view=view, progress=True)


async def note(
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
        await edit_original(interaction, content=text, embed=embed, file=file)
    elif how is Acknowledgement.IN_PLACE and interaction.message and not (file or has_result(interaction)):
        # An edit can be repeated, a message of its own could arrive twice.
        below = embed or discord.Embed(description=text)
        await edit_original(interaction, embeds=[*interaction.message.embeds[:_EMBEDS_LIMIT], below])
    else:
        await send_beside(interaction, content=text or MISSING, embed=embed or MISSING, file=file)


def has_progress(interaction: Interaction) -> bool:
    """Whether the original response says that work is under way, whose end takes its place."""
    return YES in interaction.extras or _PROGRESS in interaction.extras


def has_result(interaction: Interaction) -> bool:
    """Whether the original response shows a result, or may show it."""
    return _RESULT in interaction.extras


async def _show(interaction: Interaction, *, progress: bool = False, **what: Any) -> None:  # noqa: ANN401 - what a message is made of
    await acknowledge(interaction, Acknowledgement.PRIVATE)
    view: ShownView | None = what["view"]
    file: discord.File | None = what.pop("file", None)
    if file is None:
        what["attachments"] = []
    try:
        message_id = await edit_original(
            interaction, progress=progress, **{"content": None, **what}, file=file
        )
    except discord.HTTPException:
        if view is not None:
            view.stop()
        raise
    if message_id is not None:
        interaction.client.tree.views.shown(message_id, view, interaction)
    elif view is not None and not progress:
        view.stop()
