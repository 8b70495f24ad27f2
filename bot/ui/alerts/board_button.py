"""The button beside a server on the board: its report, for whoever presses it and may see it."""

import re
from typing import Self

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.server_context import ServerContext, find_target
from bot.ui.servers.status_view import show_status

_LEVEL = Level.VIEWER


class BoardServerButton(
    BaseDynamicItem, template=r"board:server:(?P<panel>[a-z0-9-]{1,32}):(?P<uuid>[\w-]{1,50})"
):
    """Shows a server's report privately."""

    def __init__(self, panel_id: str, uuid: str) -> None:
        self._panel_id = panel_id
        self._uuid = uuid
        super().__init__(
            discord.ui.Button(label=_("Details"), custom_id=f"board:server:{panel_id}:{uuid}"),
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["panel"], match["uuid"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Ask for the right on the server, in a Discord server that has the board."""
        boards = interaction.client.services.boards
        if await boards.get_for(interaction.guild_id or 0, self._panel_id) is None:
            raise BadInput(_("That board no longer exists."), next_step=_("Run `/server status` instead."))
        return AccessCheck(_LEVEL, await self._target(interaction))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        await show_status(ServerContext(interaction, _LEVEL, await self._target(interaction)))

    async def _target(self, interaction: Interaction) -> Target:
        return await find_target(interaction, self._panel_id, self._uuid)
