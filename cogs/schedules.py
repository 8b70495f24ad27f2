"""/schedule: the panel's own schedules."""

from functools import partial
from typing import Literal

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.schedule_drafts import MOST_TASKS, Deed, Preset
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.schedules import edit_flow, schedule_view, task_flow
from bot.ui.schedules.edit_flow import Wish
from bot.ui.schedules.list_view import show_list
from bot.ui.schedules.meant import on_schedule, on_task
from bot.ui.schedules.option import ScheduleOption, TaskOption
from bot.ui.schedules.task_flow import TaskWish

_PUBLIC = locale_str("Show the response to everyone in this channel")
_SERVER = locale_str("Which server")
_SCHEDULE = locale_str("Which schedule")
_TASK = locale_str("Which task, by its number")
_ONLINE = locale_str("Run only while the server is online")
_WHEN = locale_str("In words, like every day at 4:00, or five fields: 0 4 * * *")
_COMMAND = locale_str("The console command that it sends")
_AFTER = locale_str("How long after the task before it, like 30 s or 5 min")
_GOES_ON = locale_str("Go on with the next task if this one fails")
_SHOW = schedule_view.show_changed
Does = Literal["command", "restart", "start", "stop", "kill", "backup"]
Number = app_commands.Range[int, 1, MOST_TASKS]


class TaskCommands(app_commands.Group, name="task", description="What a schedule does, step by step"):
    """One command each: add, edit, remove, move."""

    @app_commands.command(name="add", extras=requires(Level.MANAGER))
    @app_commands.describe(
        schedule=_SCHEDULE,
        does="What it does",
        command=_COMMAND,
        after=_AFTER,
        place="Its place among the tasks (default: the last)",
        go_on=_GOES_ON,
        server=_SERVER,
    )
    async def add(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        does: Does,
        command: str = "",
        after: str = "",
        place: Number | None = None,
        go_on: bool = False,
        server: ServerOption | None = None,
    ) -> None:
        """Add a task to a schedule: a command, a power signal or a backup."""
        context = await server_context(interaction, server)
        wish = TaskWish(Deed(does), command, after, go_on, place)
        await on_schedule(context, schedule, partial(task_flow.add, wish=wish, show=_SHOW))

    @app_commands.command(name="edit", extras=requires(Level.MANAGER))
    @app_commands.describe(
        schedule=_SCHEDULE,
        task=_TASK,
        does="What it does",
        command=_COMMAND,
        after=_AFTER,
        go_on=_GOES_ON,
        server=_SERVER,
    )
    async def edit(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        task: TaskOption,
        does: Does | None = None,
        command: str | None = None,
        after: str | None = None,
        go_on: bool | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Change what a task does and how long it waits."""
        context = await server_context(interaction, server)
        wish = TaskWish(Deed(does) if does else None, command, after, go_on)
        await on_task(context, schedule, task, partial(task_flow.edit, wish=wish, show=_SHOW))

    @app_commands.command(name="remove", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, task=_TASK, server=_SERVER)
    async def remove(
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        task: TaskOption,
        server: ServerOption | None = None,
    ) -> None:
        """Remove a task from a schedule, after a confirmation."""
        context = await server_context(interaction, server)
        await on_task(context, schedule, task, partial(task_flow.remove, show=_SHOW))

    @app_commands.command(name="move", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, task=_TASK, to="Its new place", server=_SERVER)
    async def move(
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        task: TaskOption,
        to: Number,
        server: ServerOption | None = None,
    ) -> None:
        """Move a task to another place; the others make room."""
        context = await server_context(interaction, server)
        await on_task(context, schedule, task, partial(task_flow.move, place=to, show=_SHOW))


class Schedules(
    commands.GroupCog, group_name="schedule", group_description="What the panel does by itself, and when"
):
    """One command each: list, show, create, edit, run, pause, resume, delete; and those of the tasks."""

    task = TaskCommands()

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(server=_SERVER, public=_PUBLIC)
    async def list_(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """List what the panel does by itself, with the next runs."""
        await show_list(await server_context(interaction, server))

    @app_commands.command(name="show", extras=requires(Level.VIEWER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER, public=_PUBLIC)
    async def show(
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """See when a schedule runs next and what it does."""
        await on_schedule(await server_context(interaction, server), schedule, schedule_view.show_one)

    @app_commands.command(name="create", extras=requires(Level.MANAGER))
    @app_commands.describe(
        name="What to call it",
        when=_WHEN,
        does="What it does at first (default: nothing yet)",
        only_when_online=_ONLINE,
        server=_SERVER,
    )
    async def create(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        name: str,
        when: str,
        does: Literal["restart with warnings", "backup", "nothing yet"] = "nothing yet",
        only_when_online: bool = False,
        server: ServerOption | None = None,
    ) -> None:
        """Create a schedule in the panel; you see its next runs first."""
        context = await server_context(interaction, server)
        wish = Wish(name, when, Preset(does), only_when_online)
        await edit_flow.create(context, wish, _SHOW)

    @app_commands.command(name="edit", extras=requires(Level.MANAGER))
    @app_commands.describe(
        schedule=_SCHEDULE,
        name="Its new name",
        when=_WHEN,
        only_when_online=_ONLINE,
        server=_SERVER,
    )
    async def edit(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        schedule: ScheduleOption,
        name: str = "",
        when: str = "",
        only_when_online: bool | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Change a schedule's name or times; its tasks stay as they are."""
        context = await server_context(interaction, server)
        wish = Wish(name, when, only_when_online=only_when_online)
        await on_schedule(context, schedule, partial(edit_flow.edit, wish=wish, show=_SHOW))

    @app_commands.command(name="delete", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def delete(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Delete a schedule with its tasks, after a confirmation."""
        context = await server_context(interaction, server)
        await on_schedule(context, schedule, partial(edit_flow.delete, show=_SHOW))

    @app_commands.command(name="run", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def run(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Run a schedule now, even a paused one."""
        await on_schedule(await server_context(interaction, server), schedule, schedule_view.run)

    @app_commands.command(name="pause", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def pause(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Pause a schedule: it stays as it is, but doesn't run by itself."""
        context = await server_context(interaction, server)
        await on_schedule(context, schedule, partial(schedule_view.set_active, is_active=False))

    @app_commands.command(name="resume", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def resume(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Let a paused schedule run by itself again."""
        context = await server_context(interaction, server)
        await on_schedule(context, schedule, partial(schedule_view.set_active, is_active=True))


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(Schedules())
