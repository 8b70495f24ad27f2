"""Which panel is meant, in guilds that have several."""

from discord import app_commands
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.services.access import Scope
from bot.ui.kit.authorize import actor
from bot.ui.kit.client import Interaction
from bot.ui.kit.option import Choice, SuggestingTransformer


class PanelTransformer(SuggestingTransformer):
    """A panel by its name in the settings."""

    @override
    async def suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        """List the panels of this guild for whoever may use any."""
        access = interaction.client.services.access
        if (await access.rights(actor(interaction))).level(Scope.ANY_SERVER) is Level.NONE:
            return []
        return [
            app_commands.Choice(name=panel_id, value=panel_id)
            for panel_id in access.panels_of(interaction.guild_id)
            if typed.casefold() in panel_id
        ]


PanelOption = app_commands.Transform[str, PanelTransformer]


def choose_panel(interaction: Interaction, typed: str | None) -> str:
    """Return the panel that was typed, else the only one; raises BadInput when that is not certain."""
    known = interaction.client.services.access.panels_of(interaction.guild_id)
    if typed is None and len(known) == 1:
        return known[0]
    if typed in known:
        return typed
    raise BadInput(
        _("There is no panel of that name here.") if typed else _("This Discord server has several panels."),
        next_step=_("Choose one with the option `panel`."),
    )
