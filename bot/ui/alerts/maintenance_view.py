"""Maintenance as people see it: begin, look, end."""

from collections.abc import Sequence
from datetime import timedelta

import discord
from typing_extensions import override

from bot.domain.incidents import Maintenance
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.ui.alerts import rules_embeds as embeds
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.view import BaseView, view_of


async def begin_maintenance(  # noqa: PLR0913, PLR0917 - where, how long, why
    interaction: Interaction,
    access: AccessCheck,
    panel_id: str,
    target: Target | None,
    lasts: timedelta,
    reason: str,
) -> None:
    """Begin it, and show all there is."""
    services = interaction.client.services
    await services.alert_rules.begin_maintenance(actor(interaction), panel_id, target, lasts, reason)
    await show_maintenance(interaction, access, panel_id, target)


async def show_maintenance(
    interaction: Interaction, access: AccessCheck, panel_id: str, target: Target | None, said: str = ""
) -> None:
    """Show what is quiet now (of one server with that of all), each with a way to end it."""
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    quiet = await services.alert_rules.maintenance_windows(rights, panel_id)
    if target is not None:
        quiet = tuple(window for window in quiet if window.server_uuid in {None, target.server.uuid})
    names = await server_names(
        services.directory, ((window.panel_id, window.server_uuid) for window in quiet)
    )
    card = embeds.maintenance(quiet, names, said)
    view = _EndView(interaction, access, (panel_id, target), quiet, names) if quiet else None
    await respond(interaction, card=card, view=view)


class _EndView(BaseView):
    """A menu that ends one."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        place: tuple[str, Target | None],
        quiet: Sequence[Maintenance],
        names: dict[str, str],
    ) -> None:
        super().__init__(interaction, access)
        self.place = place
        self.add_item(_EndMenu(quiet, names))


class _EndMenu(discord.ui.Select[_EndView]):
    required_level = Level.OPERATOR

    def __init__(self, quiet: Sequence[Maintenance], names: dict[str, str]) -> None:
        self._quiet = quiet[:25]
        options = [
            embeds.maintenance_option(window, str(position), names)
            for position, window in enumerate(self._quiet)
        ]
        super().__init__(placeholder="End maintenance…", options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        window = self._quiet[int(self.values[0])]
        ended = await interaction.client.services.alert_rules.end_maintenance(actor(interaction), window)
        said = "✅ Maintenance ended: notifications are on again." if ended else "It had already ended."
        await show_maintenance(interaction, view.access, *view.place, said)
