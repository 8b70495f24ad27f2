"""Makes a backup, and shows its progress and result."""

from dataclasses import replace

from bot.panel.models import Backup
from bot.services.access import Permit
from bot.services.backups import BackupEnd, BackupRequest
from bot.ui.backups import cards
from bot.ui.kit.client import Interaction
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext


async def make(context: ServerContext, request: BackupRequest, *, wait: bool = True) -> None:
    """Begin a backup; with `wait` follow it to its end, else say that it runs."""
    services = context.services
    permit = await context.permit()
    before = await services.make_backup.fetch_inventory(permit)
    backup = await services.make_backup.begin(permit, request)
    if not wait:
        await respond(context.interaction, card=cards.begun(context.server, backup, before))
        return
    await show_progress(context.interaction, card=cards.making(context.server, backup, 0.0))
    await deliver(context, _followed(context, permit, backup, request))


async def _followed(context: ServerContext, permit: Permit, backup: Backup, request: BackupRequest) -> Show:
    services, progress = context.services, Progress(context.interaction)

    async def tell(took_s: float) -> None:
        await progress.tell(cards.making(permit.server, backup, took_s))

    made = await services.make_backup.follow(permit, backup, tell)
    await services.make_backup.note_end(permit, made)
    card = cards.made(permit.server, made, wanted_lock=request.locked)
    if made.end is BackupEnd.DONE:
        applied = await services.retention.after_backup(permit)
        if applied is not None and applied.deleted:
            card = replace(card, footer=cards.let_go(applied))

    async def show(to: Interaction) -> None:
        await respond(to, card=card)

    return show
