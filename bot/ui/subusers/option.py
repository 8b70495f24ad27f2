"""Which subuser is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class SubuserTransformer(OnServerTransformer):
    """A subuser as people type it: the name of the panel account, or its e-mail address."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the subusers that fit, without their addresses."""
        wanted = typed.strip().casefold()
        return [
            suggested(subuser.username, subuser.uuid)
            for subuser in await interaction.client.services.subusers.list(permit, cached=True)
            if wanted in subuser.username.casefold() or wanted in subuser.email.casefold()
        ]


SubuserOption = app_commands.Transform[str, SubuserTransformer]
