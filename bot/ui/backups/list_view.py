"""Backups in pages, one with its actions, and what is done to it."""

import discord
from typing_extensions import override

from bot.domain import backups as rules
from bot.domain.levels import Level
from bot.panel.models import Backup, BackupState
from bot.services.backups import BackupInventory
from bot.ui.backups import embeds, restore_flow
from bot.ui.backups.chart import BackupPoint, draw_backups
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of

_PER_PAGE = 10


async def show_list(context: ServerContext) -> None:
    """List the backups into the interaction's answer."""
    inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
    if not inventory.backups:
        await respond(context.interaction, card=embeds.none_yet(context.server, inventory))
        return
    await BackupPages(context, inventory).show(context.interaction)


async def show_one(context: ServerContext, backup: Backup) -> None:
    """Show one backup with the actions that fit it and the person."""
    permit = await context.permit()
    inventory = await context.services.keep_backups.fetch_inventory(permit)
    view = BackupView(context, backup, level=permit.level)
    card = embeds.info(context.server, backup, inventory.state_of(backup), inventory.at)
    await respond(context.interaction, card=card, view=view if view.controls else None)


async def find(context: ServerContext, typed: str) -> Backup:
    """Find the backup that is meant; raises NoSuchBackup."""
    inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
    return inventory.find(typed)


async def set_lock(context: ServerContext, backup: Backup, *, locked: bool) -> None:
    """Lock or unlock, and say how it is now."""
    after, changed = await context.services.keep_backups.set_lock(
        await context.permit(), backup.uuid, locked=locked
    )
    await respond(context.interaction, card=embeds.locked(after, changed=changed))


async def give_link(context: ServerContext, backup: Backup) -> None:
    """Hand out a one-time link, privately."""
    url = await context.services.keep_backups.download_url(await context.permit(), backup.uuid)
    await respond(context.interaction, card=embeds.link(backup, url))


async def delete(context: ServerContext, backup: Backup) -> None:
    """Refuse a locked one, else ask, delete, and say that it is gone."""
    keep = context.services.keep_backups
    inventory = await keep.fetch_inventory(await context.permit())
    keep.check_deletable(backup)
    confirmed = await context.confirm(embeds.delete_prompt(context.server, backup, inventory))
    if confirmed is None:
        return
    gone = await keep.delete(await confirmed.permit(), backup.uuid)
    await respond(confirmed.interaction, card=embeds.deleted(context.server, gone))


async def show_analytics(context: ServerContext) -> None:
    """Say in words and in a chart what the backups tell."""
    services = context.services
    inventory = await services.keep_backups.fetch_inventory(await context.permit())
    analysis = rules.analyse(
        inventory.backups, inventory.at, limit=inventory.limit, node_back_at=inventory.node_back_at
    )
    card = embeds.analytics(context.server, analysis, rules.recommendations(analysis, limit=inventory.limit))
    points = [
        BackupPoint(backup.created_at, backup.size_bytes, inventory.state_of(backup), backup.is_locked)
        for backup in inventory.backups
    ]
    png = await services.charts.draw(draw_backups, points, inventory.at) if points else None
    if png is None:
        await respond(context.interaction, card=card)
        return
    await respond(context.interaction, card=card.with_picture(embeds.CHART, png, embeds.alt_text(analysis)))


class BackupPages(Pages):
    """All backups of a server, newest first; the select opens one."""

    def __init__(self, context: ServerContext, inventory: BackupInventory) -> None:
        super().__init__(context.interaction, context.access, placeholder="Open a backup…")
        self._context = context
        self._shelf = inventory

    @property
    @override
    def page_count(self) -> int:
        return max(1, -(-len(self._shelf.backups) // _PER_PAGE))

    @override
    async def render(self) -> Card:
        return embeds.listing(self._context.server, self._shelf, self._shown())

    @override
    def options(self) -> list[discord.SelectOption]:
        return [
            embeds.option(backup, self._shelf.state_of(backup), self._shelf.at) for backup in self._shown()
        ]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one as it is now, in this message."""
        context = self._context.continued_by(interaction)
        backup = await context.services.keep_backups.view(await context.permit(), value)
        await show_one(context, backup)

    def _shown(self) -> tuple[Backup, ...]:
        first = self.page * _PER_PAGE
        return self._shelf.backups[first : first + _PER_PAGE]


class BackupView(BaseView):
    """What can be done with one backup."""

    def __init__(self, context: ServerContext, backup: Backup, *, level: Level) -> None:
        """Offer what fits the backup's state and somebody of this level."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.backup = backup
        if level < Level.MANAGER:
            return
        if rules.is_good(backup):
            for item in (_RestoreButton(), _DownloadButton()):
                self.add_item(item)
        if backup.is_locked or backup.state not in (BackupState.FAILED, BackupState.EMPTY):
            self.add_item(_LockButton(locked=not backup.is_locked))
        if not backup.is_locked:
            self.add_item(_DeleteButton())


class _ManagerButton(discord.ui.Button[BackupView]):
    required_level = Level.MANAGER
    acknowledgement = Acknowledgement.PRIVATE

    def opened(self, interaction: Interaction) -> tuple[ServerContext, Backup]:
        """Tell where and on which backup it was pressed."""
        view = view_of(self)
        return view.context.continued_by(interaction).raised_to(self.required_level), view.backup


class _RestoreButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Restore", emoji="⏪", style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await restore_flow.restore(context, backup, truncate=False)


class _DownloadButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Download", emoji="⬇️")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await give_link(context, backup)


class _LockButton(_ManagerButton):
    def __init__(self, *, locked: bool) -> None:
        super().__init__(label="Lock" if locked else "Unlock", emoji="🔒" if locked else "🔓")
        self._locked = locked

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await set_lock(context, backup, locked=self._locked)


class _DeleteButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Delete", emoji="🗑️", style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await delete(context, backup)
