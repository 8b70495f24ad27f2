"""Restores a backup: preview, confirmation, progress, result, and Start."""

import logging
from dataclasses import replace

from bot.core.errors import QuetzalError
from bot.panel.models import Backup, PowerState
from bot.services.backups import RestoreEnd, RestoreProgress
from bot.ui.backups import restore_cards as cards
from bot.ui.backups.back_up_first import BackUp, BackUpFirst
from bot.ui.kit.client import Interaction
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.servers.status_view import StatusView

log = logging.getLogger(__name__)


async def restore(context: ServerContext, backup: Backup, *, truncate: bool, back_up_first: BackUp) -> None:
    """Ask with everything that is lost, restore, follow it to its end, and offer Start.

    `back_up_first` makes a backup beside the question.
    """
    services = context.services
    before = await services.restore_backup.preview(await context.permit(), backup.uuid, truncate=truncate)
    prompt = cards.restore_prompt(
        context.server,
        before,
        BackUpFirst(context, back_up_first),
        trash=services.settings.trash_dir,
    )
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return
    await show_progress(confirmed.interaction, card=cards.asking_to_restore(context.server, backup))
    await deliver(confirmed, _restored(confirmed, backup, truncate=truncate))


async def _restored(context: ServerContext, backup: Backup, *, truncate: bool) -> Show:
    progress = Progress(context.interaction)
    shown_title: str | None = None

    async def report(so_far: RestoreProgress) -> None:
        nonlocal shown_title
        card = cards.restoring(context.server, backup, so_far, truncate=truncate)
        await progress.show(card, is_news=card.title != shown_title)
        shown_title = card.title

    outcome = await context.services.restore_backup.run(
        await context.permit(), backup.uuid, truncate=truncate, progress=report
    )

    async def show(to: Interaction) -> None:
        card = cards.restored(context.server, outcome)
        view = await _start(context.continued_by(to)) if outcome.end is RestoreEnd.DONE else None
        await respond(to, card=card, view=view)

    return show


async def _start(context: ServerContext) -> StatusView | None:
    """Offer what fits a server that is off: the panel does not start it again."""
    try:
        permit = await context.permit()
        now = await context.services.status.fetch(permit)
    except QuetzalError as error:  # how the restore ended is worth more than a button
        log.info("no Start after a restore: %s", error)
        return None
    # The panel's figures may be from before the restore (docs/reference/servers.md#resources).
    if now.resources is not None:
        off = now.resources.model_copy(update={"state": PowerState.OFFLINE})
        now = replace(now, resources=off)
    return StatusView(context, now, level=permit.level)
