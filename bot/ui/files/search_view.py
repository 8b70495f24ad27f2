"""Searches a server's files, shows the progress, then the results in pages."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.core.time_slices import in_slices
from bot.domain.file_search import Limits
from bot.services.files import Search, SearchMatch, SearchQuery
from bot.ui.files import search_cards as cards
from bot.ui.files.file_view import ShowPath
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import is_late
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of

_PER_PAGE = 10
_DRAWN_A_TURN = 100
_LONGEST_S = 24 * 3600.0


async def search_files(
    context: ServerContext, query: SearchQuery, *, folder: ShowPath, file: ShowPath
) -> None:
    """Search, showing how it goes with a Cancel button, then what was found.

    `folder` and `file` show what is opened then.
    """
    await deliver(context, _searched(context, Search(query), folder, file))


async def _searched(context: ServerContext, search: Search, folder: ShowPath, file: ShowPath) -> Show:
    view = _UnderWay(context, search)
    action = context.services.search

    async def report(search: Search) -> None:
        if not is_late(context.interaction):
            await show_progress(context.interaction, card=cards.searching(context.server, search), view=view)

    try:
        await report(search)
        await action.run(await context.permit(), search, report)
    finally:
        view.stop()

    async def show(later: Interaction) -> None:
        items = await in_slices(search.matches, cards.item, size=_DRAWN_A_TURN)
        pages = ResultPages(context.continued_by(later), search, action.limits, items, (folder, file))
        await pages.show(later)

    return show


class _UnderWay(BaseView):
    """A running search with Cancel, which works for longer than the response can be edited."""

    def __init__(self, context: ServerContext, search: Search) -> None:
        super().__init__(context.interaction, context.access, timeout=_LONGEST_S)
        self.search = search
        self.add_item(_Cancel())


class _Cancel(discord.ui.Button[_UnderWay]):
    def __init__(self) -> None:
        super().__init__(label=_("Cancel"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view_of(self).search.cancel()


class ResultPages(Pages):
    """What was found; each row opens."""

    def __init__(
        self,
        context: ServerContext,
        search: Search,
        limits: Limits,
        items: Sequence[str],
        openers: tuple[ShowPath, ShowPath],
    ) -> None:
        """Draw these items; `openers` show a folder and a file."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self._search = search
        self._limits = limits
        self._show_folder, self._show_file = openers
        self._pages = _cut(items)

    @property
    @override
    def page_count(self) -> int:
        return len(self._pages)

    @override
    async def render(self) -> Card:
        first, texts = self._pages[self.page]
        matches = self._search.matches[first : first + len(texts)]
        rows = [Row(text, self._button(match)) for text, match in zip(texts, matches, strict=True)]
        return cards.results(self.context.server, self._search, rows, self._limits)

    def _button(self, match: SearchMatch) -> "_OpenButton | None":
        if match.entry.is_directory:
            return _OpenButton(_("Open"), match.path, self._show_folder)
        return _OpenButton(_("View"), match.path, self._show_file) if match.entry.is_regular else None


class _OpenButton(discord.ui.Button[ResultPages]):
    """Opens a folder or a file in this message."""

    def __init__(self, words: str, path: str, show: ShowPath) -> None:
        super().__init__(label=words)
        self._path = path
        self._show = show

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await self._show(view_of(self).context.continued_by(interaction), self._path)


def _cut(items: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Part the results into pages that fit: the position of the first, and their texts."""
    pages: list[tuple[int, list[str]]] = [(0, [])]
    room = cards.ROOM
    for position, text in enumerate(items):
        if len(pages[-1][1]) == _PER_PAGE or (len(text) + 1 > room and pages[-1][1]):
            pages.append((position, []))
            room = cards.ROOM
        pages[-1][1].append(text)
        room -= len(text) + 1
    return pages
