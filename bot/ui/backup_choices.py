"""Backup autocomplete from the live list of the server that is being typed."""

from discord import app_commands

from bot.actions.clock import Clock
from bot.actions.directory import Found
from bot.errors import QuetzalError
from bot.ui.answer import AnyInteraction, Interaction
from bot.ui.choices import CHOICES_LIMIT, resolve
from bot.ui.embeds.backups import choice
from bot.ui.gate import actor, level_of

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
        if level is None or not isinstance(resolution, Found):
            return []
        permit = await services.access.require(actor(interaction), resolution.target, level)
        shelf = await services.keep_backups.look(permit, fresh=False)
        fitting = [one for one in shelf.backups if typed.casefold() in f"{one.name} {one.uuid}".casefold()]
        return [
            app_commands.Choice(name=choice(one, shelf.state_of(one), shelf.at), value=one.uuid)
            for one in fitting[:CHOICES_LIMIT]
        ]


BackupOption = app_commands.Transform[str, BackupTransformer]
