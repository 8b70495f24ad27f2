"""Backup autocomplete from the live list of the server that is being typed."""

from discord import app_commands

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.services.servers.directory import ServerFound
from bot.ui.backups.embeds import choice
from bot.ui.kit.authorize import actor, level_of
from bot.ui.kit.respond import AnyInteraction, Interaction
from bot.ui.kit.server_option import CHOICES_LIMIT, resolve

_TYPING_WAIT_S = 2.0


class BackupTransformer(app_commands.Transformer):
    """A backup by name or uuid; suggestions are what is there now."""

    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Keep what was typed; it is looked up when the person's right is certain."""
        return value

    async def autocomplete(
        self, interaction: AnyInteraction, value: int | float | str, /
    ) -> list[app_commands.Choice[int | float | str]]:
        """Offer the newest that fit; nothing when they cannot be known in time."""
        try:
            clock: Clock = interaction.client.services.clock
            return await clock.within(_TYPING_WAIT_S, self._suggest(interaction, str(value)))
        except (TimeoutError, QuetzalError):
            return []

    async def _suggest(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[int | float | str]]:
        services = interaction.client.services
        resolution = await resolve(interaction, getattr(interaction.namespace, "server", None))
        command = interaction.command
        level = level_of(command) if isinstance(command, app_commands.Command) else None
        if level is None or not isinstance(resolution, ServerFound):
            return []
        permit = await services.access.require(actor(interaction), resolution.target, level)
        shelf = await services.keep_backups.fetch_inventory(permit, fresh=False)
        fitting = [one for one in shelf.backups if typed.casefold() in f"{one.name} {one.uuid}".casefold()]
        return [
            app_commands.Choice(name=choice(one, shelf.state_of(one), shelf.at), value=one.uuid)
            for one in fitting[:CHOICES_LIMIT]
        ]


BackupOption = app_commands.Transform[str, BackupTransformer]
