"""The audit in pages."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.audit import AuditCursor, AuditEntry, AuditFilter
from bot.ui.access import audit_cards as cards
from bot.ui.access.audit_filters import show_filters
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.view import BACK_ROW, view_of

_PER_PAGE = 10


class AuditPages(Pages):
    """Acts, newest first. Pages are cut by time, so that new acts do not push others from one to the next."""

    opens = Acknowledgement.PRIVATE

    def __init__(
        self, interaction: Interaction, access: AccessCheck, wanted: AuditFilter, total: int
    ) -> None:
        super().__init__(interaction, access, placeholder=_("Show details…"))
        self._services = interaction.client.services
        self.wanted = wanted
        self._total = total
        # Where each page begins; the arrows go one page at a time, so the next one is always known.
        self._begins: list[AuditCursor | None] = [None]
        self._shown: tuple[AuditEntry, ...] = ()
        self._names: dict[str, str] = {}

    @property
    @override
    def page_count(self) -> int:
        return max(1, -(-self._total // _PER_PAGE))

    @override
    async def render(self) -> Card:
        self.page = min(self.page, len(self._begins) - 1)
        page = await self._services.audit.page(
            self.wanted, older_than=self._begins[self.page], size=_PER_PAGE
        )
        if page.older is not None and self.page + 1 == len(self._begins):
            self._begins.append(page.older)
        self._shown = page.acts
        self._names = await server_names(
            self._services.directory, ((act.panel_id, act.server_uuid) for act in page.acts)
        )
        return cards.page(self._shown, self._total, self._names, self.wanted, await self.names_of_filter())

    async def names_of_filter(self) -> dict[str, str]:
        """Name the server that is filtered by, by its uuid."""
        wanted = self.wanted.server_uuid
        panels = self._services.access.panels_of(self.wanted.guild_id)
        return await server_names(self._services.directory, ((panel_id, wanted) for panel_id in panels))

    async def filtered(self, interaction: Interaction, wanted: AuditFilter) -> None:
        """Show what matches another filter."""
        await show_audit(interaction, self.access, wanted)

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer to filter."""
        return [_FilterButton()]

    @override
    def options(self) -> list[discord.SelectOption]:
        return [cards.option(act, str(position), self._names) for position, act in enumerate(self._shown)]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show all that is known of one."""
        await respond(interaction, card=cards.detail(self._shown[int(value)], self._names))


class _FilterButton(discord.ui.Button[AuditPages]):
    def __init__(self) -> None:
        super().__init__(label=_("Filter"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        names = await view.names_of_filter()
        await show_filters(interaction, view.access, view.wanted, names, view.filtered)


async def show_audit(interaction: Interaction, access: AccessCheck, wanted: AuditFilter) -> None:
    """Show the acts that match."""
    total = await interaction.client.services.audit.count(wanted)
    await AuditPages(interaction, access, wanted, total).show(interaction)
