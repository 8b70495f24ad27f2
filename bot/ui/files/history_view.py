"""Saved copies and the trash: list, restore and purge."""

from functools import partial

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.file_changes import ChangeKind
from bot.services.files import History, TrashEntry
from bot.ui.files import history_cards as cards
from bot.ui.files.change_flow import purge, restore
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.list_button import ListButton
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of


async def show_history(context: ServerContext, path: str) -> None:
    """List what is kept of a path, or of everything, into the interaction's response."""
    history = await context.services.history.kept(await context.permit(), path)
    await HistoryPages(context, history, path).show(context.interaction)


class HistoryPages(ListPages[TrashEntry]):
    """Newest first; each row opens one."""

    def __init__(self, context: ServerContext, history: History, path: str) -> None:
        super().__init__(context.interaction, context.access, history.entries)
        self.context = context
        self._history = history
        self.path = path

    @override
    async def render(self) -> Card:
        return cards.history(
            self.context.server,
            [Row(cards.row_text(entry), _OpenButton(entry)) for entry in self.on_page()],
            total=len(self.entries),
            unknown=self._history.unknown,
            unpackings=self._history.unpackings,
            packings=self._history.packings,
            path=self.path,
        )


class _OpenButton(discord.ui.Button[HistoryPages]):
    def __init__(self, entry: TrashEntry) -> None:
        super().__init__(label=_("Open"))
        self._entry = entry

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Show it with what can be done about it."""
        pages = view_of(self)
        context = pages.context.continued_by(interaction)
        view = _EntryView(context, self._entry, pages.path)
        await respond(interaction, card=cards.trash_entry(context.server, self._entry), view=view)


class _EntryView(BaseView):
    def __init__(self, context: ServerContext, entry: TrashEntry, listed: str) -> None:
        super().__init__(context.interaction, context.access, timeout=600.0)
        self.context = context
        self.entry = entry
        self.add_item(_RestoreButton())
        self.add_item(_PurgeButton())
        self.add_item(ListButton(context, partial(show_history, path=listed), _("◀ History")))


class _RestoreButton(discord.ui.Button[_EntryView]):
    def __init__(self) -> None:
        super().__init__(label=_("Restore"), emoji="↩️", style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        plan = await context.services.history.plan_restore(await context.permit(), view.entry.change)
        await restore(context, plan, ChangeKind.RESTORE)


class _PurgeButton(discord.ui.Button[_EntryView]):
    def __init__(self) -> None:
        super().__init__(label=_("Purge"), emoji="🔥", style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await purge(view.context.continued_by(interaction), view.entry)
