"""The pages that a server's status leads to; each feature's own, so that none imports another for them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import discord
from typing_extensions import override

from bot.core.i18n import Worded
from bot.domain.levels import Level
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.place import note_origin
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.kit.way_back import leads_back, way_back


class HubPage(Worded, StrEnum):
    """A page about one server, as its button calls it."""

    STATUS = "Status"
    CONSOLE = "Console"
    FILES = "Files"
    BACKUPS = "Backups"
    PLAYERS = "Players"
    PERFORMANCE = "Performance"
    HEALTH = "Health"
    ALERTS = "Alerts"
    SCHEDULES = "Schedules"
    STARTUP = "Startup"
    ADDRESSES = "Addresses"
    DATABASES = "Databases"
    PANEL_USERS = "Panel users"
    PLAYER_QUERY = "Player query"
    BACK_UP = "Back up"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """How a page is opened, what that requires, and where it opens."""

    open: Callable[[ServerContext], Awaitable[None]]
    level: Level = Level.VIEWER
    acknowledgement: Acknowledgement = Acknowledgement.IN_PLACE


class ServerHub:
    """The pages that there are; one object a run of the bot, filled by the cogs."""

    def __init__(self) -> None:
        self._entries: dict[HubPage, PageEntry] = {}

    def add(self, page: HubPage, entry: PageEntry) -> None:
        """Add a page."""
        self._entries[page] = entry

    def get(self, page: HubPage) -> PageEntry:
        """Return how a page is opened."""
        return self._entries[page]

    async def open(self, page: HubPage, context: ServerContext) -> None:
        """Open a page of the context's server into the response of its interaction; raises AccessDenied."""
        entry = self.get(page)
        note_origin(context.interaction, page.name.lower())
        await entry.open(context.raised_to(entry.level))


class PageButton(discord.ui.Button[BaseView]):
    """Opens a page about the server of a context; what opens in the same message leads back to its status."""

    def __init__(
        self,
        page: HubPage,
        context: ServerContext,
        *,
        row: int | None = None,
    ) -> None:
        super().__init__(label=page.text, row=row)
        entry = context.interaction.client.shared(ServerHub).get(page)
        self.required_level = entry.level
        self.acknowledgement = entry.acknowledgement
        self._page = page
        self._context = context

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        hub, context = interaction.client.shared(ServerHub), self._context.continued_by(interaction)
        if self._page is not HubPage.STATUS and self.acknowledgement is Acknowledgement.IN_PLACE:
            leads_back(interaction, view.way_here(HubPage.STATUS.text, self._reopen_status))
        await hub.open(self._page, context)

    async def _reopen_status(self, interaction: Interaction) -> None:
        hub = interaction.client.shared(ServerHub)
        await hub.open(HubPage.STATUS, self._context.continued_by(interaction))


class PagesView(BaseView):
    """Leads from what was done to pages about its server, where the way back doesn't lead there already."""

    def __init__(self, context: ServerContext, *pages: HubPage) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.offer(*pages)

    def offer(self, *pages: HubPage) -> None:
        """Add these pages."""
        way = way_back(self.context.interaction)
        for page in pages:
            if way is None or way.name != page.text:
                self.add_item(PageButton(page, self.context))
