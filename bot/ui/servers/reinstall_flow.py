"""Reinstalls a server: confirmation with its name, progress, result, and what comes next."""

import logging

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.panel.models import Backup, PowerSignal
from bot.services.servers import ReinstallEnd, ReinstallProgress
from bot.ui.backups.back_up_first import BackUp, BackUpFirst
from bot.ui.kit.client import Interaction
from bot.ui.kit.late_result import Again, Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import AgainButton, with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.servers import reinstall_cards as cards
from bot.ui.servers.power_flow import PowerResultView

log = logging.getLogger(__name__)

_NEXT_PAGES = {
    ReinstallEnd.DONE: (HubPage.FILES, HubPage.STATUS),
    ReinstallEnd.FAILED: (HubPage.BACKUPS, HubPage.FILES, HubPage.STATUS),
    ReinstallEnd.NO_TRACE: (HubPage.STATUS,),
    ReinstallEnd.STILL_RUNNING: (HubPage.STATUS,),
}


async def reinstall(context: ServerContext, *, back_up_first: BackUp) -> None:
    """Ask with what it does to the files, reinstall, follow it to its end, and offer what comes next.

    `back_up_first` makes a backup beside the question, which each attempt begins with.
    """

    async def again(context: ServerContext) -> None:
        await reinstall(context, back_up_first=back_up_first)

    async def ask(context: ServerContext) -> None:
        server = await context.services.reinstall_server.check(await context.permit())
        last_good = await _last_good(context)
        button = BackUpFirst(context, back_up_first) if server.feature_limits.backups else None
        confirmed = await context.confirm(cards.reinstall_prompt(server, last_good, button))
        if confirmed is None:
            return
        await show_progress(confirmed.interaction, card=cards.reinstalling(server, ReinstallProgress(0.0)))
        await deliver(confirmed, _reinstalled(confirmed, again), again=again)

    await with_retry_if_unchanged(context, ask)


async def _last_good(context: ServerContext) -> Backup | None:
    try:
        inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
    except QuetzalError as error:
        log.info("backups are not known before a reinstallation: %s", error)
        return None
    return inventory.last_good


async def _reinstalled(context: ServerContext, again: Again) -> Show:
    progress = Progress(context.interaction)

    async def report(so_far: ReinstallProgress) -> None:
        await progress.show(cards.reinstalling(context.server, so_far))

    result = await context.services.reinstall_server.run(await context.permit(), report)

    async def show(to: Interaction) -> None:
        later = context.continued_by(to)
        signals = [PowerSignal.START] if result.end is ReinstallEnd.DONE else []
        view = PowerResultView(later, signals, _NEXT_PAGES[result.end])
        if result.end is ReinstallEnd.NO_TRACE:
            view.add_item(AgainButton(later, again, _("Reinstall…")))
        await respond(to, card=cards.reinstalled(context.server, result), view=view)

    return show
