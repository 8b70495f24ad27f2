"""Where a live console is shown: a private thread, or a private message where there can be no thread."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.ui.kit.card import AnyItem, Card, draw, layout
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import edit_original, is_late
from bot.ui.kit.discord_errors import UNKNOWN_MESSAGE
from bot.ui.kit.persistent import BaseDynamicItem

Buttons: TypeAlias = Sequence[BaseDynamicItem]
MakeButtons: TypeAlias = Callable[[], Buttons]
_MOST_LOST = 3
"""Edits of a private message in a row that Discord didn't take, after which the person dismissed it."""


class ScreenGone(Exception):
    """Nothing can be shown there any more: the thread was deleted, or the message can't be edited."""


class PageDeleted(Exception):
    """The last page was deleted."""


class Screen(Protocol):
    """Takes the pages of a console."""

    @property
    def thread(self) -> discord.Thread | None:
        """The thread, when it is one."""

    @property
    def end_reason(self) -> str | None:
        """Why it can't go on there for much longer."""

    async def post(self, text: str, buttons: Buttons) -> None:
        """Show a new page with its buttons, below the one before."""

    async def edit(self, text: str) -> None:
        """Show more on the last page."""

    async def finish(self, text: str) -> None:
        """Show the last page as it stays, without buttons."""

    async def end(self, card: Card) -> None:
        """Say that it ended."""


class ThreadScreen(Screen):
    """A private thread: a message for each page, the buttons on the last one."""

    def __init__(self, thread: discord.Thread) -> None:
        self._thread = thread
        self._last: discord.PartialMessage | None = None
        self._nonce = secrets.token_hex(8)
        self._was_active = False

    @property
    @override
    def thread(self) -> discord.Thread:
        return self._thread

    @property
    @override
    def end_reason(self) -> str | None:
        """Say so when it was archived. discord.py keeps active threads only, and may not have it yet."""
        is_active = self._thread.guild.get_thread(self._thread.id) is not None
        self._was_active |= is_active
        return _("The thread was archived.") if self._was_active and not is_active else None

    @override
    async def post(self, text: str, buttons: Buttons) -> None:
        view = discord.ui.View(timeout=None)
        for button in buttons:
            view.add_item(button)
        try:
            # The same nonce again makes no second message, in case that the answer to the first was lost.
            sent = await self._thread.send(text, view=view, nonce=self._nonce, silent=True)
        except (discord.Forbidden, discord.NotFound) as error:
            raise ScreenGone from error
        self._nonce = secrets.token_hex(8)
        self._last = self._thread.get_partial_message(sent.id)

    @override
    async def edit(self, text: str) -> None:
        await self._edit(text)

    @override
    async def finish(self, text: str) -> None:
        await self._edit(text, ends=True)

    @override
    async def end(self, card: Card) -> None:
        """Say so, and archive the thread, as its owner may."""
        try:
            await self._thread.send(view=layout(card), silent=True)
            await self._thread.edit(archived=True)
        except (discord.Forbidden, discord.NotFound) as error:
            raise ScreenGone from error

    async def _edit(self, text: str, *, ends: bool = False) -> None:
        if self._last is None:
            return
        try:
            if ends:
                await self._last.edit(content=text, view=None)
            else:
                await self._last.edit(content=text)
        except (discord.Forbidden, discord.NotFound) as error:
            raise (PageDeleted if error.code == UNKNOWN_MESSAGE else ScreenGone) from error


class PrivateScreen(Screen):
    """The command's own private response, in which a new page takes the place of the one before."""

    def __init__(self, interaction: Interaction, head: str) -> None:
        """`head` says above the lines why this is no thread."""
        self._interaction = interaction
        self._head = head
        self._text = ""
        self._buttons: Buttons = ()
        self._lost = 0

    @property
    @override
    def thread(self) -> None:
        return None

    @property
    @override
    def end_reason(self) -> str | None:
        late = is_late(self._interaction)
        return _("Discord lets a private message be updated for 15 minutes.") if late else None

    @override
    async def post(self, text: str, buttons: Buttons) -> None:
        self._buttons = buttons
        await self.edit(text)

    @override
    async def edit(self, text: str) -> None:
        self._text = text
        await self._show(discord.ui.ActionRow(*self._buttons))

    @override
    async def finish(self, text: str) -> None:
        """Nothing: the next page takes its place."""

    @override
    async def end(self, card: Card) -> None:
        await self._show(*draw(card).items)

    async def _show(self, *below: AnyItem) -> None:
        # Created each time: discord.py forgets persistent buttons that a view had and has no more.
        view = discord.ui.LayoutView(timeout=None)
        for item in (discord.ui.TextDisplay[Any](f"{self._head}\n{self._text}"), *below):
            view.add_item(item)
        is_shown = await edit_original(self._interaction, view, progress=True) is not None
        self._lost = 0 if is_shown else self._lost + 1
        if self._lost >= _MOST_LOST:
            raise ScreenGone


async def open_thread(
    channel: discord.TextChannel, name: str, member: discord.abc.Snowflake
) -> discord.Thread:
    """Open a private thread with one member in it, to which only moderators can add others.

    Source: https://docs.discord.com/developers/topics/threads#private-threads. It is seen by its members
    and by whoever has Manage Threads.
    """
    thread = await channel.create_thread(
        name=name,
        type=discord.ChannelType.private_thread,
        invitable=False,
        auto_archive_duration=60,
    )
    await thread.add_user(member)
    return thread
