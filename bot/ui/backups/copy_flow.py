"""Copies a backup to a place outside of the panel, and shows how far it is and how it ended."""

import asyncio
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.domain.levels import Level
from bot.panel.models import Backup
from bot.services.access import Scope
from bot.services.backup_copies import LEVEL, CopyProgress
from bot.ui.backups import copy_cards as cards
from bot.ui.kit.authorize import require
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.option import Choice, SuggestingTransformer
from bot.ui.kit.respond import ask, respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.view import BaseView, view_of

_LONGEST_S = 24 * 3600.0
_MOST_BUTTONS = 20


class TargetTransformer(SuggestingTransformer):
    """A place for copies that the operator configured."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        await require(interaction, Scope.ANY_SERVER)
        targets = interaction.client.services.backup_copies.targets
        return [
            app_commands.Choice(name=target, value=target)
            for target in targets
            if typed.casefold() in target.casefold()
        ]


TargetOption = app_commands.Transform[str, TargetTransformer]


async def copy(context: ServerContext, backup: Backup, *, to: str | None) -> None:
    """Copy a backup; without `to` to the only place there is, else ask which one."""
    targets = context.services.backup_copies.targets
    if to is None and len(targets) > 1:
        view = _WhichTarget(context, backup, targets[:_MOST_BUTTONS])
        await ask(context.interaction, card=cards.which_target(backup), view=view)
        return
    chosen = to if to is not None else next(iter(targets), "")
    await with_retry(context, lambda context: _copy(context, backup.uuid, chosen))


async def _copy(context: ServerContext, uuid: str, to: str) -> None:
    permit = await context.permit()
    channel_id = context.interaction.channel_id or 0
    begun = await context.services.backup_copies.begin(permit, uuid, to, channel_id)
    await follow(context, begun)


async def follow(context: ServerContext, begun: BackupCopy) -> None:
    """Show how far a copy is until it has ended, then how."""
    copies = context.services.backup_copies
    with copies.following(begun.id) as news:
        await deliver(context, _followed(context, begun, news))
        if context.interaction.user.id == begun.asked_by:
            await copies.note_reported(begun)


async def _followed(context: ServerContext, begun: BackupCopy, news: asyncio.Event) -> Show:
    copies = context.services.backup_copies
    level = (await context.permit()).level
    view = _UnderWay(context, begun, level=level)
    progress = Progress(context.interaction, is_cut_off=False)
    shown: tuple[CopyState, str | None] | None = None

    async def report(copy: BackupCopy, so_far: CopyProgress) -> None:
        nonlocal shown
        current = copy.state, so_far.trouble
        await progress.show(cards.copying(copy, so_far), is_news=current != shown, view=view)
        shown = current

    try:
        ended = await copies.follow(begun.id, news, report)
    finally:
        view.stop()

    async def show(to: Interaction) -> None:
        if not view.is_cancelled:  # the button has shown that, and what came after it stays
            await show_copy(context.continued_by(to), ended)

    return show


async def show_copy(
    context: ServerContext, copy: BackupCopy, buttons: Sequence[discord.ui.Button[Any]] = ()
) -> None:
    """Show how a copy ended, with what makes sense next: these buttons, or the way to all backups."""
    view = BaseView(context.interaction, context.access)
    if copy.state is CopyState.FAILED and (await context.permit()).level >= LEVEL:
        view.add_item(_AgainButton(context, copy))
    for button in buttons or (PageButton(HubPage.BACKUPS, context),):
        view.add_item(button)
    copies = context.services.backup_copies
    card = cards.result(copy, copies.path_of(copy), copies.progress(copy).trouble)
    await respond(context.interaction, card=card, view=view)


class _UnderWay(BaseView):
    """A copy under way with Cancel, for longer than the response can be edited."""

    def __init__(self, context: ServerContext, copy: BackupCopy, *, level: Level) -> None:
        super().__init__(context.interaction, context.access, timeout=_LONGEST_S)
        self.is_cancelled = False
        if level >= LEVEL:
            self.add_item(_CancelButton(context, copy))


class _CancelButton(discord.ui.Button[_UnderWay]):
    """Stops a copy."""

    required_level = LEVEL

    def __init__(self, context: ServerContext, copy: BackupCopy) -> None:
        super().__init__(label=_("Cancel"))
        self._context = context
        self._copy = copy

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(self.required_level)
        cancelled = await context.services.backup_copies.cancel(await context.permit(), self._copy.id)
        view_of(self).is_cancelled = True
        await show_copy(context, cancelled)


class _AgainButton(discord.ui.Button[BaseView]):
    required_level = LEVEL

    def __init__(self, context: ServerContext, copy: BackupCopy) -> None:
        words = _("Retry") if copy.can_resume else _("Copy again")
        super().__init__(label=words, style=discord.ButtonStyle.primary)
        self._context = context
        self._copy = copy

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = self._context.continued_by(interaction).raised_to(self.required_level)
        uuid, to = self._copy.backup_uuid, self._copy.target
        await with_retry(context, lambda context: _copy(context, uuid, to))


class _WhichTarget(BaseView):
    def __init__(self, context: ServerContext, backup: Backup, targets: Sequence[str]) -> None:
        super().__init__(context.interaction, context.access)
        for target in targets:
            self.add_item(_TargetButton(context, backup, target))


class _TargetButton(discord.ui.Button[_WhichTarget]):
    required_level = LEVEL

    def __init__(self, context: ServerContext, backup: Backup, target: str) -> None:
        super().__init__(label=target)
        self._context = context
        self._backup = backup
        self._target = target

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view_of(self).stop()
        context = self._context.continued_by(interaction)
        await copy(context, self._backup, to=self._target)
