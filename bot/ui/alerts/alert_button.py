"""What all buttons on alerts share: which message they stand on, and the right that a press takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from typing_extensions import override

from bot.domain.incidents import Incident
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.services.access import Scope, Where
from bot.services.alerts import place_of
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import Interaction
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.server_context import find_target

CHOOSE_S = 60.0
"""How long a question after a press can be answered."""


@dataclass(frozen=True, slots=True)
class AccessCheckForAll(AccessCheck):
    """An access check of one level in several places; it passes only when all of them do."""

    also: tuple[Where, ...] = ()

    @override
    async def check(self, interaction: Interaction) -> Actor:
        """Raise AccessDenied unless the person behind this interaction has the level in every place now."""
        caller = actor(interaction)
        rights = await interaction.client.services.access.rights(caller)
        for where in (self.where, *self.also):
            rights.check(where, self.level)
        return caller

    @override
    def raised_to(self, level: Level) -> "AccessCheckForAll":
        return AccessCheckForAll(max(self.level, level), self.where, self.also)


def access_to_all(level: Level, incidents: Sequence[Incident]) -> AccessCheckForAll:
    """Return the check for acting on all of these incidents."""
    first, *others = {place_of(incident.subject): None for incident in incidents} or {Scope.ALL_SERVERS: None}
    return AccessCheckForAll(level, first, tuple(others))


class AlertButton(BaseDynamicItem, template=r"(?!)"):
    """A button on an alert. Pressing it requires `required_level` on every server of the message."""

    required_level = Level.OPERATOR

    def __init__(self, number: int, button: discord.ui.Button[discord.ui.View]) -> None:
        self.number = number
        super().__init__(button)

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        """Require the level on everything the message is about."""
        return access_to_all(self.required_level, await self.read_incidents(interaction))

    async def read_incidents(self, interaction: Interaction) -> tuple[Incident, ...]:
        """Read the incidents of the message."""
        _, incidents = await interaction.client.services.alerts.of_message(self.number, interaction.guild_id)
        return incidents


async def target_of(interaction: Interaction, incident: Incident) -> Target:
    """Find the server of an alert; raises Missing when its panel no longer lists it."""
    return await find_target(interaction, incident.subject.panel_id, incident.subject.about)
