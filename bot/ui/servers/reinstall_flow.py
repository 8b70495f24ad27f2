"""Reinstalls a server: confirmation with its name, progress, result, and Start."""

import logging

from bot.core.errors import QuetzalError
from bot.panel.models import Backup, PowerSignal
from bot.services.servers import ReinstallEnd, ReinstallProgress
from bot.ui.backups.back_up_first import BackUp, BackUpFirst
from bot.ui.kit.client import Interaction
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.servers import reinstall_cards as cards
from bot.ui.servers.power_flow import PowerResultView

log = logging.getLogger(__name__)


async def reinstall(context: ServerContext, *, back_up_first: BackUp) -> None:
    """Ask with what it does to the files, reinstall, follow it to its end, and offer what comes next.

    `back_up_first` makes a backup beside the question.
    """
    server = await context.services.reinstall_server.check(await context.permit())
    last_good = await _last_good(context)
    button = BackUpFirst(context, back_up_first) if server.feature_limits.backups else None
    confirmed = await context.confirm(cards.reinstall_prompt(server, last_good, button))
    if confirmed is None:
        return
    await show_progress(confirmed.interaction, card=cards.reinstalling(server, ReinstallProgress(0.0)))
    await deliver(confirmed, _reinstalled(confirmed))


async def _last_good(context: ServerContext) -> Backup | None:
    try:
        inventory = await context.services.keep_backups.fetch_inventory(await context.permit())
    except QuetzalError as error:
        log.info("backups are not known before a reinstallation: %s", error)
        return None
    return inventory.last_good


async def _reinstalled(context: ServerContext) -> Show:
    progress = Progress(context.interaction)

    async def report(so_far: ReinstallProgress) -> None:
        await progress.show(cards.reinstalling(context.server, so_far))

    result = await context.services.reinstall_server.run(await context.permit(), report)
    is_usable = result.end in {ReinstallEnd.DONE, ReinstallEnd.FAILED}

    async def show(to: Interaction) -> None:
        pages = [HubPage.FILES, HubPage.STATUS] if is_usable else [HubPage.STATUS]
        signals = [PowerSignal.START] if result.end is ReinstallEnd.DONE else []
        view = PowerResultView(context.continued_by(to), signals, pages)
        await respond(to, card=cards.reinstalled(context.server, result), view=view)

    return show
