"""Makes a change of files once it is confirmed, and shows the result with Undo and Restart."""

import io
from collections.abc import Awaitable, Callable
from functools import partial

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain import critical_paths, paths
from bot.domain.file_changes import Change, ChangeKind
from bot.domain.levels import Level
from bot.domain.power_progress import Ending
from bot.panel.errors import FileMissing
from bot.panel.models import PowerSignal, PowerState
from bot.services.access import Permit
from bot.services.files import (
    KeepingForbidden,
    PathState,
    Restoration,
    RestoreMethod,
    TrashEntry,
    measure_extent,
    stat_path,
)
from bot.ui.files import change_cards as cards
from bot.ui.files import history_cards as kept_cards
from bot.ui.files.preview import diff_file
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.error_report import report
from bot.ui.kit.respond import respond, respond_privately, show_progress
from bot.ui.kit.retry import RetryView, may_repeat, with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import cards as power_cards
from bot.ui.servers.fix_offer import add_fix
from bot.ui.servers.power_flow import change_power

PREVIEW_S = 600.0
_BUTTONS_S = 840.0
"""A little less than an interaction's token lives."""
_GIVEN_BACK = N_("What you typed is in this file.")

Work = Callable[[Permit], Awaitable[Change]]


async def carry_out(
    context: ServerContext,
    work: Work,
    *,
    typed: str | None = None,
    way: RestoreMethod | None = None,
    restart: bool = False,
) -> None:
    """Make a change that was confirmed, and show how it ended in place of the question.

    `typed` is given back as a file when it fails; `way` is how something is restored; with `restart` the
    server is restarted when it is done.
    """
    try:
        change = await work(await context.permit())
    except QuetzalError as error:
        again = partial(carry_out, work=work, typed=typed, way=way, restart=restart)
        view = RetryView(context, again) if may_repeat(error) else None
        await report(context.interaction, error, in_place=True, view=view)
        if typed is not None:
            await give_back(context.interaction, typed)
        return
    if restart:
        await _show_done_and_restart(context, change)
    else:
        await show_done(context, change, way=way)


async def give_back(interaction: Interaction, typed: str) -> None:
    """Give back what a person typed."""
    await respond_privately(
        interaction, _(_GIVEN_BACK), file=discord.File(io.BytesIO(typed.encode()), "what-you-typed.txt")
    )


async def show_done(context: ServerContext, change: Change, *, way: RestoreMethod | None = None) -> None:
    """Say what was done, with Undo and, where a file counts after a restart, Restart."""
    view = AfterChange(context, change)
    card = cards.done(context.server, change, can_undo=view.can_undo, way=way)
    await respond(context.interaction, card=card, view=view if view.controls else None)


async def _show_done_and_restart(context: ServerContext, change: Change) -> None:
    """Say what was done and how the restart goes; with Undo when that has ended."""
    done = cards.done(context.server, change, is_restarted=True)

    async def progress(state: PowerState | None, elapsed_s: float) -> None:
        going = power_cards.power_progress(context.server, PowerSignal.RESTART, state, elapsed_s)
        await show_progress(context.interaction, card=cards.with_restart(done, going))

    try:
        permit = await context.permit()
        await progress(None, 0.0)
        outcome = await context.services.power.run(permit, PowerSignal.RESTART, progress)
    except QuetzalError as error:
        await show_done(context, change)
        await report(context.interaction, error)
        return
    ended = power_cards.power_outcome(context.server, outcome)
    view = AfterChange(context, change, is_restarted=outcome.ending is Ending.REACHED)
    await add_fix(view, context, outcome)
    card, file = cards.with_restart(done, ended), power_cards.console_file(outcome)
    await respond(context.interaction, card=card, view=view, file=file)


class AfterChange(BaseView):
    """Offers Undo for this change, and Restart, which asks first."""

    def __init__(self, context: ServerContext, change: Change, *, is_restarted: bool = False) -> None:
        """Offer what fits the change; `is_restarted`: the server has read it."""
        super().__init__(context.interaction, context.access, timeout=_BUTTONS_S)
        self.context = context
        self.change = change
        self.can_undo = change.kind not in (ChangeKind.UNDO, ChangeKind.PURGE)
        if self.can_undo:
            self.add_item(_UndoButton())
        counts_later = critical_paths.counts_after_restart(change.kept_of) and not is_restarted
        if counts_later and change.kind is not ChangeKind.PURGE:
            self.add_item(_RestartButton())


class _UndoButton(discord.ui.Button[AfterChange]):
    def __init__(self) -> None:
        super().__init__(label=_("Undo"), emoji="↩️", style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await undo(view.context.continued_by(interaction), view.change, ask=False)


class _RestartButton(discord.ui.Button[AfterChange]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label=_("Restart"), emoji="🔄")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await change_power(view_of(self).context.continued_by(interaction), PowerSignal.RESTART)


async def undo(context: ServerContext, change: Change | None = None, *, ask: bool = True) -> None:
    """Undo a change, or the person's last one.

    Without `ask`, what is still as the change left it is undone at once: the person has just seen it.
    """
    history = context.services.history
    permit = await context.permit()
    plan = await history.plan_undo(permit, change or await history.last(permit))
    if ask or plan.is_as_left is not True or plan.is_damaged:
        await restore(context, plan, ChangeKind.UNDO)
        return
    await carry_out(context, _restoring(context, plan, ChangeKind.UNDO), way=plan.method)


async def restore(context: ServerContext, plan: Restoration, kind: ChangeKind) -> None:
    """Show what a restore would do, and restore when that is confirmed."""
    is_undo = kind is ChangeKind.UNDO
    prompt = Prompt(
        kept_cards.restoration(context.server, plan, undo=is_undo),
        confirm=_("Undo") if is_undo else _("Restore"),
        file=diff_file(plan.diff),
        patience_s=PREVIEW_S,
        undoable=True,
    )
    confirmed = await context.confirm(prompt)
    if confirmed is not None:
        await carry_out(confirmed, _restoring(context, plan, kind), way=plan.method)


async def delete(context: ServerContext, path: str, *, permanent: bool = False) -> None:
    """Show what is deleted and its size, then move it to the trash; to delete forever, its name is typed."""
    permit = await context.permit()
    seen = await _state_of(permit, path)
    context.services.changes.check(seen)
    extent = await measure_extent(permit, seen)
    card = cards.deletion(context.server, seen, extent, permanent=permanent)
    if permanent:
        await _destroy(context, seen, card)
        return
    confirmed = await context.confirm(Prompt(card, confirm=_("Delete"), patience_s=PREVIEW_S, undoable=True))
    if confirmed is None:
        return

    async def remove(context: ServerContext) -> None:
        changes = context.services.changes
        try:
            change = await changes.remove(await context.permit(), seen, size_bytes=extent.size_bytes)
        except KeepingForbidden:
            await _destroy(context, seen, cards.forbidden_trash(context.server, seen))
        else:
            await show_done(context, change)

    await with_retry_if_unchanged(confirmed, remove)


async def move(context: ServerContext, source: str, wanted: str) -> None:
    """Move a file or folder; asks first where it replaces something or is critical."""
    permit = await context.permit()
    changes = context.services.changes
    source_state = await _state_of(permit, source)
    where = await stat_path(permit, wanted)
    if where.is_directory:  # as on any command line: into it
        where = await stat_path(permit, paths.join(where.path, paths.name_of(source)))
    changes.check_move(source_state, where)
    confirmed: ServerContext | None = context
    if where.exists or critical_paths.consequences(source) or critical_paths.consequences(where.path):
        prompt = Prompt(
            cards.move(context.server, source_state, where),
            confirm=_("Move"),
            patience_s=PREVIEW_S,
            undoable=True,
        )
        confirmed = await context.confirm(prompt)
    if confirmed is not None:
        await carry_out(confirmed, lambda permit: changes.move(permit, source_state, where))


async def purge(context: ServerContext, kept: TrashEntry) -> None:
    """Delete a saved copy forever, after its name was typed."""
    name = paths.name_of(kept.change.kept_of)
    prompt = Prompt(kept_cards.purge(context.server, kept), confirm=_("Delete forever"), typed=label(name))
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return

    async def destroy(context: ServerContext) -> None:
        await context.services.history.purge(await context.permit(), kept)
        await respond(context.interaction, card=kept_cards.purged(context.server, kept))

    await with_retry_if_unchanged(confirmed, destroy)


async def _destroy(context: ServerContext, seen: PathState, card: Card) -> None:
    typed = label(paths.name_of(seen.path))
    confirmed = await context.confirm(Prompt(card, confirm=_("Delete forever"), typed=typed))
    if confirmed is not None:
        changes = confirmed.services.changes
        await carry_out(confirmed, lambda permit: changes.destroy(permit, seen))


def _restoring(context: ServerContext, plan: Restoration, kind: ChangeKind) -> Work:
    history = context.services.history
    return lambda permit: history.restore(permit, plan, kind=kind)


async def _state_of(permit: Permit, path: str) -> PathState:
    seen = await stat_path(permit, path)
    if not seen.exists:
        raise FileMissing(text=path)
    return seen
