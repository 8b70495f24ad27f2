"""The form in which a person types their own panel key."""

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.ui.access import cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.respond import respond
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal

_LONGEST = 120


class LinkForm(BaseModal):
    """Opens as the first response, so that the key is in no message and in no history of commands."""

    secret = True
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, interaction: Interaction, access: AccessCheck, panel_id: str) -> None:
        super().__init__(
            interaction, access, title=label(_("Your key for the panel {panel_id}", panel_id=panel_id), 45)
        )
        self._panel_id = panel_id
        self._key: discord.ui.TextInput[LinkForm] = discord.ui.TextInput(
            placeholder=_("ptlc_…"), max_length=_LONGEST
        )
        self.add_item(
            discord.ui.Label(
                text=_("Account key"),
                description=_("From the panel: Account, API Credentials. Stored encrypted, never shown"),
                component=self._key,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Try it on the panel and keep it."""
        link = await interaction.client.services.linking.link(
            actor(interaction), self._panel_id, self._key.value
        )
        await respond(interaction, card=cards.linked(link))
