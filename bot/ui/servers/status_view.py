"""A server's status: what it is like now, what can be done, and the way to everything else about it."""

from contextlib import suppress
from dataclasses import replace

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.panel.models import PowerSignal, PowerState
from bot.services.servers import ServerStatus
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.respond import respond
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.server_hub import HubPage, PageButton, ServerHub
from bot.ui.kit.view import BACK_ROW, BaseView, view_of
from bot.ui.servers.power_flow import POWER_STYLE, change_power
from bot.ui.servers.status_card import status

_FITTING = {
    PowerState.OFFLINE: (PowerSignal.START,),
    PowerState.STARTING: (PowerSignal.STOP, PowerSignal.KILL),
    PowerState.RUNNING: (PowerSignal.RESTART, PowerSignal.STOP),
    PowerState.STOPPING: (PowerSignal.KILL,),
}
_SETTLED = (PowerState.RUNNING, PowerState.OFFLINE)
_PAGES = (
    (HubPage.CONSOLE, HubPage.FILES, HubPage.BACKUPS),
    (HubPage.PERFORMANCE, HubPage.PLAYERS, HubPage.ALERTS),
    (HubPage.HEALTH, HubPage.SCHEDULES, HubPage.STARTUP),
)
"""Three that fit side by side on a phone."""
_POWER_ROW, _FIRST_PAGE_ROW = 0, 1


async def show_status(context: ServerContext, *, detailed: bool = False) -> None:
    """Fetch a server's status and show it with the buttons that fit its state."""

    async def show(context: ServerContext) -> None:
        permit, services = await context.permit(), context.services
        now = await services.status.fetch(permit)
        rights = await services.access.rights(permit.actor)
        firing = await services.alerts.active(rights, permit.key)
        view = StatusView(context, now, level=permit.level, detailed=detailed)
        card = status(now, firing, services.players.latest(permit.key), detailed=detailed)
        await respond(context.interaction, card=card, view=view)

    await with_retry(context, show)


class StatusView(BaseView):
    """The power signals that make sense now, pages about the server, details, and Refresh."""

    def __init__(
        self,
        context: ServerContext,
        now: ServerStatus,
        *,
        level: Level,
        detailed: bool = False,
    ) -> None:
        """Offer what a person of this level may do."""
        super().__init__(context.interaction, context.access)
        self.context = replace(context, target=now.target)
        self.detailed = detailed
        state = now.resources.state if now.resources else PowerState.UNKNOWN
        for signal in _FITTING.get(state, ()):
            if level >= _PowerButton.required_level:
                self.add_item(_PowerButton(signal))
        hub = context.interaction.client.shared(ServerHub)
        can_back_up = state in _SETTLED and now.server.feature_limits.backups
        if can_back_up and level >= hub.get(HubPage.BACK_UP).level:
            self.add_item(PageButton(HubPage.BACK_UP, self.context, row=_POWER_ROW))
        for row, pages in enumerate(_PAGES, _FIRST_PAGE_ROW):
            for page in pages:
                if level >= hub.get(page).level:
                    self.add_item(PageButton(page, self.context, row=row))
        self.add_item(_DetailsButton(detailed=detailed))
        self.add_item(_RefreshButton())

    async def catch_up(self) -> None:
        """Show what a signal has changed; nothing when it was refreshed meanwhile."""
        if self.shown_by is None or self.is_finished():
            return
        with suppress(QuetzalError):  # the outcome of the signal was shown; Refresh is still there
            await show_status(self.context.continued_by(self.shown_by), detailed=self.detailed)


class _PowerButton(discord.ui.Button[StatusView]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, signal: PowerSignal) -> None:
        super().__init__(label=signal.text.capitalize(), style=POWER_STYLE[signal], row=_POWER_ROW)
        self._signal = signal

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        if await change_power(view.context.continued_by(interaction), self._signal):
            await view.catch_up()


class _DetailsButton(discord.ui.Button[StatusView]):
    def __init__(self, *, detailed: bool) -> None:
        super().__init__(label=_("Less") if detailed else _("Details"), row=BACK_ROW)
        self._shows = not detailed

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_status(view_of(self).context.continued_by(interaction), detailed=self._shows)


class _RefreshButton(discord.ui.Button[StatusView]):
    def __init__(self) -> None:
        super().__init__(label=_("Refresh"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await show_status(view.context.continued_by(interaction), detailed=view.detailed)
