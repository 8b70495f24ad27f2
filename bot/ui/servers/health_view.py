"""An examination that can be made again, with what it asks for."""

from collections.abc import Mapping, Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.health_check import Check, Remedy, Result
from bot.domain.levels import Level
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton, ServerHub
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers.health_card import examination

_TROUBLED = (Result.FAIL, Result.WARN)
_PAGES: Mapping[Remedy, HubPage] = {
    Remedy.BACK_UP: HubPage.BACK_UP,
    Remedy.CONSOLE: HubPage.CONSOLE,
    Remedy.FILES: HubPage.FILES,
    Remedy.ALERTS: HubPage.ALERTS,
}


async def show_health(context: ServerContext) -> None:
    """Examine a server and show what was found."""
    await with_retry(context, _show)


async def _show(context: ServerContext) -> None:
    permit = await context.permit()
    report = await context.services.health.examine(permit)
    view = HealthView(context, report.checks, level=permit.level)
    await respond(context.interaction, card=examination(report), view=view)


class HealthView(BaseView):
    """Do what the checks ask for, and check again."""

    def __init__(self, context: ServerContext, checks: Sequence[Check], *, level: Level) -> None:
        """Offer what a person of this level may do about these checks."""
        super().__init__(context.interaction, context.access)
        self.context = context
        hub = context.interaction.client.shared(ServerHub)
        for remedy in dict.fromkeys(check.remedy for check in checks if check.result in _TROUBLED):
            if remedy is not None and level >= hub.get(_PAGES[remedy]).level:
                self.add_item(PageButton(_PAGES[remedy], context))
        self.add_item(_AgainButton())


class _AgainButton(discord.ui.Button[HealthView]):
    def __init__(self) -> None:
        super().__init__(label=_("Check again"), emoji="🔄")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_health(view_of(self).context.continued_by(interaction))
