"""Lists of alerts: a row an alert, each with a button that opens it."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import timedelta

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.alerts.inhibited import without_inhibited
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.alerts import place_of
from bot.ui.alerts import list_cards as cards
from bot.ui.alerts.opened_view import open_alert
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of
from bot.ui.kit.way_back import leads_back

PERIODS = {"24 hours": 1, "7 days": 7, "30 days": 30, "90 days": 90}
_USUAL = "7 days"
_BELOW = 2
"""The row of buttons below the arrows."""


async def show_active(
    interaction: Interaction, access: AccessCheck, target: Target | None, page: int = 0
) -> None:
    """Show the active alerts, or that there are none."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    incidents = await services.alerts.active(rights, None if target is None else target.key)
    if not incidents:
        card = cards.none_active(target.server.name if target else None)
        await respond(
            interaction, card=card, view=_PastView(interaction, access, target, {_("Past alerts"): _USUAL})
        )
        return
    pages = _ActivePages(interaction, access, incidents, target)
    pages.unacknowledged = [
        incident
        for incident in incidents
        if incident.acknowledged_by is None and rights.level(place_of(incident.subject)) >= Level.OPERATOR
    ]
    await pages.show_page(interaction, page)


async def show_past(
    interaction: Interaction, access: AccessCheck, target: Target | None, period: str, page: int = 0
) -> None:
    """Show the alerts of a period, or that there were none."""
    services = interaction.client.services
    since = services.clock.now() - timedelta(days=PERIODS[period])
    rights = await services.access.rights(actor(interaction))
    known = await services.alerts.history(rights, since, None if target is None else target.key)
    incidents = without_inhibited(known)
    if not incidents:
        longer = {_(name): name for name, days in PERIODS.items() if days > PERIODS[period]}
        view = _PastView(interaction, access, target, longer) if longer else None
        await respond(interaction, card=cards.none_past(period), view=view)
        return
    await _PastPages(interaction, access, incidents, target, period).show_page(interaction, page)


class _PastView(BaseView):
    """Leads to past alerts where there are none now; `periods`: the period that each button shows."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        target: Target | None,
        periods: Mapping[str, str],
    ) -> None:
        super().__init__(interaction, access)
        self.target = target
        for words, period in periods.items():
            self.add_item(_PastButton(words, period))


class _PastButton(discord.ui.Button[_PastView]):
    def __init__(self, words: str, period: str) -> None:
        super().__init__(label=words)
        self._period = period

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_past(interaction, view.access, view.target, self._period)


class _IncidentPages(ListPages[Incident]):
    """A page at a time; each row opens its alert in this message, which leads back to the page."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        incidents: Sequence[Incident],
        target: Target | None,
    ) -> None:
        super().__init__(interaction, access, incidents)
        self.target = target
        self.seen_at = interaction.client.services.clock.now()

    async def show_page(self, interaction: Interaction, page: int) -> None:
        """Show one of the pages, the last one where there are fewer by now."""
        self.page = page
        await self.show(interaction)

    @abstractmethod
    async def reopen(self, interaction: Interaction) -> None:
        """Show this page again."""


class _ActivePages(_IncidentPages):
    unacknowledged: Sequence[Incident] = ()
    """What this person may acknowledge."""

    @override
    async def render(self) -> Card:
        rows = [
            Row(cards.active_row(incident, self.seen_at), _OpenButton(incident))
            for incident in self.on_page()
        ]
        return cards.active(self.entries, rows)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button[Pages]]:
        return [_AcknowledgeAll(self.unacknowledged)] if len(self.unacknowledged) > 1 else ()

    @override
    async def reopen(self, interaction: Interaction) -> None:
        await show_active(interaction, self.access, self.target, self.page)


class _PastPages(_IncidentPages):
    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        incidents: Sequence[Incident],
        target: Target | None,
        period: str,
    ) -> None:
        super().__init__(interaction, access, incidents, target)
        self._period = period

    @override
    async def render(self) -> Card:
        rows = [Row(cards.past_row(incident), _OpenButton(incident)) for incident in self.on_page()]
        return cards.past(self.entries, self._period, rows)

    @override
    async def reopen(self, interaction: Interaction) -> None:
        await show_past(interaction, self.access, self.target, self._period, self.page)


class _OpenButton(discord.ui.Button[_IncidentPages]):
    def __init__(self, incident: Incident) -> None:
        super().__init__(label=_("Open"))
        self._incident = incident

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Alerts"), view.reopen))
        await open_alert(interaction, self._incident.id)


class _AcknowledgeAll(discord.ui.Button[_IncidentPages]):
    """Acknowledges what the list showed, not what fired since."""

    required_level = Level.OPERATOR

    def __init__(self, incidents: Sequence[Incident]) -> None:
        super().__init__(label=_("Acknowledge all"), row=_BELOW)
        self._incidents = incidents

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await interaction.client.services.alerts.acknowledge(actor(interaction), self._incidents)
        await view_of(self).reopen(interaction)
