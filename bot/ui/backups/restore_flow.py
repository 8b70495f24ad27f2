"""Restores a backup: preview, confirmation, progress, result, and what comes next."""

import logging
from dataclasses import dataclass, replace

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.panel.models import Backup, PowerState
from bot.services.backups import RestoreEnd, RestoreProgress, RestoreResult
from bot.ui.backups import restore_cards as cards
from bot.ui.backups.back_up_first import BackUp, BackUpFirst
from bot.ui.kit.client import Interaction
from bot.ui.kit.error_report import report
from bot.ui.kit.late_result import Show, deliver
from bot.ui.kit.long_running import Progress
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import AgainButton, with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.servers.status_view import StatusView

log = logging.getLogger(__name__)

_NEXT_PAGES = {
    RestoreEnd.FAILED: (HubPage.BACKUPS, HubPage.FILES, HubPage.STATUS),
    RestoreEnd.UNCONFIRMED: (HubPage.FILES, HubPage.STATUS),
    RestoreEnd.NO_TRACE: (HubPage.FILES, HubPage.STATUS),
    RestoreEnd.STILL_RUNNING: (HubPage.STATUS,),
}
_MAY_BE_REPEATED = {RestoreEnd.FAILED, RestoreEnd.NO_TRACE}


async def restore(context: ServerContext, backup: Backup, *, truncate: bool, back_up_first: BackUp) -> None:
    """Ask with everything that is lost, restore, follow it to its end, and offer what comes next.

    `back_up_first` makes a backup beside the question.
    """
    await _Restoration(backup, truncate, back_up_first).ask(context)


@dataclass(frozen=True, slots=True)
class _Restoration:
    """A restore that a person wants; each attempt begins with the question what may be lost."""

    backup: Backup
    truncate: bool
    back_up_first: BackUp

    async def ask(self, context: ServerContext) -> None:
        """Ask, and restore when that is confirmed."""
        await with_retry_if_unchanged(context, self._ask)

    async def _ask(self, context: ServerContext) -> None:
        services, backup = context.services, self.backup
        before = await services.restore_backup.preview(
            await context.permit(), backup.uuid, truncate=self.truncate
        )
        prompt = cards.restore_prompt(
            context.server,
            before,
            BackUpFirst(context, self.back_up_first),
            trash=services.settings.trash_dir,
        )
        confirmed = await context.confirm(prompt)
        if confirmed is None:
            return
        await show_progress(confirmed.interaction, card=cards.asking_to_restore(context.server, backup))
        await deliver(confirmed, self._done(confirmed), again=self.ask)

    async def _done(self, context: ServerContext) -> Show:
        """Restore, and return what shows how that ended; raises only while nothing was changed."""
        try:
            outcome = await self._run(context)
        except QuetzalError as error:
            if error.is_unchanged:
                raise
            return self._broke_off(context, error)

        async def show(to: Interaction) -> None:
            later = context.continued_by(to)
            view = (
                await _start(later)
                if outcome.end is RestoreEnd.DONE
                else _AfterRestore(later, self, outcome.end)
            )
            await respond(to, card=cards.restored(context.server, outcome), view=view)

        return show

    async def _run(self, context: ServerContext) -> RestoreResult:
        progress = Progress(context.interaction)
        shown_title: str | None = None

        async def note(so_far: RestoreProgress) -> None:
            nonlocal shown_title
            card = cards.restoring(context.server, self.backup, so_far, truncate=self.truncate)
            await progress.show(card, is_news=card.title != shown_title)
            shown_title = card.title

        return await context.services.restore_backup.run(
            await context.permit(), self.backup.uuid, truncate=self.truncate, progress=note
        )

    def _broke_off(self, context: ServerContext, error: QuetzalError) -> Show:
        if not self.truncate:  # the error of the other kind says it already
            error.next_step = _("Check the files before you start the server or restore again.")

        async def show(to: Interaction) -> None:
            view = _AfterRestore(context.continued_by(to), self, RestoreEnd.FAILED)
            await report(to, error, in_place=True, view=view)

        return show


class _AfterRestore(PagesView):
    """The pages to check after a restore that failed or is uncertain, and a button that asks again."""

    def __init__(self, context: ServerContext, restoration: _Restoration, end: RestoreEnd) -> None:
        super().__init__(context, *_NEXT_PAGES[end])
        if end in _MAY_BE_REPEATED:
            self.add_item(AgainButton(context, restoration.ask, _("Restore again…")))


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
