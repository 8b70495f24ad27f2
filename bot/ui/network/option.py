"""Which address is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.domain.allocations import address_of
from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class AddressTransformer(OnServerTransformer):
    """An address as people type it: with its port, or the port alone."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the addresses that fit, each with its note."""
        wanted = typed.strip().casefold()
        choices: list[Choice] = []
        for allocation in await interaction.client.services.network.list(permit, cached=True):
            name = " · ".join(filter(None, (address_of(allocation), allocation.notes)))
            if wanted in name.casefold():
                choices.append(suggested(name, str(allocation.id)))
        return choices


AddressOption = app_commands.Transform[str, AddressTransformer]
