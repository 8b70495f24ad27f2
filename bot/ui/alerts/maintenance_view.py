"""Maintenance windows: begin, list and end."""

from datetime import timedelta
from typing import Any

import discord
from typing_extensions import override

from bot.core.i18n import _, keyword
from bot.domain.incidents import Maintenance
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import Where, WholePanel
from bot.ui.alerts import maintenance_cards as cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_names import server_names
from bot.ui.kit.view import BaseView, view_of

LASTS = {
    keyword("30 minutes"): timedelta(minutes=30),
    keyword("1 hour"): timedelta(hours=1),
    keyword("2 hours"): timedelta(hours=2),
    keyword("4 hours"): timedelta(hours=4),
    keyword("8 hours"): timedelta(hours=8),
    keyword("1 day"): timedelta(days=1),
    keyword("1 week"): timedelta(days=7),
}
REASON = "maintenance"
"""The reason where none is given."""
_ROWS = 10


async def begin_maintenance(  # noqa: PLR0913, PLR0917 - where, how long, why
    interaction: Interaction,
    access: AccessCheck,
    panel_id: str,
    target: Target | None,
    lasts: timedelta,
    reason: str,
) -> None:
    """Begin a maintenance window, and show all active ones."""
    services = interaction.client.services
    await services.alert_rules.begin_maintenance(actor(interaction), panel_id, target, lasts, reason)
    await show_maintenance(interaction, access, panel_id, target)


async def show_maintenance(
    interaction: Interaction, access: AccessCheck, panel_id: str, target: Target | None, said: str = ""
) -> None:
    """Show active maintenance (of one server with that of all), each with a button to end it.

    Where there is none, offer to begin.
    """
    services = interaction.client.services
    rights = await services.access.rights(actor(interaction))
    quiet = await services.alert_rules.maintenance_windows(rights, panel_id)
    if target is not None:
        quiet = tuple(window for window in quiet if window.server_uuid in {None, target.server.uuid})
    names = await server_names(
        services.directory, ((window.panel_id, window.server_uuid) for window in quiet)
    )
    view = _MaintenanceView(interaction, access, panel_id, target)
    if not quiet:
        if rights.level(view.where) >= Level.OPERATOR:
            view.add_item(_BeginMenu())
        await respond(interaction, card=cards.no_maintenance(target, said), view=view)
        return
    rows = [
        Row(cards.maintenance_row(window, names), _EndButton(window) if number < _ROWS else None)
        for number, window in enumerate(quiet)
    ]
    await respond(interaction, card=cards.maintenance(rows, said), view=view)


class _MaintenanceView(BaseView):
    def __init__(
        self, interaction: Interaction, access: AccessCheck, panel_id: str, target: Target | None
    ) -> None:
        super().__init__(interaction, access)
        self.panel_id = panel_id
        self.target = target
        self.where: Where = target or WholePanel(panel_id)

    @override
    def access_for(self, item: discord.ui.Item[Any] | None) -> AccessCheck:
        """Require, to begin, the level on everything under maintenance."""
        if isinstance(item, _BeginMenu):
            return AccessCheck(item.required_level, self.where)
        return super().access_for(item)

    async def reload(self, interaction: Interaction, said: str) -> None:
        """Show active maintenance as it is now."""
        await show_maintenance(interaction, self.access, self.panel_id, self.target, said)


class _EndButton(discord.ui.Button[_MaintenanceView]):
    required_level = Level.OPERATOR

    def __init__(self, window: Maintenance) -> None:
        super().__init__(label=_("End"))
        self._window = window

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        ended = await interaction.client.services.alert_rules.end_maintenance(
            actor(interaction), self._window
        )
        said = _("✅ Maintenance ended: notifications are on again.") if ended else _("It had already ended.")
        await view_of(self).reload(interaction, said)


class _BeginMenu(discord.ui.Select[_MaintenanceView]):
    required_level = Level.OPERATOR

    def __init__(self) -> None:
        options = [discord.SelectOption(label=_(word), value=word) for word in LASTS]
        super().__init__(placeholder=_("Pause notifications for…"), options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        lasts = LASTS[self.values[0]]
        await begin_maintenance(interaction, view.access, view.panel_id, view.target, lasts, REASON)
