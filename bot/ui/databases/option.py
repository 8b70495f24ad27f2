"""Which database is meant: suggestions from the live list of the server that is being typed."""

from discord import app_commands

from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.services.databases import short_name
from bot.services.servers.directory import ServerFound
from bot.ui.kit.authorize import actor, level_of
from bot.ui.kit.respond import AnyInteraction, Interaction
from bot.ui.kit.server_option import CHOICE_CHARACTERS, CHOICES_LIMIT, resolve
from bot.ui.kit.text import label

_TYPING_WAIT_S = 2.0


class DatabaseTransformer(app_commands.Transformer):
    """A database as people type it: its name, with or without the panel's prefix, or its id."""

    async def transform(self, interaction: AnyInteraction, value: str, /) -> str:
        """Keep what was typed; it is looked up when the person's right is certain."""
        return value.strip()

    async def autocomplete(
        self, interaction: AnyInteraction, value: int | float | str, /
    ) -> list[app_commands.Choice[int | float | str]]:
        """Offer the databases of the server; nothing when they cannot be known in time."""
        try:
            clock: Clock = interaction.client.services.clock
            return await clock.within(_TYPING_WAIT_S, _suggest(interaction, str(value).casefold()))
        except (TimeoutError, QuetzalError):
            return []


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[int | float | str]]:
    services, command = interaction.client.services, interaction.command
    level = level_of(command) if isinstance(command, app_commands.Command) else None
    resolution = await resolve(interaction, getattr(interaction.namespace, "server", None))
    if level is None or not isinstance(resolution, ServerFound):
        return []
    permit = await services.access.require(actor(interaction), resolution.target, level)
    matching = [
        one for one in await services.databases.list(permit, cached=True) if typed in one.name.casefold()
    ]
    matching.sort(key=lambda one: not short_name(one).casefold().startswith(typed))
    return [
        app_commands.Choice(name=label(one.name, CHOICE_CHARACTERS), value=one.id)
        for one in matching[:CHOICES_LIMIT]
    ]


DatabaseOption = app_commands.Transform[str, DatabaseTransformer]
