"""Walk through a server's folders: a row each, with the button that opens it."""

from functools import partial

import discord
from typing_extensions import override

from bot.core.i18n import N_, _
from bot.domain import paths
from bot.domain.file_search import EntryFilter
from bot.domain.levels import Level
from bot.panel.models import FileEntry
from bot.services.files import Directory, SearchQuery
from bot.ui.files import cards
from bot.ui.files.file_view import ShowPath, show_file
from bot.ui.files.search_view import search_files
from bot.ui.files.similar import on_path
from bot.ui.files.transfer_flow import make_folder, upload
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, BaseModal, view_of

_CHANGES = Level.MANAGER


async def show_directory(context: ServerContext, path: str) -> None:
    """List a directory into the interaction's response."""
    await with_retry(context, lambda context: on_path(context, path, _list))


async def _list(context: ServerContext, path: str) -> None:
    permit = await context.permit()
    listing = await context.services.files.list(permit, path)
    await DirectoryPages(context, listing, level=permit.level).show(context.interaction)


async def open_file(context: ServerContext, path: str) -> None:
    """Show a file into the interaction's response, with the way back to its folder."""
    show = partial(show_file, folder=show_directory)
    await with_retry(context, lambda context: on_path(context, path, show, only_files=True))


async def search(context: ServerContext, query: SearchQuery) -> None:
    """Search, and open what is found."""
    await search_files(context, query, folder=show_directory, file=open_file)


class DirectoryPages(ListPages[FileEntry]):
    """A directory; each row opens, and below them is what can be done in it."""

    per_page = 8
    """Rows with a button: two rows of buttons stand below them."""

    def __init__(self, context: ServerContext, listing: Directory, *, level: Level) -> None:
        """Offer what somebody of this level may do in the directory."""
        super().__init__(context.interaction, context.access, listing.entries)
        self.context = context
        self.listing = listing
        self._tools: list[discord.ui.Button[Pages]] = []
        if listing.path != "/":
            up = paths.parent(listing.path)
            self._tools.append(_PathButton(_("Up"), show_directory, up, row=BACK_ROW))
        if level >= _CHANGES:
            self._tools += [
                _FormButton(_("Upload"), _UploadForm, _CHANGES),
                _FormButton(_("New folder"), _FolderForm, _CHANGES),
            ]
        self._tools.append(_FormButton(_("Search"), _SearchForm, Level.NONE))

    @override
    async def render(self) -> Card:
        rows = [self._row(entry) for entry in self.on_page()]
        return cards.directory(self.context.server, self.listing, rows)

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer the way up, and what can be done in this directory."""
        return self._tools

    def _row(self, entry: FileEntry) -> Row:
        path = paths.join(self.listing.path, entry.name)
        button: discord.ui.Button[Pages] | None = None
        if entry.is_directory:
            button = _PathButton(_("Open"), show_directory, path)
        elif entry.is_regular:
            button = _PathButton(_("View"), open_file, path)
        return Row(cards.entry_line(entry), button)


class _PathButton(discord.ui.Button[DirectoryPages]):
    """Shows what is at a path."""

    def __init__(self, words: str, show: ShowPath, path: str, *, row: int | None = None) -> None:
        super().__init__(label=words, row=row)
        self._show = show
        self._path = path

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await self._show(view_of(self).context.continued_by(interaction), self._path)


class _FolderTask(BaseModal):
    """A form about one folder."""

    words = ""

    def __init__(self, context: ServerContext, path: str) -> None:
        super().__init__(context.interaction, context.access, title=self.words)
        self.context = context
        self.path = path


class _FormButton(discord.ui.Button[DirectoryPages]):
    """Opens a form at once, from memory."""

    acknowledgement = Acknowledgement.FORM

    def __init__(self, words: str, form: type[_FolderTask], required_level: Level) -> None:
        super().__init__(label=words, row=BACK_ROW)
        self.required_level = required_level
        self._form = form

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction).raised_to(self.required_level)
        await open_form(interaction, self._form(context, view.listing.path))


class _UploadForm(_FolderTask):
    words = N_("Upload a file")

    def __init__(self, context: ServerContext, path: str) -> None:
        super().__init__(context, path)
        self._upload: discord.ui.FileUpload[_UploadForm] = discord.ui.FileUpload(min_values=1, max_values=1)
        self.add_item(discord.ui.Label(text=_("File"), component=self._upload))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Upload it into the folder; asks first where it replaces a file."""
        await upload(
            self.context.continued_by(interaction), self._upload.values[0], paths.join(self.path, "")
        )


class _FolderForm(_FolderTask):
    words = N_("New folder")

    def __init__(self, context: ServerContext, path: str) -> None:
        super().__init__(context, path)
        self._name: discord.ui.TextInput[_FolderForm] = discord.ui.TextInput(max_length=255)
        self.add_item(discord.ui.Label(text=_("Name"), component=self._name))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Create it."""
        name = paths.join(self.path, self._name.value)
        await make_folder(self.context.continued_by(interaction), paths.normalise(name))


class _SearchForm(_FolderTask):
    words = N_("Search by name")

    def __init__(self, context: ServerContext, path: str) -> None:
        super().__init__(context, path)
        self._pattern: discord.ui.TextInput[_SearchForm] = discord.ui.TextInput(
            placeholder=_("config or *.jar"), max_length=200
        )
        self.add_item(discord.ui.Label(text=_("Part of the name, or a pattern"), component=self._pattern))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Search the folder and everything below it."""
        query = SearchQuery(self.path, self._pattern.value, EntryFilter.ANYTHING)
        await search(self.context.continued_by(interaction), query)
