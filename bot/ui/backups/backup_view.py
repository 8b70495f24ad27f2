"""One backup with its actions."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.domain.backups import is_good
from bot.domain.levels import Level
from bot.panel.models import Backup, BackupState
from bot.services.backups import AmbiguousBackup, BackupInventory, NoSuchBackup
from bot.ui.backups import cards, copy_cards, copy_flow
from bot.ui.backups.check_flow import check
from bot.ui.backups.create_flow import back_up_now
from bot.ui.backups.restore_flow import restore
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.list_button import ListButton, ShowList
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.suggestions import Suggestion, suggest
from bot.ui.kit.view import BaseView, view_of

OnBackup: TypeAlias = Callable[[ServerContext, Backup], Awaitable[None]]


async def show_one(context: ServerContext, backup: Backup, *, to_list: ShowList) -> None:
    """Show one backup with the actions that fit it and the person; `to_list` leads to all of them."""
    permit = await context.permit()
    inventory = await context.services.keep_backups.fetch_inventory(permit)
    copies = inventory.copies_of(backup.uuid)
    view = BackupView(context, backup, to_list, level=permit.level, copies=copies)
    card = cards.info(context.server, backup, inventory.state_of(backup), inventory.at)
    if lines := copy_cards.lines(copies, inventory.at):
        card = card.with_field(_("Copies"), lines)
    await respond(context.interaction, card=card, view=view)


async def on_backup(context: ServerContext, typed: str | None, work: OnBackup) -> None:
    """Find the backup that is meant and do something with it; else offer those that may be meant.

    None means the last good one.
    """
    inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
    try:
        backup = _last_good(inventory) if typed is None else inventory.find(typed)
    except (NoSuchBackup, AmbiguousBackup) as error:
        similar = inventory.similar(typed or "")
        suggestions = [Suggestion(backup.uuid, cards.in_words(backup)) for backup in similar]
        await suggest(context, error, suggestions, partial(on_backup, work=work), page=HubPage.BACKUPS)
        return
    await work(context, backup)


def _last_good(inventory: BackupInventory) -> Backup:
    if inventory.last_good is None:
        raise NoSuchBackup(_("This server has no good backup."))
    return inventory.last_good


async def set_lock(context: ServerContext, backup: Backup, *, locked: bool) -> None:
    """Lock or unlock, and say how it is now."""
    after, changed = await context.services.keep_backups.set_lock(
        await context.permit(), backup.uuid, locked=locked
    )
    card = cards.locked(after, changed=changed)
    await respond(context.interaction, card=card, view=PagesView(context, HubPage.BACKUPS))


async def give_link(context: ServerContext, backup: Backup) -> None:
    """Hand out a one-time link, privately."""
    url = await context.services.keep_backups.download_url(await context.permit(), backup.uuid)
    await respond(context.interaction, card=cards.link(backup, url))


async def delete(context: ServerContext, backup: Backup, *, to_list: ShowList) -> None:
    """Refuse a locked backup, else ask and delete it."""
    keep = context.services.keep_backups
    inventory = await keep.fetch_inventory(await context.permit())
    keep.check_deletable(backup)
    confirmed = await context.confirm(cards.delete_prompt(context.server, backup, inventory))
    if confirmed is None:
        return

    async def remove(context: ServerContext) -> None:
        gone = await context.services.keep_backups.delete(await context.permit(), backup.uuid)
        view = BaseView(context.interaction, context.access)
        view.add_item(ListButton(context, to_list, _("Backups")))
        await respond(context.interaction, card=cards.deleted(context.server, gone), view=view)

    await with_retry_if_unchanged(confirmed, remove)


class BackupView(BaseView):
    """Actions on one backup, and the way back to the list."""

    def __init__(
        self,
        context: ServerContext,
        backup: Backup,
        to_list: ShowList,
        *,
        level: Level,
        copies: Sequence[BackupCopy],
    ) -> None:
        """Offer what fits the backup's state and somebody of this level."""
        super().__init__(context.interaction, context.access)
        self.context = context
        self.backup = backup
        self.to_list = to_list
        if level >= Level.MANAGER:
            if is_good(backup):
                self.add_item(_RestoreButton())
                self.add_item(_DownloadButton())
                self.add_item(_CheckButton())
                taken = {
                    copy.target for copy in copies if copy.is_under_way or copy.state is CopyState.COPIED
                }
                if not taken.issuperset(context.services.backup_copies.targets):
                    self.add_item(_CopyButton())
            if backup.is_locked or backup.state not in (BackupState.FAILED, BackupState.EMPTY):
                self.add_item(_LockButton(locked=not backup.is_locked))
            if not backup.is_locked:
                self.add_item(_DeleteButton())
            under_way = (copy for copy in copies if copy.is_under_way)
            if (current := next(under_way, None)) is not None:
                self.add_item(_FollowButton(current))
        self.add_item(ListButton(context, to_list, _("◀ Backups")))


class _ManagerButton(discord.ui.Button[BackupView]):
    required_level = Level.MANAGER

    def opened(self, interaction: Interaction) -> tuple[ServerContext, Backup]:
        """Return where and on which backup it was pressed."""
        view = view_of(self)
        return view.context.continued_by(interaction).raised_to(self.required_level), view.backup


class _RestoreButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label=_("Restore"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await restore(context, backup, truncate=False, back_up_first=back_up_now)


class _DownloadButton(_ManagerButton):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Download"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await give_link(context, backup)


class _CheckButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label=_("Check"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await check(context, backup)


class _CopyButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label=_("Copy"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await copy_flow.copy(context, backup, to=None)


class _FollowButton(_ManagerButton):
    """Shows how far a copy is, where it can be cancelled."""

    def __init__(self, copy: BackupCopy) -> None:
        super().__init__(label=_("Copying…"))
        self._copy = copy

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, _backup = self.opened(interaction)
        await copy_flow.follow(context, self._copy)


class _LockButton(_ManagerButton):
    def __init__(self, *, locked: bool) -> None:
        super().__init__(label=_("Lock") if locked else _("Unlock"))
        self._locked = locked

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Lock or unlock it, and show it as it is then."""
        context, backup = self.opened(interaction)
        keep = context.services.keep_backups
        after, _ = await keep.set_lock(await context.permit(), backup.uuid, locked=self._locked)
        view = view_of(self)
        await show_one(view.context.continued_by(interaction), after, to_list=view.to_list)


class _DeleteButton(_ManagerButton):
    def __init__(self) -> None:
        super().__init__(label=_("Delete"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context, backup = self.opened(interaction)
        await delete(context, backup, to_list=view_of(self).to_list)
