"""One address of a server: its note, whether it is the primary one, and its removal."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.allocations import LONGEST_NOTE, address_of
from bot.domain.levels import Level
from bot.panel.models import Allocation, PowerSignal
from bot.services.servers import NoSuchAddress
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.list_button import ListButton, ShowList
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry_if_unchanged
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PagesView
from bot.ui.kit.suggestions import Suggestion, suggest
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.network import cards
from bot.ui.servers.power_flow import PowerResultView

OnAddress: TypeAlias = Callable[[ServerContext, Allocation], Awaitable[None]]
CHANGES = Level.MANAGER
"""The level that changes take."""


async def show_one(context: ServerContext, allocation: Allocation, to_list: ShowList) -> None:
    """Show one address with what can be done with it; `to_list` leads to all of them."""
    await respond(
        context.interaction,
        card=cards.one_address(allocation),
        view=_AddressView(context, allocation, to_list),
    )


async def on_address(context: ServerContext, typed: str, work: OnAddress) -> None:
    """Find the address that is meant and do something with it; else offer those that may be meant."""
    try:
        allocation = await context.services.network.find(await context.permit(), typed)
    except NoSuchAddress as error:
        likely = [Suggestion(str(allocation.id), address_of(allocation)) for allocation in error.likely]
        await suggest(context, error, likely, partial(on_address, work=work), page=HubPage.ADDRESSES)
        return
    await work(context, allocation)


async def set_note(context: ServerContext, allocation: Allocation, note: str, to_list: ShowList) -> None:
    """Write the note, and say what it is now."""
    noted = await context.services.network.set_note(await context.permit(), allocation, note)
    view = _AddressView(context, noted, to_list)
    await respond(context.interaction, card=cards.noted(noted), view=view)


async def make_primary(context: ServerContext, allocation: Allocation) -> None:
    """Ask, make it the primary address, and offer the restart that it takes."""
    network = context.services.network
    current = next((row for row in await network.list(await context.permit()) if row.is_default), None)
    network.check_choosable(current, allocation)
    confirmed = await context.confirm(cards.primary_prompt(allocation, current))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        primary = await network.make_primary(await context.permit(), allocation)
        view = PowerResultView(context, [PowerSignal.RESTART], [HubPage.STATUS])
        await respond(context.interaction, card=cards.primary_chosen(primary), view=view)

    await with_retry_if_unchanged(confirmed, change)


async def add(context: ServerContext, to_list: ShowList) -> None:
    """Have the panel assign an address, and show which one."""
    allocation = await context.services.network.add(await context.permit())
    view = _AddressView(context, allocation, to_list)
    await respond(context.interaction, card=cards.added(allocation), view=view)


async def remove(context: ServerContext, allocation: Allocation) -> None:
    """Refuse the primary one, else ask and remove it."""
    network = context.services.network
    network.check_removable(await context.permit(), allocation)
    confirmed = await context.confirm(cards.remove_prompt(context.server, allocation))
    if confirmed is None:
        return

    async def change(context: ServerContext) -> None:
        await network.remove(await context.permit(), allocation)
        view = PagesView(context, HubPage.ADDRESSES)
        await respond(context.interaction, card=cards.removed(allocation), view=view)

    await with_retry_if_unchanged(confirmed, change)


class _AddressView(BaseView):
    def __init__(self, context: ServerContext, allocation: Allocation, to_list: ShowList) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.allocation = allocation
        self.to_list = to_list
        self.add_item(_NoteButton())
        if not allocation.is_default:
            self.add_item(_PrimaryButton())
            if context.server.feature_limits.allocations:
                self.add_item(_RemoveButton())
        self.add_item(ListButton(context, to_list, _("All addresses")))


class _ChangeButton(discord.ui.Button[_AddressView]):
    required_level = CHANGES

    def pressed(self, interaction: AnyInteraction) -> tuple[ServerContext, Allocation]:
        """Return where and on which address it was pressed."""
        view = view_of(self)
        return view.context.continued_by(interaction).raised_to(self.required_level), view.allocation


class _NoteButton(_ChangeButton):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Note…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, _NoteForm(*self.pressed(interaction), view_of(self).to_list))


class _PrimaryButton(_ChangeButton):
    def __init__(self) -> None:
        super().__init__(label=_("Make primary…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await make_primary(*self.pressed(interaction))


class _RemoveButton(_ChangeButton):
    def __init__(self) -> None:
        super().__init__(label=_("Remove…"), style=discord.ButtonStyle.danger)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await remove(*self.pressed(interaction))


class _NoteForm(BaseModal):
    def __init__(self, context: ServerContext, allocation: Allocation, to_list: ShowList) -> None:
        super().__init__(context.interaction, context.access, title=_("Note on this address"))
        self._context = context
        self._to_list = to_list
        self._allocation = allocation
        self._note: discord.ui.TextInput[_NoteForm] = discord.ui.TextInput(
            default=allocation.notes, placeholder=_("Query port"), max_length=LONGEST_NOTE, required=False
        )
        self.add_item(
            discord.ui.Label(
                text=_("Note"),
                description=_("What the address is for. Leave it empty to remove the note."),
                component=self._note,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Save it, and say what it is now."""
        context = self._context.continued_by(interaction)
        await set_note(context, self._allocation, self._note.value, self._to_list)
