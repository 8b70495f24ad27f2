"""Who is on one server, with the way to its past."""

import discord
from typing_extensions import override

from bot.container import Services
from bot.core.i18n import _
from bot.domain.performance import Period
from bot.domain.target import Target
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton
from bot.ui.kit.view import BACK_ROW, BaseView, view_of
from bot.ui.kit.way_back import leads_back, way_back
from bot.ui.players.cards import ServerPlayers, has_more, who
from bot.ui.players.console_view import AskConsoleButton, can_ask_console
from bot.ui.players.history_view import show_history

_ASK_ROW = 3


async def show_players(context: ServerContext, *, hides_names: bool = False, every: bool = False) -> None:
    """Show who is on, as the game said last."""
    permit = await context.permit()
    seen = players_of(context.services, context.target)
    view = PlayersView(context, hides_names=hides_names, every=every, has_more=has_more(seen))
    if can_ask_console(seen) and permit.level >= AskConsoleButton.required_level:
        view.add_item(AskConsoleButton(context, hides_names=hides_names, row=_ASK_ROW))
    await respond(context.interaction, card=who(seen, hides_names=hides_names, every=every), view=view)


def players_of(services: Services, target: Target) -> ServerPlayers:
    """Gather what is known of a server's players now."""
    watched = services.latest.watched(target.key)
    state = None if watched is None else watched.state
    return ServerPlayers(target, services.players.answers.of(target.key), state, services.clock.now())


class PlayersView(BaseView):
    """All names, the past, the server's status, and Refresh."""

    def __init__(self, context: ServerContext, *, hides_names: bool, every: bool, has_more: bool) -> None:
        super().__init__(context.interaction, context.access)
        self.context = context
        self.hides_names = hides_names
        self.every = every
        if has_more and not hides_names:
            self.add_item(_EveryButton(every=every))
        self.add_item(_HistoryButton())
        way = way_back(context.interaction)
        if way is None or way.name != HubPage.STATUS.value:
            self.add_item(PageButton(HubPage.STATUS, context, row=BACK_ROW))
        self.add_item(_RefreshButton())

    async def show(self, interaction: Interaction, *, every: bool) -> None:
        """Show it again as it is now."""
        context = self.context.continued_by(interaction)
        await show_players(context, hides_names=self.hides_names, every=every)

    async def reopen(self, interaction: Interaction) -> None:
        """Show it again, from a page that it led to."""
        await self.show(interaction, every=self.every)


class _EveryButton(discord.ui.Button[PlayersView]):
    def __init__(self, *, every: bool) -> None:
        super().__init__(label=_("Fewer") if every else _("Everybody"), row=BACK_ROW)
        self._shows = not every

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).show(interaction, every=self._shows)


class _HistoryButton(discord.ui.Button[PlayersView]):
    def __init__(self) -> None:
        super().__init__(label=_("History"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        leads_back(interaction, view.way_here(_("Players"), view.reopen))
        await show_history(view.context.continued_by(interaction), Period.WEEK)


class _RefreshButton(discord.ui.Button[PlayersView]):
    def __init__(self) -> None:
        super().__init__(label=_("Refresh"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.show(interaction, every=view.every)
