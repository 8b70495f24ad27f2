"""The copies of a server's backups: a row each, which opens it, with Delete."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.services.backup_copies import LEVEL
from bot.ui.backups import copy_cards as cards
from bot.ui.backups.copy_flow import follow, show_copy
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.list_button import ListButton, ShowList
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, BaseView, view_of


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
        self._list_button = ListButton(context, to_list, _("Backups"), row=BACK_ROW)

    @override
    async def render(self) -> Card:
        rows = [Row(cards.row_text(copy, self._at), _OpenButton(copy)) for copy in self.on_page()]
        return cards.listing(self.context.server, self.entries, rows, self._at)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        return [self._list_button]


class _OpenButton(discord.ui.Button[CopyPages]):
    def __init__(self, copy: BackupCopy) -> None:
        super().__init__(label=_("Open"))
        self._copy = copy

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Show it as it is now, in this message."""
        view = view_of(self)
        context = view.context.continued_by(interaction)
        copy = await context.services.backup_copies.get(await context.permit(), self._copy.id)
        if copy.is_under_way:
            await follow(context, copy)
        else:
            await _show_one(context, copy, partial(show_copies, to_list=view.to_list))


async def _show_one(context: ServerContext, copy: BackupCopy, back: ShowList) -> None:
    buttons: list[discord.ui.Button[BaseView]] = [ListButton(context, back, _("◀ Copies"))]
    if copy.state is CopyState.COPIED and (await context.permit()).level >= LEVEL:
        buttons.insert(0, _DeleteButton(context, copy, back))
    await show_copy(context, copy, buttons)


class _DeleteButton(discord.ui.Button[BaseView]):
    """Asks, and deletes a good copy at its target."""

    required_level = LEVEL

    def __init__(self, context: ServerContext, copy: BackupCopy, back: ShowList) -> None:
        super().__init__(label=_("Delete"), style=discord.ButtonStyle.danger)
        self._context = context
        self._copy = copy
        self._back = back

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(self.required_level)
        inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
        confirmed = await context.confirm(cards.delete_prompt(self._copy, inventory))
        if confirmed is None:
            return
        deleted = await context.services.backup_copies.delete(await confirmed.permit(), self._copy.id)
        await show_copy(confirmed, deleted, [ListButton(confirmed, self._back, _("◀ Copies"))])
