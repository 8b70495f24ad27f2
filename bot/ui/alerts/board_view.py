"""Where the board is, as people choose it."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.notifications import Audience, Board
from bot.ui.alerts import board_card as cards
from bot.ui.alerts.board import delete_message
from bot.ui.alerts.deliverability import channel_problem
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.channel_post import check_can_post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of


async def choose_board(interaction: Interaction, panel_id: str, channel_id: int, audience: Audience) -> str:
    """Have a board in this channel, and say so; the one before is deleted."""
    check_can_post(interaction.guild, channel_id, history=True)
    services = interaction.client.services
    before = await services.boards.get_for(interaction.guild_id or 0, panel_id, audience)
    await services.boards.choose(actor(interaction), panel_id, channel_id, audience)
    await _delete_shown(interaction, before)
    return cards.chosen(channel_id)


async def show_board(
    interaction: Interaction, access: AccessCheck, panel_id: str, audience: Audience, said: str
) -> None:
    """Show where the board is."""
    services = interaction.client.services
    board = await services.boards.get_for(interaction.guild_id or 0, panel_id, audience)
    problem, stop = None, None
    if board is not None:
        stop = await services.boards.stop_of(board)
        reasons = await services.closed_channels.reasons(board.guild_id)
        problem = channel_problem(interaction.guild, board.channel_id) or reasons.get(board.channel_id)
    await respond(
        interaction,
        card=cards.where(
            board, audience, said, problem, channel_deleted=stop is not None and not stop.can_resume
        ),
        view=BoardView(interaction, access, panel_id, audience, has_board=board is not None),
    )


class BoardView(BaseView):
    """Choose its channel, or remove it."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        panel_id: str,
        audience: Audience,
        *,
        has_board: bool,
    ) -> None:
        super().__init__(interaction, access)
        self.panel_id = panel_id
        self.audience = audience
        self.add_item(_ChannelMenu(_("Move it to…") if has_board else _("Choose a channel…")))
        if has_board:
            self.add_item(_DownButton())


class _ChannelMenu(discord.ui.ChannelSelect[BoardView]):
    required_level = Level.ADMIN

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, channel_types=[discord.ChannelType.text])

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        said = await choose_board(interaction, view.panel_id, self.values[0].id, view.audience)
        await show_board(interaction, view.access, view.panel_id, view.audience, said)


class _DownButton(discord.ui.Button[BoardView]):
    required_level = Level.ADMIN

    def __init__(self) -> None:
        super().__init__(label=_("Remove board"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        before = await services.boards.get_for(interaction.guild_id or 0, view.panel_id, view.audience)
        await services.boards.remove(actor(interaction), view.panel_id, view.audience)
        await _delete_shown(interaction, before)
        await show_board(interaction, view.access, view.panel_id, view.audience, _("✅ Board removed."))


async def _delete_shown(interaction: Interaction, board: Board | None) -> None:
    if board is not None and board.discord_id is not None:
        await delete_message(interaction.client, board, board.discord_id)
