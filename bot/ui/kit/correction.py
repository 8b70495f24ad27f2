"""What was typed into a form and can't be used: the reason, with a button that opens the form as it was."""

from collections.abc import Callable

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.error_report import error_card
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseModal, BaseView, view_of

MakeForm = Callable[[Interaction], BaseModal]
"""Makes the form again, filled in as it was."""


async def offer_correction(
    interaction: Interaction, access: AccessCheck, error: QuetzalError, form: MakeForm
) -> None:
    """Say what is wrong, and offer the form again."""
    card = error_card(error, "", in_change=False)
    await respond(interaction, card=card, view=CorrectionView(interaction, access, form))


class CorrectionView(BaseView):
    """Opens the form again."""

    def __init__(self, interaction: Interaction, access: AccessCheck, form: MakeForm) -> None:
        super().__init__(interaction, access)
        self.form = form
        self.add_item(_CorrectButton())


class _CorrectButton(discord.ui.Button[CorrectionView]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Correct"), style=discord.ButtonStyle.primary)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, view_of(self).form(interaction))
