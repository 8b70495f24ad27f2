"""The command tree: only in guilds of the settings, every error to one reporter."""

import asyncio

import discord
from discord import app_commands
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.ui.kit import theme
from bot.ui.kit.authorize import acknowledgement_for
from bot.ui.kit.client import Interaction, QuetzalClient
from bot.ui.kit.delivery import Acknowledgement, acknowledge
from bot.ui.kit.error_report import report
from bot.ui.kit.languages import speak_to
from bot.ui.kit.offered import check_options
from bot.ui.kit.respond import respond
from bot.ui.kit.shown_views import Views

_NOT_HERE = N_(
    "Quetzal isn't set up for this Discord server. Whoever runs the bot can add it in the settings."
)


class Stopped(QuetzalError):
    """Quetzal was stopped before something had ended."""

    title = N_("Interrupted")
    is_fault = False
    happened = N_("Quetzal was stopped while it was working on this.")
    state = N_("It may be done already, or the panel may still be working on it.")
    next_step = N_("Check once Quetzal is back, before you run it again.")


class QuetzalTree(app_commands.CommandTree[QuetzalClient]):
    """Acknowledges every command before it runs, and reports every error."""

    @override
    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Refuse every guild that the settings do not name, private messages, and what no option takes.

        Before anything is looked up, the command is acknowledged.
        """
        speak_to(interaction)
        served = self.client.services.access.serves(interaction.guild_id)
        if interaction.type is discord.InteractionType.autocomplete:
            if not served:
                await interaction.response.autocomplete([])
            return served
        if not served:
            await respond(interaction, card=theme.card("", _(_NOT_HERE), colour=theme.QUIET))
            return False
        how = acknowledgement_for(interaction)
        try:
            if how is not Acknowledgement.FORM:
                await acknowledge(interaction, how)
            check_options(interaction)
        except (
            QuetzalError,
            discord.HTTPException,
        ) as error:  # discord.py drops what a check raises
            await report(interaction, error)
            return False
        return True

    @override
    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        await report(interaction, error)


async def end_unfinished(client: QuetzalClient, within_s: float) -> None:
    """Respond to every interaction whose work was cut off, as far as that is possible in this time."""
    cut = [*client.shared(Views).unfinished.values()]
    if not cut:
        return
    tasks = {
        asyncio.create_task(
            report(interaction, Stopped(), in_place=True), name=f"tell {interaction.id} that it was cut"
        )
        for interaction in cut
    }
    _, slow = await asyncio.wait(tasks, timeout=within_s)
    for task in slow:
        task.cancel()
