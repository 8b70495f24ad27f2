"""The activity of a server in pages, with all of it as a file."""

from collections.abc import Mapping, Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.activity import ActivityFilter, Entry
from bot.services.servers import ActivityReport
from bot.ui.activity import cards
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, view_of


async def show_activity(context: ServerContext, wanted: ActivityFilter) -> None:
    """Show what both logs have of it, newest first."""

    async def show(context: ServerContext) -> None:
        report = await context.services.activity.read(await context.permit(), wanted)
        await ActivityPages(context, report).show(context.interaction)

    await with_retry(context, show)


class ActivityPages(ListPages[Entry]):
    """Entries of both logs, newest first."""

    def __init__(self, context: ServerContext, report: ActivityReport) -> None:
        super().__init__(context.interaction, context.access, report.entries)
        self.context = context
        self.report = report
        self._names: Mapping[str, str] = {context.server.uuid: context.server.name}
        self._tools = [_FileButton()] if report.entries else []

    @override
    async def render(self) -> Card:
        return cards.page(self.context.server, self.report, self.on_page(), self._names)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        return self._tools


class _FileButton(discord.ui.Button[ActivityPages]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Save as file"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Hand out all entries, not only those of the page."""
        report = view_of(self).report
        await respond(interaction, card=cards.saved(report), file=cards.as_file(report))
