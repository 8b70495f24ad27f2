"""Saved copies and the trash: list, restore and purge."""

import discord
from typing_extensions import override

from bot.domain.file_changes import ChangeKind
from bot.services.files import History, TrashEntry
from bot.ui.files import history_cards as cards
from bot.ui.files.change_flow import purge, restore
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of


async def show_history(context: ServerContext, path: str) -> None:
    """List what is kept of a path, or of everything, into the interaction's response."""
    history = await context.services.history.kept(await context.permit(), path)
    await HistoryPages(context, history, path).show(context.interaction)


class HistoryPages(ListPages[TrashEntry]):
    """Newest first; the select opens one."""

    def __init__(self, context: ServerContext, history: History, path: str) -> None:
        super().__init__(
            context.interaction, context.access, history.entries, placeholder="Restore or purge…"
        )
        self._context = context
        self._history = history
        self._path = path

    @override
    async def render(self) -> Card:
        return cards.history(
            self._context.server,
            self.on_page(),
            total=len(self.entries),
            unknown=self._history.unknown,
            unpackings=self._history.unpackings,
            packings=self._history.packings,
            path=self._path,
        )

    @override
    def options(self) -> list[discord.SelectOption]:
        return [cards.option(entry, str(position)) for position, entry in enumerate(self.on_page())]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one with what can be done about it."""
        entry = self.on_page()[int(value)]
        context = self._context.continued_by(interaction)
        view = _EntryView(context, entry, self._path)
        await respond(interaction, card=cards.trash_entry(context.server, entry), view=view)


class _EntryView(BaseView):
    def __init__(self, context: ServerContext, entry: TrashEntry, listed: str) -> None:
        super().__init__(context.interaction, context.access, timeout=600.0)
        self.context = context
        self.entry = entry
        self.listed = listed
        for button in (_RestoreButton(), _PurgeButton(), _BackButton()):
            self.add_item(button)


class _RestoreButton(discord.ui.Button[_EntryView]):
    def __init__(self) -> None:
        super().__init__(label="Restore", emoji="↩️", style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        plan = await context.services.history.plan_restore(await context.permit(), view.entry.change)
        await restore(context, plan, ChangeKind.RESTORE)


class _PurgeButton(discord.ui.Button[_EntryView]):
    def __init__(self) -> None:
        super().__init__(label="Purge", emoji="🔥", style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await purge(view.context.continued_by(interaction), view.entry)


class _BackButton(discord.ui.Button[_EntryView]):
    def __init__(self) -> None:
        super().__init__(label="Back", emoji="🕘")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_history(view.context.continued_by(interaction), view.listed)
