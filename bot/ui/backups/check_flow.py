"""Checks a backup's archive from beginning to end, and shows what came of it."""

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.domain.formatting import WORTH_SAYING_S, about, counted, duration, size, whole_percent
from bot.domain.levels import Level
from bot.panel.models import Backup
from bot.services.backups import ArchiveDamaged, BackupCheck, CheckUnderWay
from bot.ui.backups.cards import NAME_ROOM
from bot.ui.backups.create_flow import back_up_now
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.error_report import report
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import RetryView
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.text import neutralise, path_code
from bot.ui.kit.view import BaseView, view_of

_LONGEST_S = 24 * 3600.0
_MINUTE_S = 60.0


async def check(context: ServerContext, backup: Backup) -> None:
    """Read the archive of a backup to its end, and say whether it can be restored."""
    under_way = context.services.check_backup.begin(backup)
    view = _UnderWay(context, under_way)
    await show_progress(context.interaction, card=checking(backup, under_way), view=view)
    try:
        await deliver(context, _checked(context, backup, under_way, view))
    finally:
        view.stop()


async def _checked(
    context: ServerContext, backup: Backup, under_way: CheckUnderWay, view: "_UnderWay"
) -> Show:
    progress = Progress(context.interaction)

    async def redraw(under_way: CheckUnderWay) -> None:
        await progress.show(checking(backup, under_way), view=view)

    try:
        checks = context.services.check_backup
        whole = await checks.run(await context.permit(), backup.uuid, under_way, redraw)
        card, is_whole = _whole(whole), True
    except ArchiveDamaged as error:
        card, is_whole = _damaged(backup, error), False
    except QuetzalError as error:
        if not (error.may_pass or under_way.is_cancelled):
            raise
        return _failed(context, backup, error)

    async def show(to: Interaction) -> None:
        view = BaseView(to, context.access)
        if not is_whole:
            view.add_item(_BackUpButton(context))
        view.add_item(PageButton(HubPage.BACKUPS, context))
        await respond(to, card=card, view=view)

    return show


def _failed(context: ServerContext, backup: Backup, error: QuetzalError) -> Show:
    async def show(to: Interaction) -> None:
        view = RetryView(context.continued_by(to), lambda context: check(context, backup))
        await report(to, error, in_place=True, view=view)

    return show


class _UnderWay(BaseView):
    """A running check with Cancel, which works for longer than the response can be edited."""

    def __init__(self, context: ServerContext, under_way: CheckUnderWay) -> None:
        super().__init__(context.interaction, context.access, timeout=_LONGEST_S)
        self.under_way = under_way
        self.add_item(_CancelButton())


class _CancelButton(discord.ui.Button[_UnderWay]):
    def __init__(self) -> None:
        super().__init__(label=_("Cancel"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view_of(self).under_way.cancel()


class _BackUpButton(discord.ui.Button[BaseView]):
    required_level = Level.OPERATOR

    def __init__(self, context: ServerContext) -> None:
        super().__init__(label=_("Back up now"), style=discord.ButtonStyle.primary)
        self._context = context

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await back_up_now(self._context.continued_by(interaction))


def checking(backup: Backup, under_way: CheckUnderWay) -> Card:
    """Draw how far a check is."""
    read, total = under_way.read_bytes, under_way.size_bytes
    lines = [_("Read {read} of {total}.", read=size(read), total=size(total))]
    if read and total and under_way.left_s is not None:
        share = whole_percent(min(100.0, 100.0 * read / total))
        lines = [_("**{share}** · {read} of {total}", share=share, read=size(read), total=size(total))]
        speed, left_s = size(under_way.bytes_per_s), under_way.left_s
        lines.append(
            _("-# {speed}/s · less than a minute left", speed=speed)
            if left_s < _MINUTE_S
            else _("-# {speed}/s · about {left} left", speed=speed, left=about(left_s))
        )
    return theme.card(
        _("⏳ Checking {backup}…", backup=neutralise(backup.name, NAME_ROOM)),
        "\n".join(lines),
        colour=theme.BUSY,
    )


def _whole(checked: BackupCheck) -> Card:
    contents, backup = checked.contents, checked.backup
    lines = [
        _(
            "**{files}, {unpacked}** in an archive of {packed}, read to its end.",
            files=counted(contents.files, "file", "files"),
            unpacked=size(contents.unpacked_bytes),
            packed=size(backup.size_bytes),
        ),
        _("The checksum matches.") if checked.has_checksum else _("The panel knows no checksum to compare."),
    ]
    if contents.first is not None and contents.last is not None:
        lines.append(
            _(
                "-# First {first} · last {last}",
                first=path_code(contents.first),
                last=path_code(contents.last),
            )
        )
    return theme.card(
        _("✅ {backup} can be restored", backup=neutralise(backup.name, NAME_ROOM)),
        "\n".join(lines),
        colour=theme.GOOD,
        footer=_("Checked in {time} · nothing was changed", time=duration(checked.took_s))
        if checked.took_s >= WORTH_SAYING_S
        else _("Nothing was changed"),
    )


def _damaged(backup: Backup, error: ArchiveDamaged) -> Card:
    return theme.card(
        _("🔴 {backup} is damaged", backup=neutralise(backup.name, NAME_ROOM)),
        _(
            "**{happened}**\nIt can't be relied on. {next_step}",
            happened=error.happened,
            next_step=error.next_step,
        ),
        colour=theme.BAD,
    )
