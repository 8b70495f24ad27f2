"""The address that players are shown: the panel's, or another one that managers choose."""

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.public_address import LONGEST
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import offer_correction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseModal, BaseView, view_of
from bot.ui.network import cards


async def show_public(context: ServerContext, *, is_saved: bool = False) -> None:
    """Show which address players see."""
    chosen = await context.services.public_addresses.get(await context.permit())
    await respond(
        context.interaction,
        card=cards.public_address(context.server, chosen, is_saved=is_saved),
        view=_PublicView(context, "" if chosen is None else chosen.address),
    )


async def choose_public(context: ServerContext, typed: str) -> None:
    """Show players this address from now on, or say what is wrong with a way to correct it."""

    def again(pressed: Interaction) -> BaseModal:
        return _AddressForm(context.continued_by(pressed), typed)

    try:
        await context.services.public_addresses.choose(await context.permit(), typed)
    except BadInput as error:
        await offer_correction(context.interaction, context.access, error, again)
        return
    await show_public(context, is_saved=True)


class _PublicView(BaseView):
    def __init__(self, context: ServerContext, chosen: str) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.chosen = chosen
        self.add_item(_EditButton())
        if chosen:
            self.add_item(_PanelsButton())


class _EditButton(discord.ui.Button[_PublicView]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Edit…"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await open_form(interaction, _AddressForm(view.context.continued_by(interaction), view.chosen))


class _PanelsButton(discord.ui.Button[_PublicView]):
    def __init__(self) -> None:
        super().__init__(label=_("Use the panel's"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction)
        await context.services.public_addresses.remove(await context.permit())
        await show_public(context, is_saved=True)


class _AddressForm(BaseModal):
    def __init__(self, context: ServerContext, address: str) -> None:
        super().__init__(context.interaction, context.access, title=_("Public address"))
        self._context = context
        self._address: discord.ui.TextInput[_AddressForm] = discord.ui.TextInput(
            default=address[:LONGEST], placeholder=_("play.example.com"), max_length=LONGEST
        )
        self.add_item(
            discord.ui.Label(
                text=_("Address"),
                description=_("As players type it to join; with a port only if they need it"),
                component=self._address,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Save it, and show what players see now."""
        await choose_public(self._context.continued_by(interaction), self._address.value)
