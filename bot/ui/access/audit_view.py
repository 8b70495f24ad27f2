"""The audit in pages."""

from datetime import UTC, datetime, timedelta

import discord
from typing_extensions import override

from bot.container import Services
from bot.domain.audit import AuditCursor, AuditEntry, AuditFilter
from bot.domain.date_words import period
from bot.ui.access import audit_cards as cards
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names

_PER_PAGE = 10


class AuditPages(Pages):
    """Acts, newest first. Pages are cut by time, so that new acts do not push others from one to the next."""

    opens = Acknowledgement.PRIVATE

    def __init__(
        self, interaction: Interaction, access: AccessCheck, wanted: AuditFilter, total: int
    ) -> None:
        super().__init__(interaction, access, placeholder="Show details…")
        self._services = interaction.client.services
        self._wanted = wanted
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
            self._wanted, older_than=self._begins[self.page], size=_PER_PAGE
        )
        if page.older is not None and self.page + 1 == len(self._begins):
            self._begins.append(page.older)
        self._shown = page.acts
        self._names = await server_names(
            self._services.directory, ((act.panel_id, act.server_uuid) for act in page.acts)
        )
        return cards.page(self._shown, self._total, self._names)

    @override
    def options(self) -> list[discord.SelectOption]:
        return [cards.option(act, str(position), self._names) for position, act in enumerate(self._shown)]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show all that is known of one."""
        await respond(interaction, card=cards.detail(self._shown[int(value)], self._names))


def since_when(services: Services, word: str | None) -> datetime | None:
    """Return when `today`, `this week` or `this month` began, or the last hour; None for any time."""
    now = services.clock.now()
    if word is None:
        return None
    spoken = period(word, now.astimezone(services.settings.time_zone))
    return spoken.begin.astimezone(UTC) if spoken is not None else now - timedelta(hours=1)


async def show_audit(interaction: Interaction, access: AccessCheck, wanted: AuditFilter) -> None:
    """Show the acts that match."""
    total = await interaction.client.services.audit.count(wanted)
    await AuditPages(interaction, access, wanted, total).show(interaction)
