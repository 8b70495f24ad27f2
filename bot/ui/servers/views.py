"""Lists and reports of servers that can be pressed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import discord
from typing_extensions import override

from bot.core.errors import QuetzalError
from bot.domain.levels import Level
from bot.domain.observation import ServerKey
from bot.domain.power_progress import CACHED_S
from bot.domain.target import Target
from bot.panel.models import PowerSignal, PowerState
from bot.services.backups import BackupRequest
from bot.services.servers import ServerStatus
from bot.ui.alerts.lines import brief
from bot.ui.backups.create_flow import make
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.servers import embeds
from bot.ui.servers.status_embed import status

_PER_PAGE = 10
_ALERTS = 5
_FITTING = {
    PowerState.OFFLINE: (PowerSignal.START,),
    PowerState.STARTING: (PowerSignal.STOP, PowerSignal.KILL),
    PowerState.RUNNING: (PowerSignal.RESTART, PowerSignal.STOP),
    PowerState.STOPPING: (PowerSignal.KILL,),
}
_SETTLED = (PowerState.RUNNING, PowerState.OFFLINE)
_STOPPING = (PowerSignal.STOP, PowerSignal.KILL)
_STYLE = {
    PowerSignal.START: discord.ButtonStyle.success,
    PowerSignal.STOP: discord.ButtonStyle.danger,
    PowerSignal.RESTART: discord.ButtonStyle.primary,
    PowerSignal.KILL: discord.ButtonStyle.danger,
}


async def show_status(context: ServerContext) -> None:
    """Look at a server and show its report with the buttons that fit its state."""
    permit, services = await context.permit(), context.services
    now = await services.status.fetch(permit)
    rights = await services.access.rights(permit.actor)
    firing = await services.alerts.active(rights, ServerKey(permit.panel_id, permit.uuid))
    view = StatusView(context, now, level=permit.level)
    await respond(
        context.interaction, card=status(now, [brief(incident) for incident in firing[:_ALERTS]]), view=view
    )


async def change_power(context: ServerContext, signal: PowerSignal) -> bool:
    """Confirm (a start needs none), send, follow, and show what was reached; False when it was declined.

    What is offline already is neither stopped nor killed.
    """
    if signal in _STOPPING and await context.services.power.is_offline(await context.permit()):
        await respond(context.interaction, card=embeds.already_offline(context.server))
        return True
    if signal is not PowerSignal.START:
        over_disk = await context.services.power.over_disk(await context.permit())
        confirmed = await context.confirm(embeds.power_prompt(context.server, signal, over_disk))
        if confirmed is None:
            return False
        context = confirmed

    async def progress(state: PowerState | None, elapsed_s: float) -> None:
        await show_progress(
            context.interaction, card=embeds.power_progress(context.server, signal, state, elapsed_s)
        )

    permit = await context.permit()
    await progress(None, 0.0)
    outcome = await context.services.power.run(permit, signal, progress)
    await respond(
        context.interaction,
        card=embeds.power_outcome(context.server, outcome),
        file=embeds.console_file(outcome),
    )
    return True


class StatusView(BaseView):
    """Refresh, and the power signals that make sense now; each is confirmed and checked by itself."""

    def __init__(self, context: ServerContext, now: ServerStatus, *, level: Level) -> None:
        """Offer what somebody of this level may do."""
        super().__init__(context.interaction, context.access)
        self.context = replace(context, target=now.target)
        state = now.resources.state if now.resources else PowerState.UNKNOWN
        for signal in _FITTING.get(state, ()):
            if level >= _PowerButton.required_level:
                self.add_item(_PowerButton(signal))
        if state in _SETTLED and now.server.feature_limits.backups and level >= _BackupButton.required_level:
            self.add_item(_BackupButton())
        self.add_item(_RefreshButton())

    async def catch_up(self) -> None:
        """Show what a signal has changed, once the panel knows; nothing when somebody refreshed meanwhile."""
        if self.shown_by is None:
            return
        await self.shown_by.client.services.clock.sleep(CACHED_S)
        if not self.is_finished():
            with suppress(QuetzalError):  # the signal was told about; Refresh is still there
                await show_status(self.context.continued_by(self.shown_by))


class _PowerButton(discord.ui.Button[StatusView]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, signal: PowerSignal) -> None:
        super().__init__(label=signal.value.capitalize(), style=_STYLE[signal])
        self._signal = signal

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        context = view.context.continued_by(interaction).raised_to(self.required_level)
        if await change_power(context, self._signal):
            await view.catch_up()


class _BackupButton(discord.ui.Button[StatusView]):
    required_level = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label="Back up now", emoji="💾")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        context = view_of(self).context.continued_by(interaction).raised_to(self.required_level)
        await make(context, BackupRequest())


class _RefreshButton(discord.ui.Button[StatusView]):
    def __init__(self) -> None:
        super().__init__(label="Refresh", emoji="🔄")

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await show_status(view_of(self).context.continued_by(interaction))


class ServerPages(Pages):
    """All servers a person may see; a select opens one."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, targets: Sequence[Target], search: str
    ) -> None:
        super().__init__(interaction, access, placeholder="Open a server…")
        self._targets = targets
        self._search = search
        self._services = interaction.client.services
        self._actor = actor(interaction)
        self._shown: list[ServerStatus] = []

    @property
    @override
    def page_count(self) -> int:
        return max(1, -(-len(self._targets) // _PER_PAGE))

    @override
    async def render(self) -> Card:
        """Ask how the servers of this page are, and draw them."""
        first = self.page * _PER_PAGE
        rights = await self._services.access.rights(self._actor)
        self._shown = await self._services.status.glance(rights, self._targets[first : first + _PER_PAGE])
        troubles = self._services.directory.troubles
        return embeds.server_list(
            self._shown,
            total=len(self._targets),
            troubles={panel_id: error.happened for panel_id, error in troubles.items()},
            search=self._search,
        )

    @override
    def options(self) -> list[discord.SelectOption]:
        return [embeds.option(now, str(position)) for position, now in enumerate(self._shown)]

    @override
    async def picked(self, interaction: Interaction, value: str) -> None:
        """Open the server's report in this message."""
        context = ServerContext(interaction, self.access.level, self._shown[int(value)].target)
        await context.access.check(interaction)
        await show_status(context)


async def show_list(
    interaction: Interaction, access: AccessCheck, targets: Sequence[Target], search: str
) -> None:
    """Show the servers, or say what to do when there are none."""
    if not targets:
        await respond(interaction, card=embeds.no_servers(search))
        return
    await ServerPages(interaction, access, targets, search).show(interaction)
