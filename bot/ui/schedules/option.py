"""Which schedule is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.domain.schedules import describe_times
from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, Choice
from bot.ui.kit.server_option import OnServerTransformer
from bot.ui.kit.text import label


class ScheduleTransformer(OnServerTransformer):
    """A schedule as people type it: its name, or its id."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the schedules whose name fits, what runs next first."""
        listed = await interaction.client.services.schedules.list(permit, cached=True)
        return [
            app_commands.Choice(
                name=label(
                    f"{schedule.name} · {describe_times(schedule.cron, listed.at)}", CHOICE_CHARACTERS
                ),
                value=str(schedule.id),
            )
            for schedule in listed.schedules
            if typed.casefold() in schedule.name.casefold()
        ]


ScheduleOption = app_commands.Transform[str, ScheduleTransformer]
