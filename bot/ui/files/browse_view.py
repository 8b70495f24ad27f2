"""Walk through a server's files with a select and a few buttons."""

import discord
from typing_extensions import override

from bot.domain import paths
from bot.panel.errors import FileMissing
from bot.panel.models import FileEntry
from bot.services.files import Directory, FileText, find_entry
from bot.ui.files import embeds
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.suggestions import suggest
from bot.ui.kit.text import code_pages

PER_PAGE = 20


async def show_directory(context: ServerContext, path: str) -> None:
    """List a directory into the interaction's answer."""
    listing = await context.services.files.list(await context.permit(), path)
    await DirectoryPages(context, listing).show(context.interaction)


async def show_file(context: ServerContext, path: str) -> None:
    """Read a text file into the interaction's answer."""
    permit = await context.permit()
    try:
        file = await context.services.files.read(permit, path)
    except FileMissing as error:
        await suggest(context, error, await context.services.files.similar(permit, path), show_file)
        return
    workers = context.services.workers
    pages = await workers.run_linear(len(file.text), code_pages, file.text, embeds.PAGE_CHARACTERS)
    await TextPages(context, file, pages).show(context.interaction)


async def show_info(context: ServerContext, path: str) -> None:
    """Tell what is at a path into the interaction's answer; of the root there is only a list."""
    if path == "/":
        await show_directory(context, path)
        return
    entry = await find_entry(await context.permit(), path)
    if entry is None:
        raise FileMissing(text=path)
    await respond(context.interaction, card=embeds.info(context.server, path, entry))


class DirectoryPages(Pages):
    """A directory; the select opens what is in it, the button goes up."""

    def __init__(self, context: ServerContext, listing: Directory) -> None:
        super().__init__(context.interaction, context.access, placeholder="Open a file or folder…")
        self._context = context
        self._listing = listing
        self._up = _OpenFolder("Up", "⬆️", context, paths.parent(listing.path))

    @property
    @override
    def page_count(self) -> int:
        return max(1, -(-len(self._listing.entries) // PER_PAGE))

    @override
    async def render(self) -> Card:
        return embeds.directory(self._context.server, self._listing, self._entries())

    @override
    def options(self) -> list[discord.SelectOption]:
        return [
            embeds.option(entry, str(position))
            for position, entry in enumerate(self._entries())
            if entry.is_directory or entry.is_regular
        ]

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer the way up, except at the root."""
        return [] if self._listing.path == "/" else [self._up]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Open a folder or a file in this message."""
        entry = self._entries()[int(value)]
        path = paths.join(self._listing.path, entry.name)
        show = show_directory if entry.is_directory else show_file
        await show(self._context.continued_by(interaction), path)

    def _entries(self) -> list[FileEntry]:
        first = self.page * PER_PAGE
        return list(self._listing.entries[first : first + PER_PAGE])


class TextPages(Pages):
    """A text file in pages; a log opens at its end."""

    def __init__(self, context: ServerContext, file: FileText, pages: list[str]) -> None:
        super().__init__(context.interaction, context.access)
        self._context = context
        self._file = file
        self._pages = pages
        self.page = len(self._pages) - 1 if paths.is_log(file.path) else 0
        self._folder = _OpenFolder("Folder", "📁", context, paths.parent(file.path))

    @property
    @override
    def page_count(self) -> int:
        return len(self._pages)

    @override
    async def render(self) -> Card:
        return embeds.text_page(
            self._context.server,
            self._file,
            self._pages[self.page],
            number=self.page + 1,
            count=self.page_count,
        )

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer the folder the file is in."""
        return [self._folder]


class _OpenFolder(discord.ui.Button[Pages]):
    def __init__(self, text: str, emoji: str, context: ServerContext, path: str) -> None:
        super().__init__(label=text, emoji=emoji, row=2)
        self._context = context
        self._path = path

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_directory(self._context.continued_by(interaction), self._path)
