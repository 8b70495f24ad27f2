"""The button on an alert that removes the cause, where Quetzal can do that safely."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.alerts.advice import suggested_fix
from bot.domain.diagnosis import Fix, FixKind
from bot.domain.file_changes import Change
from bot.domain.incidents import Incident
from bot.services.alerts import HandlingResult
from bot.ui.alerts import answer_cards as cards
from bot.ui.alerts.alert_button import AlertButton, access_to_all, target_of
from bot.ui.alerts.fix_flow import apply_fix
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import label
from bot.ui.servers.fix_offer import FIX_LABELS, FIX_LEVEL

_MOST = 3
_NAME_ROOM = 40


def fix_buttons(
    number: int, every: Sequence[Incident], active: Sequence[Incident], last_changes: Mapping[int, Change]
) -> "Iterator[FixButton]":
    """Make a button for each server whose cause can be removed, with its name where there are several."""
    is_named = len({incident.subject.about for incident in every}) > 1
    fixes: dict[str, tuple[Incident, Fix]] = {}
    for incident in active:
        fix = suggested_fix(incident, has_last_change=incident.id in last_changes)
        if fix is not None and incident.subject.about not in fixes:
            fixes[incident.subject.about] = (incident, fix)
    for about, (incident, fix) in list(fixes.items())[:_MOST]:
        yield FixButton(number, fix.kind, about, name=incident.name if is_named else "")


class FixButton(
    AlertButton,
    template=r"alert:fix:(?P<number>[0-9]{1,18}):(?P<kind>eula|java|variable|restore):(?P<about>[\w-]{1,50})",
):
    """Removes the cause of its server's alert, after a confirmation that shows what changes."""

    required_level = FIX_LEVEL

    def __init__(self, number: int, kind: FixKind, about: str, *, name: str = "") -> None:
        word = FIX_LABELS[kind]
        text = f"{label(name, _NAME_ROOM)}: {word}" if name else word
        custom_id = f"alert:fix:{number}:{kind}:{about}"
        super().__init__(
            number, discord.ui.Button(label=_(text), style=discord.ButtonStyle.success, custom_id=custom_id)
        )
        self._kind = kind
        self._about = about

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]), FixKind(match["kind"]), match["about"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Ask for the right on the server of the button."""
        return access_to_all(self.required_level, self._of_server(await self.read_incidents(interaction)))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        await apply_suggested(
            interaction, self._of_server(await self.read_incidents(interaction)), self._kind
        )

    def _of_server(self, incidents: Sequence[Incident]) -> tuple[Incident, ...]:
        return tuple(incident for incident in incidents if incident.subject.about == self._about)


async def apply_suggested(interaction: Interaction, incidents: Sequence[Incident], kind: FixKind) -> None:
    """Show what would change, unless the alerts are resolved or have another cause by now."""
    context = interaction.client.services.alert_past
    for incident in incidents:
        fix, change = await context.suggested_fix(incident, interaction.guild_id or 0)
        if fix is not None and fix.kind is kind:
            target = await target_of(interaction, incident)
            await apply_fix(ServerContext(interaction, FixButton.required_level, target), fix, change)
            return
    result = HandlingResult(over=tuple(incidents))
    await respond(interaction, card=cards.handled(result))
