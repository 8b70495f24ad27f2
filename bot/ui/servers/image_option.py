"""Which Docker image is meant: suggestions from those that the egg of the server allows."""

from discord import app_commands
from typing_extensions import override

from bot.services.access import Permit
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import CHOICE_CHARACTERS, Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class ImageTransformer(OnServerTransformer):
    """A Docker image by the panel's label."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the images that fit, without the one in use."""
        wanted = typed.strip().casefold()
        images = await interaction.client.services.startup.images(permit)
        return [
            suggested(name, name[:CHOICE_CHARACTERS])
            for name, image in images.by_label.items()
            if image != images.current and wanted in f"{name} {image}".casefold()
        ]


ImageOption = app_commands.Transform[str, ImageTransformer]
