"""The list of backups: a row each, which opens it, with Create and Schedule."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import Backup
from bot.services.backups import BackupInventory, BackupRequest
from bot.ui.backups import cards
from bot.ui.backups.backup_view import show_one
from bot.ui.backups.copies_view import show_copies
from bot.ui.backups.create_flow import make
from bot.ui.backups.schedule_view import show_schedules
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, view_of


async def show_list(context: ServerContext) -> None:
    """List the backups into the interaction's response."""
    await with_retry(context, _list)


async def _list(context: ServerContext) -> None:
    permit = await context.permit()
    inventory = await context.services.keep_backups.fetch_inventory(permit)
    await BackupPages(context, inventory, level=permit.level).show(context.interaction)


class BackupPages(ListPages[Backup]):
    """All backups of a server, newest first; each row opens one."""

    def __init__(self, context: ServerContext, inventory: BackupInventory, *, level: Level) -> None:
        """Offer what somebody of this level may do."""
        super().__init__(context.interaction, context.access, inventory.backups)
        self.context = context
        self._inventory = inventory
        self._tools: list[discord.ui.Button[Pages]] = []
        if inventory.limit and level >= _CreateButton.required_level:
            self._tools.append(_CreateButton())
        if inventory.copies:
            self._tools.append(_CopiesButton())
        if inventory.limit and level >= _ScheduleButton.required_level:
            self._tools.append(_ScheduleButton())

    @override
    async def render(self) -> Card:
        if not self.entries:
            return cards.none_yet(self.context.server, self._inventory)
        rows = [
            Row(cards.row_text(backup, self._inventory), _OpenButton(backup)) for backup in self.on_page()
        ]
        return cards.listing(self.context.server, self._inventory, rows)

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer to make a backup, and to schedule backups."""
        return self._tools


class _OpenButton(discord.ui.Button[BackupPages]):
    def __init__(self, backup: Backup) -> None:
        super().__init__(label=_("Open"))
        self._backup = backup

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Show it as it is now, in this message."""
        context = view_of(self).context.continued_by(interaction)
        backup = await context.services.keep_backups.view(await context.permit(), self._backup.uuid)
        await show_one(context, backup, to_list=show_list)


class _CreateButton(discord.ui.Button[BackupPages]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Create"), style=discord.ButtonStyle.success, row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await make(context, BackupRequest())


class _CopiesButton(discord.ui.Button[BackupPages]):
    def __init__(self) -> None:
        super().__init__(label=_("Copies"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_copies(view_of(self).context.continued_by(interaction), to_list=show_list)


class _ScheduleButton(discord.ui.Button[BackupPages]):
    required_level = Level.ADMIN
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Schedule"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await show_schedules(context)
