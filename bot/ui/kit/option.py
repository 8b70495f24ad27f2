"""Options of commands that suggest values while a person types."""

from abc import abstractmethod
from typing import TypeAlias

from discord import app_commands
from typing_extensions import override

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.text import label

Choice: TypeAlias = app_commands.Choice[int | float | str]

CHOICES_LIMIT = 25
CHOICE_CHARACTERS = 100
TYPING_WAIT_S = 2.0
"""So long Discord's own three seconds leave to find suggestions."""


class SuggestingTransformer(app_commands.Transformer):
    """A text with suggestions. What was typed is looked up by the command, after its check of access."""

    @override
    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Return what was typed, without blanks around it."""
        return value.strip()

    @override
    async def autocomplete(
        self, interaction: AnyInteraction, value: int | float | str, /
    ) -> list[app_commands.Choice[int | float | str]]:
        """Offer the first 25 suggestions; none when they cannot be had in time."""
        clock: Clock = interaction.client.services.clock
        try:
            return (await clock.timeout(TYPING_WAIT_S, self.suggest(interaction, str(value))))[:CHOICES_LIMIT]
        except (TimeoutError, QuetzalError):
            return []

    @abstractmethod
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        """List what fits and what this person may see, the likeliest first."""


def suggested(name: str, value: str) -> Choice:
    """Make a suggestion, with its name cut to the length that Discord allows."""
    return app_commands.Choice(name=label(name, CHOICE_CHARACTERS), value=value)
