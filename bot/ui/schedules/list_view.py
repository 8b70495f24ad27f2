"""Schedules in pages: a row each, which opens it."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import Schedule
from bot.services.schedules import ScheduleList
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.schedules import cards
from bot.ui.schedules.edit_flow import CHANGES, ScheduleForm, Wish
from bot.ui.schedules.schedule_view import show_changed, show_one


async def show_list(context: ServerContext) -> None:
    """List the schedules, what runs next first."""

    async def show(context: ServerContext) -> None:
        permit = await context.permit()
        listed = await context.services.schedules.list(permit)
        await SchedulePages(context, listed, level=permit.level).show(context.interaction)

    await with_retry(context, show)


class SchedulePages(ListPages[Schedule]):
    """All schedules of a server."""

    def __init__(self, context: ServerContext, listed: ScheduleList, *, level: Level) -> None:
        """Offer what this level allows."""
        super().__init__(context.interaction, context.access, listed.schedules)
        self.context = context
        self.listed = listed
        self._tools = [_CreateButton()] if level >= CHANGES else []

    @override
    async def render(self) -> Card:
        rows = [
            Row(cards.row_text(schedule, self.listed), _OpenButton(schedule)) for schedule in self.on_page()
        ]
        return cards.schedule_list(self.context.server, self.listed, rows)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button[Pages]]:
        """Offer to create one."""
        return self._tools

    async def reopen(self, interaction: Interaction) -> None:
        """Show the list again, as it is by then."""
        await show_list(self.context.continued_by(interaction))


class _OpenButton(discord.ui.Button[SchedulePages]):
    def __init__(self, schedule: Schedule) -> None:
        super().__init__(label=_("Open"))
        self._schedule = schedule

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Schedules"), view.reopen))
        await show_one(view.context.continued_by(interaction), str(self._schedule.id))


class _CreateButton(discord.ui.Button[SchedulePages]):
    required_level = CHANGES
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Create…"), style=discord.ButtonStyle.success, row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Schedules"), view.reopen))
        context = view.context.continued_by(interaction).raised_to(CHANGES)
        await open_form(interaction, ScheduleForm(context, Wish(), show_changed))
