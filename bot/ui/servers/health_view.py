"""An examination that can be made again."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers.health_card import examination


async def show_health(context: ServerContext) -> None:
    """Examine a server and show what was found."""
    await with_retry(context, _show)


async def _show(context: ServerContext) -> None:
    report = await context.services.health.examine(await context.permit())
    await respond(context.interaction, card=examination(report), view=HealthView(context))


class HealthView(BaseView):
    """Check again."""

    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.add_item(_AgainButton())


class _AgainButton(discord.ui.Button[HealthView]):
    def __init__(self) -> None:
        super().__init__(label=_("Check again"), emoji="🔄")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_health(view_of(self).context.continued_by(interaction))
