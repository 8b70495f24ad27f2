"""Answer an interaction, whatever phase it is in."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakSet, WeakValueDictionary

import discord
from discord.utils import MISSING

from bot.ui.kit.delivery import (
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

log = logging.getLogger(__name__)

YES = "yes"
"""In the extras of an interaction that was confirmed: the one that said yes. Its message says "working…"."""
_PROGRESS, _RESULT, _DELIVERED = "progress", "result", "delivered"
_EMBEDS_LIMIT = 9
"""Discord shows ten in a message: these and a note below them."""


class ShownView(discord.ui.View):
    """A view that knows by which interaction it was last shown, which is the one that can still edit it.

    It expires by a timer of the event loop: discord.py would keep an unnamed task a view, and lose what
    `on_timeout` raises.
    """

    shown_by: Interaction | None = None
    has_note = False
    """Whether the last embed of its message is a note that the next one replaces."""

    def __init__(self, *, timeout: float) -> None:
        """Expire so many seconds after it was shown or pressed last."""
        super().__init__(timeout=None)
        self._lasts_s = timeout
        self._expiry: asyncio.TimerHandle | None = None

    def stay(self) -> None:
        """Let its time begin anew."""
        self._forget_expiry()
        if not self.is_finished():
            self._expiry = asyncio.get_running_loop().call_later(self._lasts_s, self._expire)

    def stop(self) -> None:
        """End it without a word."""
        self._forget_expiry()
        super().stop()

    def _expire(self) -> None:
        self.stop()
        if self.shown_by is not None:
            self.shown_by.client.tree.views.end(self)

    def _forget_expiry(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()


class Views:
    """Which view each message shows now: one that is replaced must not wake up and edit its successor."""

    def __init__(self) -> None:
        self._by_message: WeakValueDictionary[int, ShownView] = WeakValueDictionary()
        self._questions: WeakSet[ShownView] = WeakSet()
        self._ending: set[asyncio.Task[None]] = set()
        self.unfinished: dict[int, Interaction] = {}
        """Whose message says that something is under way."""

    def asks(self, view: ShownView) -> None:
        """Note that something waits for the answer to this."""
        self._questions.add(view)

    def of(self, message_id: int) -> ShownView | None:
        """Return the view that a message shows now."""
        return self._by_message.get(message_id)

    def end(self, view: ShownView) -> None:
        """Say on the message of a view that its time is over, in a task of its own."""
        task = asyncio.create_task(_say_it_is_over(view), name=f"expiry of view {view.id}")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def close(self, within_s: float) -> None:
        """End every question that is open, and say so as far as that is possible in this time."""
        for view in [*self._questions]:
            if not view.is_finished():
                view.stop()
                self.end(view)
        if self._ending:
            _, slow = await asyncio.wait(self._ending, timeout=within_s)
            for task in slow:
                task.cancel()

    def shown(self, message_id: int, view: ShownView | None, interaction: Interaction) -> None:
        """Note what a message shows, and end what it showed before."""
        before = self._by_message.pop(message_id, None)
        if before is not None and before is not view:
            before.stop()
        if view is not None:
            view.shown_by = interaction
            view.has_note = False
            self._by_message[message_id] = view
            view.stay()


async def _say_it_is_over(view: ShownView) -> None:
    try:
        await view.on_timeout()
    except Exception:
        log.exception("could not say that the time of a view is over")


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
    interaction.client.tree.views.unfinished.pop(interaction.id, None)
    await _show(interaction, content=content, embed=embed, view=view, file=file)


async def ask(
    interaction: Interaction,
    *,
    embed: discord.Embed,
    view: ShownView,
    file: discord.File | None = None,
) -> None:
    """Show a question, whose place the result takes later."""
    interaction.client.tree.views.unfinished.pop(interaction.id, None)
    interaction.client.tree.views.asks(view)
    await _show(interaction, embed=embed, view=view, file=file)


async def show_progress(
    interaction: Interaction, *, embed: discord.Embed, view: ShownView | None = None
) -> None:
    """Show how far it is, if that is possible now: the work does not wait for it."""
    interaction.extras[_PROGRESS] = True
    interaction.client.tree.views.unfinished[interaction.id] = interaction
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
        interaction.client.tree.views.unfinished.pop(interaction.id, None)
        await edit_original(interaction, content=text, embed=embed, file=file)
    elif how is Acknowledgement.IN_PLACE and interaction.message and not (file or has_result(interaction)):
        # An edit can be repeated, a message of its own could arrive twice.
        shown, view = interaction.message.embeds, interaction.client.tree.views.of(interaction.message.id)
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
    return YES in interaction.extras or _PROGRESS in interaction.extras


def has_result(interaction: Interaction) -> bool:
    """Whether the original response shows a result, or may show it."""
    return _RESULT in interaction.extras


def was_delivered(interaction: Interaction) -> bool:
    """Whether Discord has what was shown last, other than progress."""
    return interaction.extras.get(_DELIVERED) is True


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
        interaction.extras[_DELIVERED] = not progress
        interaction.client.tree.views.shown(message_id, view, interaction)
    elif view is not None and not progress:
        view.stop()
