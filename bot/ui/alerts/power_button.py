"""The button on an alert that starts, restarts or kills a server."""

import re
from collections.abc import Iterator, Sequence
from typing import Self

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.alerts.advice import suggested_signal
from bot.domain.incidents import Incident
from bot.domain.levels import Level
from bot.panel.models import PowerSignal
from bot.services.alerts import HandlingResult
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.alert_button import CHOOSE_S, AlertButton, access_to_all, target_of
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseView
from bot.ui.servers.power_flow import change_power

POWER_STYLES = {PowerSignal.START: discord.ButtonStyle.success, PowerSignal.KILL: discord.ButtonStyle.danger}
_NAMED_BUTTONS = 3
_NAME_ROOM = 60


def power_buttons(
    number: int, every: Sequence[Incident], active: Sequence[Incident]
) -> "Iterator[PowerButton]":
    """Make a button for each server that one would help, with its name where there are several servers."""
    helped = {
        incident.subject.about: (incident, signal)
        for incident in reversed(active)
        if (signal := suggested_signal(incident)) is not None
    }
    if len(helped) > _NAMED_BUTTONS:
        signals = {signal for _, signal in helped.values()}
        (signal,) = signals if len(signals) == 1 else (PowerSignal.RESTART,)
        yield PowerButton(number, signal.value.capitalize(), several=True)
        return
    is_named = len({incident.subject.about for incident in every}) > 1
    for incident, signal in reversed(helped.values()):
        name = incident.name if is_named else ""
        yield PowerButton(number, signal.value.capitalize(), about=incident.subject.about, name=name)


class PowerButton(
    AlertButton,
    template=r"alert:power:(?P<number>[0-9]{1,18}):(?P<word>Start|Restart|Kill)(?::(?P<about>[\w-]{1,50}))?",
):
    """Starts, restarts or kills a server, whichever it needs now, after a confirmation.

    Without a server, as in messages of older releases, it asks for which one when there are several.
    """

    def __init__(
        self, number: int, word: str, *, about: str | None = None, name: str = "", several: bool = False
    ) -> None:
        signal = PowerSignal(word.lower())
        style = POWER_STYLES.get(signal, discord.ButtonStyle.secondary)
        shown = signal.text.capitalize()
        text = (
            f"{shown} {label(name, _NAME_ROOM)}"
            if name
            else _("{power} a server…", power=shown)
            if several
            else shown
        )
        custom_id = f"alert:power:{number}:{word}" + (f":{about}" if about else "")
        super().__init__(number, discord.ui.Button(label=text, style=style, custom_id=custom_id))
        self._word = word
        self._about = about

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Ask for the right on the server of the button, or on everything the message is about."""
        incidents = await self.read_incidents(interaction)
        return access_to_all(
            self.required_level, [incident for incident in incidents if self._concerns(incident)] or incidents
        )

    def _concerns(self, incident: Incident) -> bool:
        return self._about in (None, incident.subject.about)

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]), match["word"], about=match["about"])

    @override
    async def pressed(self, interaction: Interaction) -> None:
        """Do it on the one server, or ask on which."""
        incidents = tuple(
            incident for incident in await self.read_incidents(interaction) if self._concerns(incident)
        )
        helped = [
            incident for incident in incidents if incident.active and suggested_signal(incident) is not None
        ]
        if not helped:
            await respond(interaction, card=cards.handled(HandlingResult(over=incidents)))
            return
        first, *others = {incident.subject.about: incident for incident in helped}.values()
        if not others:
            await offer_power(interaction, first)
            return
        servers = [first, *others]
        view = _WhichOne(interaction, access_to_all(self.required_level, servers), servers)
        await respond(interaction, card=cards.which_one(self._word), view=view)


async def offer_power(interaction: Interaction, incident: Incident) -> None:
    """Start, restart or kill the server of an alert, whichever the alert asks for."""
    target = await target_of(interaction, incident)
    signal = suggested_signal(incident) or PowerSignal.RESTART
    await change_power(ServerContext(interaction, Level.OPERATOR, target), signal)


class _WhichOne(BaseView):
    def __init__(self, interaction: Interaction, access: AccessCheck, incidents: Sequence[Incident]) -> None:
        super().__init__(interaction, access, timeout=CHOOSE_S)
        self.add_item(_ServerMenu(incidents))


class _ServerMenu(discord.ui.Select[_WhichOne]):
    def __init__(self, incidents: Sequence[Incident]) -> None:
        shown = list(incidents[:25])
        options = [cards.server_option(incident, str(position)) for position, incident in enumerate(shown)]
        super().__init__(placeholder=_("Which server?"), options=options)
        self._incidents = shown

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await offer_power(interaction, self._incidents[int(self.values[0])])
