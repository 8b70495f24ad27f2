"""Which schedule or task is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.domain.schedules import describe_task, describe_times
from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class ScheduleTransformer(OnServerTransformer):
    """A schedule as people type it: its name, or its id."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the schedules whose name fits, what runs next first."""
        listed = await interaction.client.services.schedules.list(permit, cached=True)
        return [
            suggested(f"{schedule.name} · {describe_times(schedule.cron, listed.at)}", str(schedule.id))
            for schedule in listed.schedules
            if typed.casefold() in schedule.name.casefold()
        ]


class TaskTransformer(OnServerTransformer):
    """A task of the schedule that stands in the command's option `schedule`, by its number."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the tasks in their order."""
        listed = await interaction.client.services.schedules.list(permit, cached=True)
        schedule = listed.find(getattr(interaction.namespace, "schedule", None) or "")
        lines = [f"{task.sequence_id}. {describe_task(task, hides_secrets=False)}" for task in schedule.tasks]
        return [
            suggested(line, str(number))
            for number, line in enumerate(lines, 1)
            if typed.casefold() in line.casefold()
        ]


ScheduleOption = app_commands.Transform[str, ScheduleTransformer]
TaskOption = app_commands.Transform[str, TaskTransformer]
