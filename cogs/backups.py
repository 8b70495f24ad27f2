"""/backup: create, list, restore, delete, retention and schedule."""

from functools import partial

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import QuetzalBot
from bot.domain.levels import Level
from bot.domain.retention_policy import RetentionRule
from bot.services.backups import BackupRequest
from bot.ui.backups import backup_view, check_flow, copy_flow, retention_view, schedule_view
from bot.ui.backups.analytics import show_analytics
from bot.ui.backups.copy_flow import TargetOption
from bot.ui.backups.copy_reports import ShowCopyButton
from bot.ui.backups.create_flow import back_up_now, make
from bot.ui.backups.list_view import show_list
from bot.ui.backups.option import BackupOption
from bot.ui.backups.restore_flow import restore
from bot.ui.kit.authorize import requires
from bot.ui.kit.client import Interaction
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption

_PUBLIC = locale_str("Show the response to everyone in this channel")
_SERVER = locale_str("Which server")
_BACKUP = locale_str("Which backup")
Count = app_commands.Range[int, 0, 1000]


class Backups(
    commands.GroupCog, group_name="backup", group_description="Back up and restore your game servers"
):
    """One command each: create, list, info, restore, delete, download, check, copy, lock, and the rules."""

    @app_commands.command(name="create", extras=requires(Level.OPERATOR))
    @app_commands.describe(
        name="Name (default: manual_ and the time)",
        ignore="What to exclude besides logs and caches, with commas: *.tmp, dynmap/",
        lock="Protect it from being deleted",
        wait="Follow it until it has finished (default: yes)",
        server=_SERVER,
        public=_PUBLIC,
    )
    async def create(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 191] | None = None,
        ignore: str = "",
        lock: bool = False,
        wait: bool = True,
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """Make a backup and follow it until it has finished."""
        context = await server_context(interaction, server)
        request = BackupRequest(name or "", tuple(ignore.split(",")), lock)
        await make(context, request, wait=wait)

    @app_commands.command(name="list", extras=requires(Level.VIEWER))
    @app_commands.describe(server=_SERVER, public=_PUBLIC)
    async def list_(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """List all backups; open one to restore, download or delete it."""
        await show_list(await server_context(interaction, server))

    @app_commands.command(name="info", extras=requires(Level.VIEWER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER, public=_PUBLIC)
    async def info(
        self,
        interaction: Interaction,
        backup: BackupOption,
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """See all details of a backup."""
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, partial(backup_view.show_one, to_list=show_list))

    @app_commands.command(name="restore", extras=requires(Level.MANAGER))
    @app_commands.describe(
        backup="Which backup (default: the last good one)",
        truncate="Delete all files on the server first (default: no)",
        server=_SERVER,
    )
    async def restore(
        self,
        interaction: Interaction,
        backup: BackupOption | None = None,
        truncate: bool = False,
        server: ServerOption | None = None,
    ) -> None:
        """Restore a backup. You see exactly what will be lost first."""
        context = await server_context(interaction, server)
        work = partial(restore, truncate=truncate, back_up_first=back_up_now)
        await backup_view.on_backup(context, backup, work)

    @app_commands.command(name="delete", extras=requires(Level.MANAGER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER)
    async def delete(
        self, interaction: Interaction, backup: BackupOption, server: ServerOption | None = None
    ) -> None:
        """Delete a backup forever, after a confirmation."""
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, partial(backup_view.delete, to_list=show_list))

    @app_commands.command(name="download", extras=requires(Level.MANAGER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER)
    async def download(
        self, interaction: Interaction, backup: BackupOption, server: ServerOption | None = None
    ) -> None:
        """Get a one-time download link, only for you."""
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, backup_view.give_link)

    @app_commands.command(name="check", extras=requires(Level.MANAGER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER, public=_PUBLIC)
    async def check(
        self,
        interaction: Interaction,
        backup: BackupOption,
        server: ServerOption | None = None,
        public: bool = False,
    ) -> None:
        """Read a backup to its end to prove that it can be restored."""
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, check_flow.check)

    @app_commands.command(name="copy", extras=requires(Level.MANAGER))
    @app_commands.describe(
        backup=_BACKUP, to="Where to: a place that whoever runs this bot has set up", server=_SERVER
    )
    async def copy(
        self,
        interaction: Interaction,
        backup: BackupOption,
        to: TargetOption | None = None,
        server: ServerOption | None = None,
    ) -> None:
        """Copy a backup to storage outside of the panel, and check it there."""
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, partial(copy_flow.copy, to=to))

    @app_commands.command(name="lock", extras=requires(Level.MANAGER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER)
    async def lock(
        self, interaction: Interaction, backup: BackupOption, server: ServerOption | None = None
    ) -> None:
        """Protect a backup from being deleted."""
        await self._set_lock(interaction, backup, server, locked=True)

    @app_commands.command(name="unlock", extras=requires(Level.MANAGER))
    @app_commands.describe(backup=_BACKUP, server=_SERVER)
    async def unlock(
        self, interaction: Interaction, backup: BackupOption, server: ServerOption | None = None
    ) -> None:
        """Allow a locked backup to be deleted again."""
        await self._set_lock(interaction, backup, server, locked=False)

    @app_commands.command(name="analytics", extras=requires(Level.VIEWER))
    @app_commands.describe(server=_SERVER, public=_PUBLIC)
    async def analytics(
        self, interaction: Interaction, server: ServerOption | None = None, public: bool = False
    ) -> None:
        """See how reliable the backups are: counts, sizes, gaps, a chart, advice."""
        await show_analytics(await server_context(interaction, server))

    @app_commands.command(name="retention", extras=requires(Level.ADMIN))
    @app_commands.describe(
        keep_last="Keep this many of the newest",
        keep_daily="Keep the newest of each day, for this many days",
        keep_weekly="Keep the newest of each week, for this many weeks",
        keep_monthly="Keep the newest of each month, for this many months",
        stay_on="Apply it after each new backup, too",
        off="Turn the policy off",
        server=_SERVER,
    )
    async def retention(  # noqa: PLR0913, PLR0917 - a command has the options that people need
        self,
        interaction: Interaction,
        keep_last: Count = 0,
        keep_daily: Count = 0,
        keep_weekly: Count = 0,
        keep_monthly: Count = 0,
        stay_on: bool = False,
        off: bool = False,
        server: ServerOption | None = None,
    ) -> None:
        """Delete old backups by a rule, with a preview; keeps the last good one."""
        context = await server_context(interaction, server)
        rule = RetentionRule(keep_last, keep_daily, keep_weekly, keep_monthly)
        if off:
            await retention_view.switch_off(context)
        elif rule.is_empty:
            await retention_view.show_policy(context)
        else:
            await retention_view.apply_rule(context, rule, stay_on=stay_on)

    @app_commands.command(name="schedule", extras=requires(Level.ADMIN))
    @app_commands.describe(
        cron="When: minute hour day month weekday, for example 0 4 * * *",
        only_when_online="Skip it while the server is off",
        off="Delete Quetzal's schedule",
        server=_SERVER,
    )
    async def schedule(
        self,
        interaction: Interaction,
        cron: str = "",
        only_when_online: bool = False,
        off: bool = False,
        server: ServerOption | None = None,
    ) -> None:
        """Schedule backups in the panel; they run even if Quetzal is offline."""
        context = await server_context(interaction, server)
        if off:
            await schedule_view.unschedule(context)
        elif not cron:
            await schedule_view.show_schedules(context)
        else:
            await schedule_view.schedule(context, cron, only_when_online=only_when_online)

    async def _set_lock(
        self, interaction: Interaction, backup: str, server: str | None, *, locked: bool
    ) -> None:
        context = await server_context(interaction, server)
        await backup_view.on_backup(context, backup, partial(backup_view.set_lock, locked=locked))


async def setup(bot: QuetzalBot) -> None:
    """Add the cog."""
    await bot.add_cog(Backups())
    bot.add_dynamic_items(ShowCopyButton)
