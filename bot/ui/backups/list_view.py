"""Backups in pages, one with its actions, and what is done to it."""

import io

import discord

from bot.domain import backups as rules
from bot.domain.levels import Level
from bot.panel.models import Backup, BackupState
from bot.services.backups import BackupInventory
from bot.services.servers.directory import Target
from bot.ui.backups import embeds, restore_flow
from bot.ui.backups.chart import BackupPoint, draw_backups
from bot.ui.kit.authorize import Gate
from bot.ui.kit.confirm import confirm
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import AnyInteraction, Interaction, respond
from bot.ui.kit.view import BaseView

_PER_PAGE = 10


async def show_list(interaction: Interaction, gate: Gate, target: Target) -> None:
    """List the backups into the interaction's answer."""
    shelf = await interaction.client.services.keep_backups.fetch_inventory(await gate.permit(interaction))
    if not shelf.backups:
        await respond(interaction, embed=embeds.none_yet(target.server, shelf))
        return
    await BackupPages(interaction, gate, target, shelf).show(interaction)


async def show_one(interaction: Interaction, gate: Gate, target: Target, backup: Backup) -> None:
    """Show one backup with the actions that fit it and the person."""
    permit = await gate.permit(interaction)
    shelf = await interaction.client.services.keep_backups.fetch_inventory(permit)
    view = BackupView(interaction, gate, target, backup, level=permit.level)
    embed = embeds.info(target.server, backup, shelf.state_of(backup), shelf.at)
    await respond(interaction, embed=embed, view=view if view.children else None)


async def find(interaction: Interaction, gate: Gate, typed: str) -> Backup:
    """Find the backup that is meant; raises NoSuchBackup."""
    shelf = await interaction.client.services.keep_backups.fetch_inventory(await gate.permit(interaction))
    return shelf.find(typed)


async def set_lock(interaction: Interaction, gate: Gate, backup: Backup, *, locked: bool) -> None:
    """Lock or unlock, and say how it is now."""
    after, changed = await interaction.client.services.keep_backups.set_lock(
        await gate.permit(interaction), backup.uuid, locked=locked
    )
    await respond(interaction, embed=embeds.locked(after, changed=changed))


async def give_link(interaction: Interaction, gate: Gate, backup: Backup) -> None:
    """Hand out a one-time link, privately."""
    url = await interaction.client.services.keep_backups.download_url(
        await gate.permit(interaction), backup.uuid
    )
    await respond(interaction, embed=embeds.link(backup, url))


async def delete(interaction: Interaction, gate: Gate, target: Target, backup: Backup) -> None:
    """Refuse a locked one, else ask, delete, and say that it is gone."""
    keep = interaction.client.services.keep_backups
    shelf = await keep.fetch_inventory(await gate.permit(interaction))
    keep.check_deletable(backup)
    yes = await confirm(interaction, embeds.delete_prompt(target.server, backup, shelf), gate)
    if yes is None:
        return
    gone = await keep.delete(await gate.permit(yes), backup.uuid)
    await respond(yes, embed=embeds.deleted(target.server, gone))


async def show_analytics(interaction: Interaction, gate: Gate, target: Target) -> None:
    """Say in words and in a chart what the backups tell."""
    services = interaction.client.services
    shelf = await services.keep_backups.fetch_inventory(await gate.permit(interaction))
    found = rules.analyse(shelf.backups, shelf.at, limit=shelf.limit, node_back_at=shelf.node_back_at)
    embed = embeds.analytics(target.server, found, rules.recommendations(found, limit=shelf.limit))
    points = [
        BackupPoint(one.created_at, one.size_bytes, shelf.state_of(one), one.is_locked)
        for one in shelf.backups
    ]
    png = await services.charts.draw(draw_backups, points, shelf.at) if points else None
    if png is None:
        await respond(interaction, embed=embed)
        return
    embed.set_image(url=f"attachment://{embeds.CHART}")
    await respond(
        interaction,
        embed=embed,
        file=discord.File(io.BytesIO(png), embeds.CHART, description=embeds.alt_text(found)),
    )


class BackupPages(Pages):
    """All backups of a server, newest first; the select opens one."""

    def __init__(self, interaction: Interaction, gate: Gate, target: Target, shelf: BackupInventory) -> None:
        super().__init__(interaction, gate, placeholder="Open a backup…")
        self._target = target
        self._shelf = shelf

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self._shelf.backups) // _PER_PAGE))

    async def render(self) -> discord.Embed:
        """Draw the backups of this page."""
        return embeds.listing(self._target.server, self._shelf, self._shown())

    def options(self) -> list[discord.SelectOption]:
        """Offer the backups of this page."""
        return [embeds.option(one, self._shelf.state_of(one), self._shelf.at) for one in self._shown()]

    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show one as it is now, in this message."""
        permit = await self.gate.permit(interaction)
        backup = await interaction.client.services.keep_backups.view(permit, value)
        await show_one(interaction, self.gate, self._target, backup)

    def _shown(self) -> tuple[Backup, ...]:
        first = self.page * _PER_PAGE
        return self._shelf.backups[first : first + _PER_PAGE]


class BackupView(BaseView):
    """What can be done with one backup."""

    def __init__(
        self, interaction: Interaction, gate: Gate, target: Target, backup: Backup, *, level: Level
    ) -> None:
        """Offer what fits the backup's state and somebody of this level."""
        super().__init__(interaction, gate)
        self.target = target
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
    least = Level.MANAGER
    acknowledgement = Acknowledgement.PRIVATE

    def opened(self) -> tuple[Gate, BackupView]:
        """Tell by which right and in which view it was pressed."""
        assert self.view is not None  # noqa: S101 - a dispatched item has its view
        return self.view.gate_of(self), self.view


class _RestoreButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Restore", emoji="⏪", style=discord.ButtonStyle.danger)

    async def callback(self, interaction: AnyInteraction) -> None:
        gate, view = self.opened()
        await restore_flow.restore(interaction, gate, view.target, view.backup, truncate=False)


class _DownloadButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Download", emoji="⬇️")

    async def callback(self, interaction: AnyInteraction) -> None:
        gate, view = self.opened()
        await give_link(interaction, gate, view.backup)


class _LockButton(_ManagerButton):
    def __init__(self, *, locked: bool) -> None:
        super().__init__(label="Lock" if locked else "Unlock", emoji="🔒" if locked else "🔓")
        self._locked = locked

    async def callback(self, interaction: AnyInteraction) -> None:
        gate, view = self.opened()
        await set_lock(interaction, gate, view.backup, locked=self._locked)


class _DeleteButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label="Delete", emoji="🗑️", style=discord.ButtonStyle.danger)

    async def callback(self, interaction: AnyInteraction) -> None:
        gate, view = self.opened()
        await delete(interaction, gate, view.target, view.backup)
