"""Which database is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.services.access import Permit
from bot.services.databases import short_name
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, suggested
from bot.ui.kit.server_option import OnServerTransformer


class DatabaseTransformer(OnServerTransformer):
    """A database as people type it: its name, with or without the panel's prefix, or its id."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the databases that fit; those whose own name begins with it come first."""
        wanted = typed.casefold()
        databases = await interaction.client.services.databases.list(permit, cached=True)
        matching = [database for database in databases if wanted in database.name.casefold()]
        matching.sort(key=lambda database: not short_name(database).casefold().startswith(wanted))
        return [suggested(database.name, database.id) for database in matching]


DatabaseOption = app_commands.Transform[str, DatabaseTransformer]
