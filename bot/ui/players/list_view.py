"""The players of all servers that a person may see: a row for each running server, the fullest first."""

from collections.abc import Sequence
from dataclasses import replace

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.target import Target
from bot.panel.models import PowerState
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import view_of
from bot.ui.kit.way_back import leads_back
from bot.ui.players.cards import ServerPlayers, by_players, everywhere, row_text
from bot.ui.players.who_view import players_of, show_players


async def show_everywhere(
    interaction: Interaction, access: AccessCheck, targets: Sequence[Target], *, hides_names: bool
) -> None:
    """Show who is on, on every running server."""
    await PlayerPages(interaction, access, targets, hides_names=hides_names).show(interaction)


class PlayerPages(ListPages[ServerPlayers]):
    """Pages of running servers."""

    def __init__(
        self,
        interaction: Interaction,
        access: AccessCheck,
        targets: Sequence[Target],
        *,
        hides_names: bool,
    ) -> None:
        super().__init__(interaction, access, ())
        self._services = interaction.client.services
        self._targets = targets
        self._hides_names = hides_names
        self.refresh()

    @override
    async def render(self) -> Card:
        rows = [
            Row(row_text(seen, hides_names=self._hides_names), _OpenButton(seen.target))
            for seen in self.on_page()
        ]
        return replace(everywhere(self.entries), rows=tuple(rows))

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        return [_RefreshButton()]

    @override
    def access_for(self, item: discord.ui.Item[discord.ui.LayoutView] | None) -> AccessCheck:
        """Require the view's level on the row's server."""
        if isinstance(item, _OpenButton):
            return AccessCheck(self.access.level, item.target)
        return super().access_for(item)

    def refresh(self) -> None:
        """Look at all servers again."""
        seen = [players_of(self._services, target) for target in self._targets]
        running = [server for server in seen if server.state is PowerState.RUNNING or server.now is not None]
        self.entries = sorted(running, key=by_players)

    async def open(self, interaction: Interaction, target: Target) -> None:
        """Show who is on one server, with the way back."""
        leads_back(interaction, self.way_here(_("Players"), self.reopen))
        context = ServerContext(interaction, self.access.level, target)
        await show_players(context, hides_names=self._hides_names)

    async def reopen(self, interaction: Interaction) -> None:
        """Show this page of the list again."""
        await self.access.check(interaction)
        again = PlayerPages(interaction, self.access, self._targets, hides_names=self._hides_names)
        again.page = self.page
        await again.show(interaction)


class _OpenButton(discord.ui.Button[PlayerPages]):
    def __init__(self, target: Target) -> None:
        super().__init__(label=_("Open"))
        self.target = target

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).open(interaction, self.target)


class _RefreshButton(discord.ui.Button[PlayerPages]):
    def __init__(self) -> None:
        super().__init__(label=_("Refresh"), row=1)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.refresh()
        await view.show(interaction)
