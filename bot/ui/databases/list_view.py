"""Databases in pages: a row each, which opens how to connect, and Create."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.databases import ANYWHERE, LONGEST, SHORTEST
from bot.domain.levels import Level
from bot.panel.models import Database
from bot.ui.databases import cards
from bot.ui.databases.views import create, show_connection
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, BaseModal, view_of

_OPENS = Level.MANAGER


async def show_list(context: ServerContext) -> None:
    """List the databases, with a way to create one."""
    await with_retry(context, _list)


async def _list(context: ServerContext) -> None:
    permit = await context.permit()
    databases = await context.services.databases.list(permit)
    await DatabasePages(context, databases, level=permit.level).show(context.interaction)


class DatabasePages(ListPages[Database]):
    """All databases of a server; a manager opens one from its row, privately."""

    def __init__(self, context: ServerContext, databases: Sequence[Database], *, level: Level) -> None:
        """Offer what somebody of this level may do."""
        super().__init__(context.interaction, context.access, databases)
        self.context = context
        self._may_open = level >= _OPENS
        limit = context.server.feature_limits.databases
        has_room = limit is None or len(databases) < limit
        self._tools = [_CreateButton()] if self._may_open and has_room else []

    @override
    async def render(self) -> Card:
        if not self.entries:
            return cards.no_databases(self.context.server)
        rows = [
            Row(cards.row_text(database), _OpenButton(database) if self._may_open else None)
            for database in self.on_page()
        ]
        return cards.database_list(self.context.server, rows, len(self.entries))

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        """Offer to create one where there is room."""
        return self._tools


class _OpenButton(discord.ui.Button[DatabasePages]):
    """Shows how to connect, in a private response: the list may be public."""

    required_level = _OPENS
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, database: Database) -> None:
        super().__init__(label=_("Open"))
        self._database = database

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await show_connection(context, self._database)


class _CreateButton(discord.ui.Button[DatabasePages]):
    required_level = _OPENS
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Create"), style=discord.ButtonStyle.success, row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await open_form(interaction, _CreateForm(context))


class _CreateForm(BaseModal):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access, title=_("New database"))
        self._context = context
        self._name: discord.ui.TextInput[_CreateForm] = discord.ui.TextInput(
            placeholder=_("luckperms"), min_length=SHORTEST, max_length=LONGEST
        )
        self._remote: discord.ui.TextInput[_CreateForm] = discord.ui.TextInput(
            default=ANYWHERE, max_length=100
        )
        description = _("Letters, digits and underscores")
        self.add_item(discord.ui.Label(text=_("Name"), description=description, component=self._name))
        self.add_item(
            discord.ui.Label(
                text=_("Allowed connections from"),
                description=_("An address, a mask, or % for anywhere"),
                component=self._remote,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Show the name that it will have, and ask."""
        await create(self._context.continued_by(interaction), self._name.value, self._remote.value)
