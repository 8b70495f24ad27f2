"""The copies of a server's backups: a row each, which opens it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.backup_copies import BackupCopy
from bot.ui.backups import copy_cards as cards
from bot.ui.backups.copy_flow import follow, show_copy
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, view_of

ShowList: TypeAlias = Callable[[ServerContext], Awaitable[None]]


async def show_copies(context: ServerContext, *, to_list: ShowList) -> None:
    """List the copies into the interaction's response; `to_list` leads to the backups."""
    copies = await context.services.backup_copies.of_server(await context.permit())
    await CopyPages(context, copies, context.services.clock.now(), to_list).show(context.interaction)


class CopyPages(ListPages[BackupCopy]):
    """All copies of a server's backups, the newest first."""

    def __init__(
        self, context: ServerContext, copies: Sequence[BackupCopy], at: datetime, to_list: ShowList
    ) -> None:
        super().__init__(context.interaction, context.access, copies)
        self.context = context
        self._at = at
        self.to_list = to_list
        self._list_button = _ListButton()

    @override
    async def render(self) -> Card:
        rows = [Row(cards.row_text(copy, self._at), _OpenButton(copy)) for copy in self.on_page()]
        return cards.listing(self.context.server, self.entries, rows, self._at)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        return [self._list_button]


class _ListButton(discord.ui.Button[CopyPages]):
    def __init__(self) -> None:
        super().__init__(label=_("Backups"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.to_list(view.context.continued_by(interaction))


class _OpenButton(discord.ui.Button[CopyPages]):
    def __init__(self, copy: BackupCopy) -> None:
        super().__init__(label=_("Open"))
        self._copy = copy

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Show it as it is now, in this message."""
        context = view_of(self).context.continued_by(interaction)
        copy = await context.services.backup_copies.get(await context.permit(), self._copy.id)
        await (follow if copy.is_under_way else show_copy)(context, copy)
