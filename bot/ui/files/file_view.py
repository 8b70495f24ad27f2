"""One file: its text in pages, and what can be done with it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain import paths
from bot.domain.levels import Level
from bot.panel.errors import FileMissing
from bot.services.files import FileText, NotShown, OpenedFile, find_entry
from bot.ui.files import cards
from bot.ui.files.change_flow import delete
from bot.ui.files.edit_flow import EditButton
from bot.ui.files.history_view import show_history
from bot.ui.files.transfer_flow import download
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import code_pages
from bot.ui.kit.view import BACK_ROW, view_of

ShowPath: TypeAlias = Callable[[ServerContext, str], Awaitable[None]]
"""Shows what is at a path into the interaction's response."""


async def show_file(context: ServerContext, path: str, folder: ShowPath) -> None:
    """Show a file into the interaction's response: its text, or its facts when there is none to show.

    `folder` shows the folder that it is in.
    """
    services, permit = context.services, await context.permit()
    try:
        file = await services.files.read(permit, path)
    except NotShown as error:
        card = cards.not_shown(context.server, path, error.entry, error.happened)
        view = FilePages(context, path, [card], folder, level=permit.level)
        await view.show(context.interaction)
        return
    texts = await services.workers.run_linear(len(file.text), code_pages, file.text, cards.PAGE_CHARACTERS)
    opened = await services.edits.reopen(file) if permit.level >= Level.MANAGER else None
    view = FilePages(context, path, _cards(context, file, texts), folder, level=permit.level, opened=opened)
    await view.show(context.interaction)


async def show_info(context: ServerContext, path: str, folder: ShowPath) -> None:
    """Show the facts of a path into the interaction's response; of the root, the list."""
    if path == "/":
        await folder(context, path)
        return
    entry = await find_entry(await context.permit(), path)
    if entry is None:
        raise FileMissing(text=path)
    await respond(context.interaction, card=cards.info(context.server, path, entry))


def _cards(context: ServerContext, file: FileText, texts: Sequence[str]) -> list[Card]:
    count = len(texts)
    return [
        cards.text_page(context.server, file, text, number=number, count=count)
        for number, text in enumerate(texts, 1)
    ]


class FilePages(Pages):
    """A file in pages; a log opens at its end."""

    def __init__(  # noqa: PLR0913 - what it shows, and what is needed for its buttons
        self,
        context: ServerContext,
        path: str,
        cards: Sequence[Card],
        folder: ShowPath,
        *,
        level: Level,
        opened: OpenedFile | None = None,
    ) -> None:
        """Offer what somebody of this level may do with the file; `opened`: as it can be edited."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.path = path
        self.folder = folder
        self._cards = cards
        self.page = len(cards) - 1 if paths.is_log(path) else 0
        self._tools: list[discord.ui.Button[Pages]] = []
        if opened is not None:
            managing = context.raised_to(Level.MANAGER)
            self._tools.append(EditButton(managing, opened, opened.file.text, _("Edit"), row=BACK_ROW))
        if level >= Level.MANAGER:
            self._tools += [_DownloadButton(), _DeleteButton(), _HistoryButton()]
        self._tools.append(_FolderButton())

    @property
    @override
    def page_count(self) -> int:
        return len(self._cards)

    @override
    async def render(self) -> Card:
        return self._cards[self.page]

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer what can be done with the file."""
        return self._tools


class _FileButton(discord.ui.Button[FilePages]):
    required_level = Level.MANAGER

    def opened(self, interaction: AnyInteraction) -> tuple[ServerContext, FilePages]:
        """Return where and on which file it was pressed."""
        view = view_of(self)
        return view.context.continued_by(interaction).raised_to(self.required_level), view


class _DownloadButton(_FileButton):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Download"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, view = self.opened(interaction)
        await download(context, view.path)


class _DeleteButton(_FileButton):
    def __init__(self) -> None:
        super().__init__(label=_("Delete"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, view = self.opened(interaction)
        await delete(context, view.path)


class _HistoryButton(_FileButton):
    def __init__(self) -> None:
        super().__init__(label=_("History"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, view = self.opened(interaction)
        await show_history(context, view.path)


class _FolderButton(_FileButton):
    required_level = Level.NONE

    def __init__(self) -> None:
        super().__init__(label=_("Folder"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, view = self.opened(interaction)
        await view.folder(context, paths.parent(view.path))
