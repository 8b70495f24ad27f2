"""Backup autocomplete from the live list of the server that is being typed."""

from discord import app_commands
from typing_extensions import override

from bot.domain.date_words import period
from bot.services.access import Permit
from bot.ui.backups.cards import choice
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice
from bot.ui.kit.server_option import OnServerTransformer


class BackupTransformer(OnServerTransformer):
    """A backup by name or uuid."""

    @override
    async def suggest_on(self, interaction: Interaction, permit: Permit, typed: str) -> list[Choice]:
        """List the backups whose name fits, or that are of the time that is typed; the newest first."""
        services = interaction.client.services
        inventory = await services.keep_backups.fetch_inventory(permit, fresh=False)
        typed_period = period(typed, inventory.at.astimezone(services.settings.time_zone))
        return [
            app_commands.Choice(
                name=choice(backup, inventory.state_of(backup), inventory.at), value=backup.uuid
            )
            for backup in inventory.backups
            if typed.casefold() in f"{backup.name} {backup.uuid}".casefold()
            or (typed_period is not None and backup.created_at in typed_period)
        ]


BackupOption = app_commands.Transform[str, BackupTransformer]
