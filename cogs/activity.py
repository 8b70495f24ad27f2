"""/activity: what happened on a server, in the panel and through Quetzal."""

from datetime import timedelta
from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.activity import ActivityFilter, ActivityKind
from bot.domain.levels import Level
from bot.ui.activity.activity_view import show_activity
from bot.ui.activity.option import AccountOption, mentioned
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption

_PERIODS = {"the last hour": 1, "today": 24, "this week": 7 * 24, "this month": 30 * 24}


class Activity(
    commands.GroupCog, group_name="activity", group_description="See what happened on a server, and by whom"
):
    """One command: list."""

    @app_commands.command(name="list", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        server="Which server",
        who="Only this panel account, or @somebody here",
        event="Only events of this kind",
        period="How far back",
    )
    async def list_(
        self,
        interaction: Interaction,
        server: ServerOption | None = None,
        who: AccountOption = "",
        event: Literal[
            "power",
            "console",
            "files",
            "backups",
            "databases",
            "schedules",
            "startup",
            "network",
            "users",
            "settings",
        ]
        | None = None,
        period: Literal["the last hour", "today", "this week", "this month"] | None = None,
    ) -> None:
        """See what people did on a server, in the panel and through Quetzal."""
        context = await server_context(interaction, server)
        user_id = mentioned(who)
        now = context.services.clock.now()
        wanted = ActivityFilter(
            kind=ActivityKind(event) if event else None,
            account=who if who and user_id is None else None,
            user_id=user_id,
            since=now - timedelta(hours=_PERIODS[period]) if period else None,
        )
        await show_activity(context, wanted)


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(Activity())
