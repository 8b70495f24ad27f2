"""Which alert is meant: autocomplete while typing, a menu when it is not certain."""

from collections.abc import Sequence
from datetime import timedelta

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.formatting import counted
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.services.alerts import place_of
from bot.ui.alerts import answer_cards as cards
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck, actor, command_level
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import QuestionExpired
from bot.ui.kit.option import Choice, SuggestingTransformer
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.place import again
from bot.ui.kit.respond import ask, respond
from bot.ui.kit.view import BaseView, view_of

ALL = "all"
_LONGEST_NUMBER = 18
"""The store takes no longer ones."""
_LATELY = timedelta(days=7)
_ASK_S = 60.0


class IncidentTransformer(SuggestingTransformer):
    """An alert, offered by the name of its server and what it is; or all of them."""

    ended = False
    """Whether recently resolved alerts are offered, too; then only one can be chosen."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        """List the alerts that the command can be run on: active ones by urgency, then resolved ones."""
        services = interaction.client.services
        level = command_level(interaction) or Level.ADMIN
        rights = await services.access.rights(actor(interaction))
        wanted = typed.casefold()
        allowed = [
            incident
            for incident in await services.alerts.active(rights)
            if rights.level(place_of(incident.subject)) >= level
        ]
        choices: list[Choice] = []
        if len(allowed) > 1 and not self.ended:
            choices.append(
                app_commands.Choice(name=_("All {count} active alerts", count=len(allowed)), value=ALL)
            )
        if self.ended:
            lately = await services.alerts.history(rights, services.clock.now() - _LATELY)
            allowed += [
                incident
                for incident in lately
                if not incident.active and rights.level(place_of(incident.subject)) >= level
            ]
        choices += [
            app_commands.Choice(name=cards.choice(incident), value=str(incident.id)) for incident in allowed
        ]
        return [choice for choice in choices if wanted in choice.name.casefold() or wanted == choice.value]


class PastIncidentTransformer(IncidentTransformer):
    """Also a resolved alert."""

    ended = True


IncidentOption = app_commands.Transform[str, IncidentTransformer]
PastIncidentOption = app_commands.Transform[str, PastIncidentTransformer]


async def choose_incidents(
    interaction: Interaction, typed: str | None, *, ended: bool = False
) -> tuple[Incident, ...]:
    """Find the alerts that are meant, asking with a menu when that is not certain.

    Raises BadInput when there is none, QuestionExpired without a choice. `ended`: one alert is meant, which
    may be resolved.
    """
    services = interaction.client.services
    level = command_level(interaction) or Level.ADMIN
    rights = await services.access.rights(actor(interaction))
    if typed is not None and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER:
        incident = await services.alerts.find(rights, int(typed))
        if incident.active or ended:
            return (incident,)
        raise BadInput(
            _("That alert is already resolved."), next_step=_("See active alerts with `/alerts list`.")
        )
    active = await services.alerts.active(rights)
    if typed is not None and typed.casefold() == ALL and not ended:
        return active
    wanted = [
        incident
        for incident in active
        if typed is None or typed.casefold() in cards.choice(incident).casefold()
    ]
    if len(wanted) == 1:
        return (wanted[0],)
    if not active:
        raise BadInput(_("No alert is active."), next_step=_("See past alerts with `/alerts history`."))
    if not wanted:
        raise BadInput(
            _("No alert matches."), next_step=_("Choose one from the list that appears while you type.")
        )
    allowed = [incident for incident in wanted if rights.level(place_of(incident.subject)) >= level]
    return await _ask(interaction, level, allowed or wanted, several=not ended)


async def _ask(
    interaction: Interaction, level: Level, incidents: Sequence[Incident], *, several: bool
) -> tuple[Incident, ...]:
    view = _WhichAlerts(interaction, AccessCheck(level, Scope.ANY_SERVER), incidents, several=several)
    count = counted(len(incidents), "active alert", "active alerts")
    shown = (
        _("The {limit} most urgent of {count}.", limit=OPTIONS_LIMIT, count=count)
        if len(incidents) > OPTIONS_LIMIT
        else f"{count}."
    )
    await ask(interaction, card=theme.card(_("Which alert?"), shown), view=view)
    await view.wait()
    if not view.chosen:
        raise QuestionExpired
    return view.chosen


class _WhichAlerts(BaseView):
    def __init__(
        self, interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident], *, several: bool
    ) -> None:
        super().__init__(interaction, access, timeout=_ASK_S)
        self.incidents = incidents
        self.chosen: tuple[Incident, ...] = ()
        self.add_item(_AlertMenu(incidents[:OPTIONS_LIMIT], several=several))
        if several:
            self.add_item(_AllButton(len(incidents)))

    def choose(self, chosen: Sequence[Incident]) -> None:
        """Let the command go on, which shows its response in this message."""
        self.chosen = tuple(chosen)
        self.stop()

    @override
    async def on_timeout(self) -> None:
        if self.shown_by is not None:
            said = f"{_('This prompt has expired.')} {again(self.origin)}"
            await respond(self.shown_by, card=theme.card(_("Which alert?"), said, colour=theme.QUIET))


class _AlertMenu(discord.ui.Select[_WhichAlerts]):
    def __init__(self, incidents: Sequence[Incident], *, several: bool) -> None:
        options = [cards.option(incident, str(position)) for position, incident in enumerate(incidents)]
        most = len(options) if several else 1
        super().__init__(
            placeholder=_("Choose alerts…") if several else _("Choose an alert…"), options=options
        )
        self.max_values = most

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.choose([view.incidents[int(value)] for value in self.values])


class _AllButton(discord.ui.Button[_WhichAlerts]):
    def __init__(self, count: int) -> None:
        super().__init__(label=_("All {count}", count=count))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.choose(view.incidents)
