"""The buttons on alerts: they outlive restarts, and check on each press every server that the alert is about.

A custom id carries the row of the message, so what a press concerns is read from the store.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Self

import discord
from typing_extensions import override

from bot.alerting.receiver import Notification
from bot.container import Services
from bot.core.errors import AccessDenied
from bot.core.i18n import _, keyword
from bot.domain.alerts.urgency import by_urgency
from bot.domain.date_words import tomorrow_morning
from bot.domain.file_changes import Change
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.domain.notifications import MessageKind
from bot.services.access import Scope
from bot.services.alerts import HandlingResult
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.alert_button import CHOOSE_S, AlertButton, access_to_all
from bot.ui.alerts.board_button import BoardServerButton
from bot.ui.alerts.details_view import show_details
from bot.ui.alerts.fix_button import FixButton, fix_buttons
from bot.ui.alerts.power_button import PowerButton, power_buttons
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.text import first_up
from bot.ui.kit.view import BaseView, view_of

SILENCES = (keyword("1 hour"), keyword("4 hours"), keyword("until tomorrow"))
_LASTS = {"1 hour": timedelta(hours=1), "4 hours": timedelta(hours=4)}
END = keyword("end silence")


def buttons(
    notification: Notification, last_changes: Mapping[int, Change] = MappingProxyType({})
) -> discord.ui.View | None:
    """Make the buttons of a message with active alerts; a new view each time.

    `last_changes`, by the incident's id, are files that can be put back.
    """
    active = by_urgency(incident for incident in notification.incidents if incident.active)
    if not active or notification.leads_on or notification.message.kind is MessageKind.RECOVERY:
        return None
    view = discord.ui.View(timeout=None)
    number = notification.message.id
    if any(incident.acknowledged_by is None for incident in active):
        view.add_item(AcknowledgeButton(number, len(active)))
    view.add_item(SilenceButton(number))
    for fix in fix_buttons(number, notification.incidents, active, last_changes):
        view.add_item(fix)
    for button in power_buttons(number, notification.incidents, active):
        view.add_item(button)
    view.add_item(DetailsButton(number))
    return view


class AcknowledgeButton(AlertButton, template=r"alert:ack:(?P<number>[0-9]{1,18})"):
    """Acknowledges all alerts of its message: their reminders stop."""

    def __init__(self, number: int, alerts: int = 1) -> None:
        super().__init__(
            number,
            discord.ui.Button(
                label=_("Acknowledge") if alerts == 1 else _("Acknowledge all {alerts}", alerts=alerts),
                style=discord.ButtonStyle.primary,
                custom_id=f"alert:ack:{number}",
            ),
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        """Acknowledge all alerts of the message."""
        await acknowledge(interaction, await self.read_incidents(interaction))


class SilenceButton(AlertButton, template=r"alert:snooze:(?P<number>[0-9]{1,18})"):
    """Asks for how long to silence."""

    def __init__(self, number: int) -> None:
        super().__init__(number, discord.ui.Button(label=_("Silence"), custom_id=f"alert:snooze:{number}"))

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        incidents = await self.read_incidents(interaction)
        if not any(incident.active for incident in incidents):
            await respond(interaction, card=cards.handled(HandlingResult(over=incidents)))
            return
        view = _HowLong(interaction, access_to_all(self.required_level, incidents), incidents)
        await respond(interaction, card=cards.how_long(incidents), view=view)


class DetailsButton(AlertButton, template=r"alert:details:(?P<number>[0-9]{1,18})"):
    """Shows everything about it privately, as far as the person may see it."""

    required_level = Level.VIEWER

    def __init__(self, number: int) -> None:
        super().__init__(number, discord.ui.Button(label=_("Details"), custom_id=f"alert:details:{number}"))

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Ask only that they see a server at all: what they may not see is left out."""
        return AccessCheck(self.required_level, Scope.ANY_SERVER)

    @override
    async def pressed(self, interaction: Interaction) -> None:
        services = interaction.client.services
        rights = await services.access.rights(actor(interaction))
        seen = await services.alerts.visible(rights, await self.read_incidents(interaction))
        if not seen:
            raise AccessDenied(_("You don't have access to the servers of this alert."))
        await show_details(interaction, await self.required_access(interaction), seen)


BUTTONS = (AcknowledgeButton, SilenceButton, FixButton, PowerButton, DetailsButton, BoardServerButton)
"""The buttons that have to be registered to work after a restart."""


async def acknowledge(interaction: Interaction, incidents: Sequence[Incident]) -> None:
    """Acknowledge alerts, and say what was changed."""
    handled = await interaction.client.services.alerts.acknowledge(actor(interaction), incidents)
    await respond(interaction, card=cards.handled(handled))


def silenced_until(services: Services, word: str) -> datetime | None:
    """Return until when one of SILENCES lasts; None for END."""
    now = services.clock.now()
    if word in _LASTS:
        return now + _LASTS[word]
    if word == END:
        return None
    return tomorrow_morning(now.astimezone(services.settings.time_zone)).astimezone(UTC)


async def silence(interaction: Interaction, incidents: Sequence[Incident], word: str) -> None:
    """Silence alerts for one of SILENCES, or END it, and say what was changed."""
    services = interaction.client.services
    until = silenced_until(services, word)
    handled = await services.alerts.silence(actor(interaction), incidents, until)
    await respond(interaction, card=cards.handled(handled, cards.silenced(until)))


class _HowLong(BaseView):
    def __init__(self, interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident]) -> None:
        super().__init__(interaction, access, timeout=CHOOSE_S)
        self.incidents = incidents
        for word in SILENCES:
            self.add_item(_For(word))
        if any(incident.silenced_until is not None for incident in incidents):
            self.add_item(_For(END))


class _For(discord.ui.Button[_HowLong]):
    def __init__(self, word: str) -> None:
        super().__init__(label=first_up(_(word)))
        self._word = word

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await silence(interaction, view_of(self).incidents, self._word)
