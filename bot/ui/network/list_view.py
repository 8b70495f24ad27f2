"""The addresses of a server in pages: a row each, which opens it for managers, and Add."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import Allocation
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, view_of
from bot.ui.network import cards
from bot.ui.network.address_view import CHANGES, add, show_one


async def show_list(context: ServerContext) -> None:
    """List the addresses into the interaction's response."""
    await with_retry(context, _show)


async def _show(context: ServerContext) -> None:
    permit = await context.permit()
    allocations = await context.services.network.list(permit)
    await NetworkPages(context, allocations, level=permit.level).show(context.interaction)


class NetworkPages(ListPages[Allocation]):
    """All addresses of a server, the primary one first."""

    def __init__(self, context: ServerContext, allocations: Sequence[Allocation], *, level: Level) -> None:
        """Offer what this level allows."""
        super().__init__(context.interaction, context.access, allocations)
        self.context = context
        self._may_change = level >= CHANGES
        has_room = len(allocations) < (context.server.feature_limits.allocations or 0)
        self._tools = [_AddButton()] if self._may_change and has_room else []

    @override
    async def render(self) -> Card:
        rows = [
            Row(cards.row_text(allocation), _OpenButton(allocation) if self._may_change else None)
            for allocation in self.on_page()
        ]
        return cards.address_list(self.context.server, rows, len(self.entries))

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        """Offer to add one where there is room."""
        return self._tools


class _OpenButton(discord.ui.Button[NetworkPages]):
    required_level = CHANGES

    def __init__(self, allocation: Allocation) -> None:
        super().__init__(label=_("Open"))
        self._allocation = allocation

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_one(view_of(self).context.continued_by(interaction), self._allocation, show_list)


class _AddButton(discord.ui.Button[NetworkPages]):
    required_level = CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Add"), style=discord.ButtonStyle.success, row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await add(context, show_list)
