"""The start command and its variables, a row each; changing one, and undoing the change."""

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.startup_variables import find_variable, is_secret, value_of
from bot.panel.models import EggVariable, PowerSignal, PowerState, Startup
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import offer_correction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry, with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage
from bot.ui.kit.view import BaseModal, view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.servers.power_flow import PowerResultView
from bot.ui.startup import cards

CHANGES = Level.MANAGER
"""The level that changes take, and that sees secrets."""
_LONGEST = 1_000


async def show_startup(context: ServerContext) -> None:
    """Show the start command and the variables, each with what it may be."""

    async def show(context: ServerContext) -> None:
        permit = await context.permit()
        now = await context.services.startup.fetch(permit)
        await StartupPages(context, now, level=permit.level).show(context.interaction)

    await with_retry(context, show)


async def set_variable(context: ServerContext, name: str, typed: str) -> None:
    """Check the value by the egg's rules, ask, set it, and offer a restart and Undo.

    Raises NoSuchVariable, Refused, BadInput.
    """
    services, permit = context.services, await context.permit()
    now = await services.startup.fetch(permit)
    variable = find_variable(now.variables, name)
    value = await services.startup.checked_value(variable, typed)
    if value == value_of(variable):
        await respond(context.interaction, card=cards.unchanged(variable))
        return
    confirmed = await context.confirm(cards.set_prompt(now, variable, value))
    if confirmed is not None:
        await with_retry_if_unchanged(confirmed, lambda context: _set(context, variable, value))


async def _set(context: ServerContext, variable: EggVariable, value: str) -> None:
    permit, services = await context.permit(), context.services
    after = await services.startup.set_variable(permit, variable, value)
    known = services.latest.watched(permit.key)
    signal = (
        PowerSignal.START if known is not None and known.state is PowerState.OFFLINE else PowerSignal.RESTART
    )
    view = SetView(context, after, value_of(variable), signal)
    await respond(context.interaction, card=cards.is_set(context.server, after), view=view)


class StartupPages(ListPages[EggVariable]):
    """The variables of a server's egg."""

    per_page = 8

    def __init__(self, context: ServerContext, now: Startup, *, level: Level) -> None:
        """Offer what this level allows."""
        super().__init__(context.interaction, context.access, now.variables)
        self.context = context
        self.now = now
        self._may_change = level >= CHANGES

    @override
    async def render(self) -> Card:
        rows = [
            Row(
                cards.row_text(variable, shows_secrets=self._may_change),
                _SetButton(variable) if self._may_change and variable.is_editable else None,
            )
            for variable in self.on_page()
        ]
        return cards.startup(self.context.server, self.now, rows)

    async def reopen(self, interaction: Interaction) -> None:
        """Show the page again, as it is by then."""
        await show_startup(self.context.continued_by(interaction))


class _SetButton(discord.ui.Button[StartupPages]):
    required_level = CHANGES
    acknowledgement = Acknowledgement.FORM

    def __init__(self, variable: EggVariable) -> None:
        super().__init__(label=_("Set"))
        self._variable = variable

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Startup"), view.reopen))
        context = view.context.continued_by(interaction).raised_to(CHANGES)
        shown = "" if is_secret(self._variable) else value_of(self._variable)
        await open_form(interaction, _ValueForm(context, self._variable, shown))


class _ValueForm(BaseModal):
    secret = True

    def __init__(self, context: ServerContext, variable: EggVariable, value: str) -> None:
        super().__init__(context.interaction, context.access, title=_("Set a startup variable"))
        self._context = context
        self._variable = variable
        self._value: discord.ui.TextInput[_ValueForm] = discord.ui.TextInput(
            default=value[:_LONGEST], required=False, max_length=_LONGEST
        )
        self.add_item(
            discord.ui.Label(
                text=cards.form_label(variable),
                description=cards.form_description(variable),
                component=self._value,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Check it and ask, or say what is wrong with a way to correct it."""
        typed = self._value.value

        def again(pressed: Interaction) -> BaseModal:
            shown = "" if is_secret(self._variable) else typed
            return _ValueForm(self._context.continued_by(pressed), self._variable, shown)

        try:
            context = self._context.continued_by(interaction)
            await set_variable(context, self._variable.env_variable, typed)
        except BadInput as error:
            await offer_correction(interaction, self.access, error, again)


class SetView(PowerResultView):
    """After a change: Restart or Start, Undo, and the status."""

    def __init__(
        self, context: ServerContext, variable: EggVariable, before: str, signal: PowerSignal
    ) -> None:
        super().__init__(context, [signal], [HubPage.STATUS])
        self.variable = variable
        self.before = before
        self.add_item(_UndoButton())


class _UndoButton(discord.ui.Button[SetView]):
    required_level = CHANGES

    def __init__(self) -> None:
        super().__init__(label=_("Undo"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await _set(view.context.continued_by(interaction), view.variable, view.before)
