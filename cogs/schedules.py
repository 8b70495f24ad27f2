"""/schedule: the panel's own schedules."""

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.schedules import schedule_view
from bot.ui.schedules.list_view import show_list
from bot.ui.schedules.option import ScheduleOption

_PUBLIC = "Show the response to everyone in this channel"
_SERVER = "Which server"
_SCHEDULE = "Which schedule"


class Schedules(
    commands.GroupCog, group_name="schedule", group_description="What the panel does by itself, and when"
):
    """One command each: list, show, run, pause, resume."""

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
        await schedule_view.show_one(await server_context(interaction, server), schedule)

    @app_commands.command(name="run", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def run(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Run a schedule now, also a paused one."""
        await schedule_view.run(await server_context(interaction, server), schedule)

    @app_commands.command(name="pause", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def pause(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Pause a schedule: it stays as it is, but doesn't run by itself."""
        context = await server_context(interaction, server)
        await schedule_view.set_active(context, schedule, is_active=False)

    @app_commands.command(name="resume", extras=requires(Level.MANAGER))
    @app_commands.describe(schedule=_SCHEDULE, server=_SERVER)
    async def resume(
        self, interaction: Interaction, schedule: ScheduleOption, server: ServerOption | None = None
    ) -> None:
        """Let a paused schedule run by itself again."""
        context = await server_context(interaction, server)
        await schedule_view.set_active(context, schedule, is_active=True)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(Schedules())
