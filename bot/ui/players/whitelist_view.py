"""Whether people may ask to be on a server's whitelist, and where their requests are posted."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.notifications import Audience
from bot.domain.whitelist import WhitelistForm
from bot.ui.kit.channel_post import CannotPost, check_can_post
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.players import whitelist_cards as cards


async def show_requests(context: ServerContext) -> None:
    """Show whether a server takes requests."""
    permit, services = await context.permit(), context.services
    form = await services.whitelist.forms.of(permit)
    board = await services.boards.get_for(permit.actor.guild_id or 0, permit.panel_id, Audience.PUBLIC)
    await respond(
        context.interaction,
        card=cards.setting(
            context.server, form, has_board=board is not None, problem=_problem(context, form)
        ),
        view=RequestsView(context, form),
    )


def _problem(context: ServerContext, form: WhitelistForm | None) -> str | None:
    """Return what is known to keep requests from being posted."""
    if form is None:
        return None
    try:
        check_can_post(context.interaction.guild, form.channel_id, history=True)
    except CannotPost as error:
        return error.happened
    return None


class RequestsView(BaseView):
    """Turns requests on in this channel, or off."""

    def __init__(self, context: ServerContext, form: WhitelistForm | None) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        if form is None or form.channel_id != context.interaction.channel_id:
            self.add_item(_HereButton(_("Take requests here") if form is None else _("Post them here")))
        if form is not None:
            self.add_item(_OffButton())


class _HereButton(discord.ui.Button[RequestsView]):
    def __init__(self, text: str) -> None:
        super().__init__(label=text, style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction)
        channel_id = interaction.channel_id or 0
        check_can_post(interaction.guild, channel_id, history=True)
        await context.services.whitelist.forms.take_requests(await context.permit(), channel_id)
        await show_requests(context)


class _OffButton(discord.ui.Button[RequestsView]):
    def __init__(self) -> None:
        super().__init__(label=_("Turn off"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction)
        await context.services.whitelist.forms.take_none(await context.permit())
        await show_requests(context)
