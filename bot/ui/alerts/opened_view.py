"""An alert that was opened from a list: acknowledge, silence, fix it, see its server, note, and go back."""

from datetime import timedelta

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.alerts.advice import suggested_signal
from bot.domain.diagnosis import Fix
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.panel.models import PowerSignal
from bot.services.alerts import place_of
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.alert_button import target_of
from bot.ui.alerts.buttons import END, SILENCES, silenced_until
from bot.ui.alerts.fix_button import apply_suggested
from bot.ui.alerts.opened_card import opened
from bot.ui.alerts.power_button import POWER_STYLES, offer_power
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import first_up
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.servers.status_view import show_status

_BEFORE = timedelta(days=7)
_SECOND = 1
"""The row of buttons below the first."""


async def open_alert(interaction: Interaction, number: int) -> None:
    """Show an alert as it is now, with what this person may do about it."""
    services = interaction.client.services
    now = services.clock.now()
    rights = await services.access.rights(actor(interaction))
    incident = await services.alerts.find(rights, number)
    fix, _ = await services.alert_past.suggested_fix(incident, interaction.guild_id or 0)
    level = rights.level(place_of(incident.subject))
    view = _OpenedAlert(interaction, incident, level)
    remedy = view.remedy(fix)
    before = []
    if (key := incident.subject.server_key) is not None:
        history = await services.alerts.history(rights, now - _BEFORE, key)
        earlier = [past for past in history if past.id != incident.id]
        before = [cards.background(earlier)] if earlier else []
    await respond(interaction, card=opened(incident, now, remedy, before), view=view)


class _OpenedAlert(BaseView):
    def __init__(self, interaction: Interaction, incident: Incident, level: Level) -> None:
        super().__init__(interaction, AccessCheck(Level.VIEWER, place_of(incident.subject)))
        self.incident = incident
        self._level = level
        may_act = level >= Level.OPERATOR
        if may_act and incident.active:
            if incident.acknowledged_by is None:
                self.add_item(_AcknowledgeButton())
            self.add_item(_SilenceButton())
        if may_act:
            self.add_item(_NoteButton())
        if incident.subject.server_uuid is not None:
            self.add_item(_StatusButton())

    def remedy(self, fix: Fix | None) -> "discord.ui.Button[_OpenedAlert] | None":
        """Make the button that does what helps, where there is one and this person may press it."""
        if fix is not None and self._level >= _FixButton.required_level:
            return _FixButton(fix)
        signal = suggested_signal(self.incident) if self.incident.active else None
        if signal is not None and self._level >= _PowerButton.required_level:
            return _PowerButton(signal)
        return None

    async def reload(self, interaction: Interaction) -> None:
        """Show it as it is now."""
        await open_alert(interaction, self.incident.id)

    async def ask_how_long(self, interaction: Interaction) -> None:
        """Ask for how long to silence it."""
        self.clear_items()
        for word in SILENCES:
            self.add_item(_ForButton(word))
        if self.incident.silenced_until is not None:
            self.add_item(_ForButton(END))
        self.add_item(_KeepButton())
        await respond(interaction, card=cards.how_long([self.incident]), view=self)


class _AcknowledgeButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.OPERATOR

    def __init__(self) -> None:
        super().__init__(label=_("Acknowledge"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await interaction.client.services.alerts.acknowledge(actor(interaction), [view.incident])
        await view.reload(interaction)


class _SilenceButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.OPERATOR

    def __init__(self) -> None:
        super().__init__(label=_("Silence"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).ask_how_long(interaction)


class _ForButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.OPERATOR

    def __init__(self, word: str) -> None:
        super().__init__(label=first_up(_(word)))
        self._word = word

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        until = silenced_until(services, self._word)
        await services.alerts.silence(actor(interaction), [view.incident], until)
        await view.reload(interaction)


class _KeepButton(discord.ui.Button[_OpenedAlert]):
    """Leaves the alert as it is."""

    def __init__(self) -> None:
        super().__init__(label=_("Cancel"), row=_SECOND)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).reload(interaction)


class _FixButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.MANAGER
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, fix: Fix) -> None:
        super().__init__(label=_("Fix…"), style=discord.ButtonStyle.success)
        self._kind = fix.kind

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        services, view = interaction.client.services, view_of(self)
        rights = await services.access.rights(actor(interaction))
        incident = await services.alerts.find(rights, view.incident.id)
        await apply_suggested(interaction, [incident], self._kind)


class _PowerButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, signal: PowerSignal) -> None:
        style = POWER_STYLES.get(signal, discord.ButtonStyle.secondary)
        super().__init__(label=signal.text.capitalize(), style=style)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await offer_power(interaction, view_of(self).incident)


class _StatusButton(discord.ui.Button[_OpenedAlert]):
    def __init__(self) -> None:
        super().__init__(label=_("Status"), row=_SECOND)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        target = await target_of(interaction, view.incident)
        leads_back(interaction, view.way_here(_("Alert"), view.reload))
        await show_status(ServerContext(interaction, Level.VIEWER, target))


class _NoteButton(discord.ui.Button[_OpenedAlert]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Note"), row=_SECOND)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, _NoteForm(interaction, view_of(self)))


class _NoteForm(BaseModal):
    def __init__(self, interaction: Interaction, view: _OpenedAlert) -> None:
        access = view.access.raised_to(Level.OPERATOR)
        super().__init__(interaction, access, title=_("Note on this alert"))
        self._opened = view
        self._text: discord.ui.TextInput[_NoteForm] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph,
            default=view.incident.note,
            placeholder=_("What it was, and what helped"),
            max_length=500,
        )
        self.add_item(discord.ui.Label(text=_("Note"), component=self._text))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Keep it, and show the alert with it."""
        services = interaction.client.services
        await services.alerts.note(actor(interaction), self._opened.incident, self._text.value)
        await self._opened.reload(interaction)
