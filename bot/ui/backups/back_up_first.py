"""A button in a prompt that makes a backup before what the prompt asks for."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.error_report import report
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView

BackUp: TypeAlias = Callable[[ServerContext], Awaitable[None]]


class BackUpFirst(discord.ui.Button[BaseView]):
    """Makes a backup of the current files; the prompt stays as it is."""

    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, context: ServerContext, back_up: BackUp) -> None:
        super().__init__(label=_("Back up"), style=discord.ButtonStyle.success)
        self._context = context
        self._back_up = back_up

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        try:
            await self._back_up(self._context.continued_by(interaction))
        except QuetzalError as error:  # a confirmation ends when a button of it raises
            await report(interaction, error)
