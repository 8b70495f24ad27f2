"""Makes a backup, and shows its progress and result."""

from dataclasses import replace
from functools import partial

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import Backup
from bot.services.access import Permit
from bot.services.backups import BackupEnd, BackupRequest, BackupResult
from bot.ui.backups import creation_cards
from bot.ui.backups.restore_flow import restore
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import AgainButton, with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.view import BaseView


async def make(context: ServerContext, request: BackupRequest, *, wait: bool = True) -> None:
    """Begin a backup; with `wait` follow it to its end, else say that it runs."""
    await with_retry(context, lambda context: _make(context, request, wait=wait))


async def _make(context: ServerContext, request: BackupRequest, *, wait: bool) -> None:
    services = context.services
    permit = await context.permit()
    before = await services.make_backup.fetch_inventory(permit)
    backup = await services.make_backup.begin(permit, request)
    if not wait:
        await respond(context.interaction, card=creation_cards.begun(context.server, backup, before))
        return
    await show_progress(context.interaction, card=creation_cards.making(context.server, backup, 0.0))
    await deliver(context, _followed(context, permit, backup, request))


async def back_up_now(context: ServerContext) -> None:
    """Make a backup as `/backup create` does without options."""
    await make(context.raised_to(Level.OPERATOR), BackupRequest())


class AfterBackup(BaseView):
    """What makes sense next: another try, or to restore it; and all backups."""

    def __init__(
        self, context: ServerContext, made: BackupResult, request: BackupRequest, *, level: Level
    ) -> None:
        super().__init__(context.interaction, context.access)
        if made.end in (BackupEnd.FAILED, BackupEnd.GONE):
            again = partial(make, request=request)
            self.add_item(AgainButton(context, again, _("Try again"), discord.ButtonStyle.primary))
        elif made.end is BackupEnd.DONE and level >= _RestoreButton.required_level:
            self.add_item(_RestoreButton(context, made.backup))
        self.add_item(PageButton(HubPage.BACKUPS, context))


class _RestoreButton(discord.ui.Button[AfterBackup]):
    required_level = Level.MANAGER

    def __init__(self, context: ServerContext, backup: Backup) -> None:
        super().__init__(label=_("Restore…"))
        self._context = context
        self._backup = backup

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(self.required_level)
        await restore(context, self._backup, truncate=False, back_up_first=back_up_now)


async def _followed(context: ServerContext, permit: Permit, backup: Backup, request: BackupRequest) -> Show:
    services, progress = context.services, Progress(context.interaction)

    async def report(took_s: float) -> None:
        await progress.show(creation_cards.making(permit.server, backup, took_s))

    made = await services.make_backup.follow(permit, backup, report)
    await services.make_backup.note_end(permit, made)
    card = creation_cards.made(permit.server, made, wanted_lock=request.locked)
    if made.end is BackupEnd.DONE:
        applied = await services.retention.after_backup(permit)
        if applied is not None and applied.deleted:
            card = replace(card, footer=creation_cards.let_go(applied))

    async def show(to: Interaction) -> None:
        view = AfterBackup(context.continued_by(to), made, request, level=permit.level)
        await respond(to, card=card, view=view)

    return show
