"""Remove the cause of a crash: show what changes, do it when that is confirmed, and start the server."""

from collections.abc import Awaitable, Callable

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError, Refused
from bot.core.i18n import _
from bot.domain.diagnosis import Fix, FixKind
from bot.domain.file_changes import Change, ChangeKind
from bot.domain.power_progress import Ending
from bot.panel.models import EggVariable, PowerSignal
from bot.services.access import Permit
from bot.services.files import NothingToChange
from bot.services.servers import PowerOutcome
from bot.ui.alerts import fix_cards as cards
from bot.ui.files.change_flow import AfterChange, restore
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.error_report import report
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.servers.cards import console_file
from bot.ui.servers.fix_offer import add_fix
from bot.ui.servers.power_flow import PowerResultView, SignalButton

_PATIENCE_S = 600.0
_LONGEST_VALUE = 4_000

Work = Callable[[Permit], Awaitable[Change | None]]
"""Changes something; returns the change of a file, which can be undone."""


async def apply_fix(context: ServerContext, fix: Fix, last_change: Change | None) -> None:
    """Offer a fix on a server; `last_change` is the file that RESTORE_FILE puts back."""
    await with_retry_if_unchanged(context, lambda context: _offer(context, fix, last_change))


async def _offer(context: ServerContext, fix: Fix, last_change: Change | None) -> None:
    match fix.kind:
        case FixKind.ACCEPT_EULA:
            await _accept_eula(context)
        case FixKind.CHANGE_JAVA:
            await _change_java(context, fix.value)
        case FixKind.SET_VARIABLE:
            await _set_variable(context, fix.value)
        case FixKind.RESTORE_FILE:
            await _restore(context, last_change)


async def _accept_eula(context: ServerContext) -> None:
    eula = context.services.eula
    try:
        plan = await eula.plan(await context.permit())
    except NothingToChange:
        view = PowerResultView(context, [PowerSignal.START], [HubPage.STATUS])
        await respond(context.interaction, card=cards.already_accepted(context.server), view=view)
        return
    prompt = Prompt(
        cards.eula(context.server), confirm=_("Accept and start"), patience_s=_PATIENCE_S, undoable=True
    )
    confirmed = await context.confirm(prompt)
    if confirmed is not None:
        await _change_and_start(confirmed, lambda permit: eula.accept(permit, plan), _(cards.ACCEPTED))


async def _change_java(context: ServerContext, wanted: str) -> None:
    startup = context.services.startup
    choice = await startup.find_java(await context.permit(), wanted)
    prompt = Prompt(
        cards.java(context.server, choice),
        confirm=_("Change and start"),
        patience_s=_PATIENCE_S,
        undoable=True,
    )
    confirmed = await context.confirm(prompt)
    if confirmed is None:
        return

    async def work(permit: Permit) -> None:
        await startup.set_image(permit, choice)

    await _change_and_start(confirmed, work, cards.image_changed(choice))


async def _set_variable(context: ServerContext, names: str) -> None:
    variable = await context.services.startup.find_variable(await context.permit(), names)
    view = _VariableView(context, variable)
    await respond(context.interaction, card=cards.variable(context.server, variable), view=view)


async def _restore(context: ServerContext, change: Change | None) -> None:
    if change is None:
        raise Refused(_("No file was changed before the server went down."), state=_("Nothing was changed."))
    plan = await context.services.history.plan_undo(await context.permit(), change)
    await restore(context, plan, ChangeKind.UNDO)


async def _change_and_start(context: ServerContext, work: Work, done: str) -> None:
    """Make a change that was confirmed, start the server, and show what came of both."""

    async def change_and_start(context: ServerContext) -> None:
        await _start_after(context, await work(await context.permit()), done)

    try:
        await with_retry_if_unchanged(context, change_and_start)
    except QuetzalError as error:
        await report(context.interaction, error, in_place=True)


async def _start_after(context: ServerContext, change: Change | None, done: str) -> None:
    """Start the server after a change, and show what came of both; a start that failed is a button."""
    view = BaseView(context.interaction, context.access) if change is None else AfterChange(context, change)
    await show_progress(context.interaction, card=cards.starting(context.server, done))
    try:
        outcome = await _start(context)
    except QuetzalError as error:
        view.add_item(SignalButton(context, PowerSignal.START))
        await respond(context.interaction, card=cards.not_started(context.server, done, error), view=view)
        return
    await add_fix(view, context, outcome)
    if outcome.has_failed:
        view.add_item(SignalButton(context, PowerSignal.START))
    await respond(
        context.interaction,
        card=cards.fixed(context.server, done, outcome),
        view=view if view.controls else None,
        file=console_file(outcome),
    )


async def _start(context: ServerContext) -> PowerOutcome:
    """Start the server; once more when the node was still starting the process from before the change.

    A node ignores a start of what isn't offline, and that process ends by the cause that was removed.
    """
    outcome = await context.services.power.run(await context.permit(), PowerSignal.START)
    if outcome.ending is Ending.FELL_BACK and outcome.was_up:
        outcome = await context.services.power.run(await context.permit(), PowerSignal.START)
    return outcome


class _VariableView(BaseView):
    """Opens the form in which the value is typed; submitting it is the confirmation."""

    def __init__(self, context: ServerContext, variable: EggVariable) -> None:
        super().__init__(context.interaction, context.access, timeout=_PATIENCE_S)
        self.context = context
        self.variable = variable
        self.add_item(_EnterButton())


class _EnterButton(discord.ui.Button[_VariableView]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Enter value"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction)
        await open_form(interaction, _ValueForm(context, view.variable))


class _ValueForm(BaseModal):
    secret = True

    def __init__(self, context: ServerContext, variable: EggVariable) -> None:
        super().__init__(context.interaction, context.access, title=_("Set and start the server"))
        self._context = context
        self._variable = variable
        self._value: discord.ui.TextInput[_ValueForm] = discord.ui.TextInput(max_length=_LONGEST_VALUE)
        self.add_item(
            discord.ui.Label(
                text=cards.variable_label(variable),
                description=cards.rules(variable),
                component=self._value,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Set it and start the server."""
        await _set_and_start(self._context.continued_by(interaction), self._variable, self._value.value)


async def _set_and_start(context: ServerContext, variable: EggVariable, value: str) -> None:
    startup = context.services.startup

    async def work(permit: Permit) -> None:
        await startup.set_variable(permit, variable, value)

    await _change_and_start(context, work, cards.variable_set(variable))
