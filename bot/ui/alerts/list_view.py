"""Lists of alerts that can be pressed, and which alert is meant."""

from collections.abc import Sequence
from datetime import timedelta

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.domain.observation import ServerKey
from bot.domain.target import Target
from bot.services.alerts import place_of
from bot.ui.alerts import answer_embeds as embeds
from bot.ui.alerts.alert_button import access_to_all
from bot.ui.alerts.buttons import acknowledge, silence
from bot.ui.alerts.details_view import show_details
from bot.ui.kit.authorize import AccessCheck, actor, command_level
from bot.ui.kit.card import Card
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, SuggestingTransformer
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond

_PER_PAGE = 8
_ALL = "all"
_LONGEST_NUMBER = 18
"""The store takes no longer ones."""
_LATELY = timedelta(days=7)
__all__ = [
    "IncidentOption",
    "PastIncidentOption",
    "acknowledge",
    "choose_incidents",
    "key_of",
    "show_active",
    "show_past",
    "silence",
]


class IncidentTransformer(SuggestingTransformer):
    """An alert, offered by the name of its server and what it is."""

    ended = False
    """Whether those that were over lately are offered, too."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        """List what the command may be run on: what fires, the most urgent first, then what did."""
        services = interaction.client.services
        level = command_level(interaction) or Level.ADMIN
        rights = await services.access.rights(actor(interaction))
        wanted = typed.casefold()
        incidents = await services.alerts.active(rights)
        if self.ended:
            lately = await services.alerts.history(rights, services.clock.now() - _LATELY)
            incidents += tuple(incident for incident in lately if not incident.active)
        return [
            app_commands.Choice(name=embeds.choice(incident), value=str(incident.id))
            for incident in incidents
            if rights.level(place_of(incident.subject)) >= level
            and (wanted in embeds.choice(incident).casefold() or wanted == str(incident.id))
        ]


class PastIncidentTransformer(IncidentTransformer):
    """Also one that is over."""

    ended = True


IncidentOption = app_commands.Transform[str, IncidentTransformer]
PastIncidentOption = app_commands.Transform[str, PastIncidentTransformer]


async def choose_incidents(
    interaction: Interaction, typed: str | None, *, ended: bool = False
) -> tuple[Incident, ...]:
    """Find the alert that is meant: the one chosen, else the only one that fires; raises BadInput.

    `ended`: one that is over may be meant, too, by its number.
    """
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    if typed is not None and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER:
        incident = await services.alerts.find(rights, int(typed))
        if incident.active or ended:
            return (incident,)
        raise BadInput("That alert is already resolved.", next_step="See active alerts with `/alerts list`.")
    active = await services.alerts.active(rights)
    if typed is not None and typed.casefold() == _ALL:
        return active
    wanted = [
        incident
        for incident in active
        if typed is None or typed.casefold() in embeds.choice(incident).casefold()
    ]
    if len(wanted) == 1:
        return (wanted[0],)
    if not active:
        raise BadInput("No alert is active.", next_step="See past alerts with `/alerts history`.")
    raise BadInput(
        "Several alerts match." if wanted else "No alert matches.",
        next_step="Choose one from the list that appears while you type.",
    )


async def show_active(interaction: Interaction, access: AccessCheck, target: Target | None) -> None:
    """Show what fires, or that nothing does."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    incidents = await services.alerts.active(rights, key_of(target))
    if not incidents:
        await respond(interaction, card=embeds.none_active(target.server.name if target else None))
        return
    await _ActivePages(interaction, access, incidents).show(interaction)


async def show_past(
    interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident], period: str
) -> None:
    """Show what was, or that nothing was."""
    if not incidents:
        await respond(interaction, card=embeds.none_past(period))
        return
    await _PastPages(interaction, access, incidents, period).show(interaction)


def key_of(target: Target | None) -> ServerKey | None:
    """Name the server for the store."""
    return ServerKey(target.panel_id, target.server.uuid) if target is not None else None


class _IncidentPages(Pages):
    """A page at a time; the select opens one."""

    def __init__(self, interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident]) -> None:
        super().__init__(interaction, access, placeholder="Open an alert…")
        self._found = incidents
        self._now = interaction.client.services.clock.now

    @property
    @override
    def page_count(self) -> int:
        return max(1, -(-len(self._found) // _PER_PAGE))

    @property
    def first(self) -> int:
        """Where this page begins."""
        return self.page * _PER_PAGE

    def shown(self) -> Sequence[Incident]:
        """List what is on this page."""
        return self._found[self.first : self.first + _PER_PAGE]

    @override
    def options(self) -> list[discord.SelectOption]:
        return [embeds.option(incident, str(position)) for position, incident in enumerate(self.shown())]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Open its details in this message."""
        incident = self.shown()[int(value)]
        services = interaction.client.services
        rights = await services.access.rights(actor(interaction))
        now = await services.alerts.find(rights, incident.id)
        await show_details(
            interaction, AccessCheck(Level.VIEWER, access_to_all(Level.VIEWER, [now]).where), [now]
        )


class _ActivePages(_IncidentPages):
    @override
    async def render(self) -> Card:
        return embeds.active(self.shown(), self.first, len(self._found), self._now())


class _PastPages(_IncidentPages):
    def __init__(
        self, interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident], period: str
    ) -> None:
        super().__init__(interaction, access, incidents)
        self._period = period

    @override
    async def render(self) -> Card:
        return embeds.past(self.shown(), len(self._found), self._period)
